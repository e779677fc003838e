import { deploymentOf } from "../../../src/automation/stacks/deployment.js";
import { readAccess } from "../../../src/cluster/access.js";
import { Cluster, type LiveObject } from "../../../src/cluster/cluster.js";
import { storedManifests } from "../../../src/cluster/revisions.js";
import type { TestStack, TestUp } from "./testStack.js";

const collections = [
  ...["configmaps", "secrets", "serviceaccounts", "services", "persistentvolumeclaims"].map(
    (plural) => ["/api/v1", plural] as const,
  ),
  ...["resourcequotas", "limitranges"].map((plural) => ["/api/v1", plural] as const),
  ...["deployments", "statefulsets"].map((plural) => ["/apis/apps/v1", plural] as const),
  ["/apis/batch/v1", "jobs"],
  ["/apis/networking.k8s.io/v1", "ingresses"],
  ["/apis/networking.k8s.io/v1", "networkpolicies"],
  ["/apis/policy/v1", "poddisruptionbudgets"],
  ["/apis/autoscaling/v2", "horizontalpodautoscalers"],
] as const;

/** What Kubernetes or Helm keeps for itself. */
function isTheirs({ metadata, type }: LiveObject & { type?: string }, plural: string): boolean {
  return (
    type === "helm.sh/release.v1" ||
    metadata.name === "kube-root-ca.crt" ||
    (plural === "serviceaccounts" && metadata.name === "default")
  );
}

/**
 * Where a stack's state and the namespaces of its sites disagree, in words: what pods name and is not there, what is there
 * and neither in the state nor in a release of it, what is in the state and not there, a release that is not deployed.
 */
export async function disagreements(stack: TestStack, wanted: TestUp): Promise<string[]> {
  const { resources, pending } = await deploymentOf(await stack.open(wanted));
  const cluster = new Cluster(readAccess(stack.sandbox.kubeconfig));
  try {
    const inState = new Set(
      resources
        .filter(({ type }) => type.startsWith("kubernetes:") && !type.includes("helm.sh"))
        .map(({ type, id }) => `${type.split(":").at(-1)} ${id}`),
    );
    const faults = pending.map(({ type, resource: { urn } }) => `${type} of ${urn} is pending`);
    const found = new Set<string>();
    for (const namespace of Object.keys(wanted.instances)) {
      const stored = (await storedManifests(cluster, namespace)).join("\n");
      const live: { object: LiveObject & { kind: string }; plural: string }[] = [];
      for (const [group, plural] of collections) {
        const list = await cluster.demand<{ kind: string; items: LiveObject[] }>(
          "GET",
          `${group}/namespaces/${namespace}/${plural}`,
        );
        live.push(
          ...list.items
            .filter((object) => !isTheirs(object, plural))
            .map((object) => ({ object: { ...object, kind: list.kind.replace(/List$/, "") }, plural })),
        );
      }
      const names = new Set(live.map(({ object }) => `${object.kind} ${object.metadata.name}`));
      for (const { object } of live) {
        const { kind, metadata } = object;
        const id = `${kind} ${namespace}/${metadata.name}`;
        found.add(id);
        const ofHelm = metadata.labels?.["app.kubernetes.io/managed-by"] === "Helm";
        if (ofHelm ? !stored.includes(`name: ${metadata.name}`) : !inState.has(id)) {
          const kept =
            metadata.labels?.["openedx.org/config"] === "retained" && stored.includes(metadata.name);
          if (!kept) {
            faults.push(`${id} belongs to nothing`);
          }
        }
        for (const name of readBy(object)) {
          if (!names.has(name)) {
            faults.push(`${id} reads ${name}, which is not there`);
          }
        }
      }
      const { stdout } = await stack.helm("list", "--all", `--namespace=${namespace}`, "--output=json");
      for (const { name, status } of JSON.parse(stdout) as { name: string; status: string }[]) {
        found.add(`Release ${namespace}/${name}`);
        if (status !== "deployed") {
          faults.push(`release ${name} is ${status}`);
        }
      }
    }
    const namespaces = Object.keys(wanted.instances).map((name) => ` ${name}/`);
    for (const id of inState) {
      if (namespaces.some((part) => id.includes(part)) && !found.has(id)) {
        faults.push(`${id} is in the state alone`);
      }
    }
    for (const { type, id } of resources) {
      if (type === "kubernetes:helm.sh/v3:Release" && !found.has(`Release ${id}`)) {
        faults.push(`release ${id} is in the state alone`);
      }
    }
    return faults;
  } finally {
    cluster.close();
  }
}

/** The ConfigMaps and Secrets that an object's pods cannot start without. */
function readBy({ spec }: LiveObject): string[] {
  const names: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) {
      return;
    }
    for (const [key, item] of Object.entries(value)) {
      const { name, secretName, optional } = (item ?? {}) as {
        name?: string;
        secretName?: string;
        optional?: boolean;
      };
      if (optional !== true) {
        if (/^configMap(Ref|KeyRef)?$/.test(key) && name !== undefined) {
          names.push(`ConfigMap ${name}`);
        }
        if (/^secret(Ref|KeyRef)?$/.test(key) && (name ?? secretName) !== undefined) {
          names.push(`Secret ${name ?? secretName}`);
        }
      }
      visit(item);
    }
  };
  visit(spec);
  return names;
}
