import { type Check, type CheckedPlan, fails, ok, planned, warning } from "../cloud/check.js";
import { type Answer, ApiError, type Cluster } from "../cluster/cluster.js";
import type { EdgeConfig } from "../config/edge.js";
import type { AddOnName } from "../config/platform.js";
import type { KubernetesObject } from "../kubernetes/objects.js";
import { clusterVersions } from "../workspace/versions.js";
import { Asked } from "./asked.js";
import { clusterRights } from "./rights.js";

/** What a stack expects of the cluster that it goes to. */
export interface ClusterNeeds {
  /** Classes that the config names. `readWriteOnce` undefined: the default class. */
  storageClasses: { readWriteOnce?: string; readWriteMany?: string };
  edge: Pick<EdgeConfig, "mode" | "controller" | "ingressClassName">;
  /** Add-ons that the stack deploys. */
  on: readonly AddOnName[];
  /** Add-ons that the cluster is said to have. */
  existing: readonly AddOnName[];
}

/** By what group of the API an add-on that exists is known. */
const groups: Partial<Record<AddOnName, string>> = {
  "cert-manager": "cert-manager.io",
  "external-secrets": "external-secrets.io",
  "gateway-api": "gateway.networking.k8s.io",
  karpenter: "karpenter.sh",
  keda: "keda.sh",
  "kube-prometheus-stack": "monitoring.coreos.com",
  "metrics-server": "metrics.k8s.io",
  "prometheus-operator-crds": "monitoring.coreos.com",
  velero: "velero.io",
  "vertical-pod-autoscaler": "autoscaling.k8s.io",
};

interface List<T> {
  items: T[];
}
interface Named {
  metadata: { name: string; annotations?: Record<string, string>; labels?: Record<string, string> };
}
interface StorageClass extends Named {
  allowVolumeExpansion?: boolean;
  provisioner: string;
}
interface Node extends Named {
  spec: { unschedulable?: boolean };
  status: { conditions?: { type: string; status: string }[]; nodeInfo: { architecture: string } };
}

const reached = "cluster-reached";
const answers = { id: reached, about: "The cluster answers" };

/** What stands in the place of all questions where there is nobody to ask. */
export function unreachable(why: string): Check {
  return { ...answers, ask: () => Promise.resolve(fails(why)) };
}

/** Questions to the API server that a stack is deployed to; all are for its present credentials. */
export function clusterChecks(cluster: Cluster, plan: CheckedPlan, needs: ClusterNeeds): Check[] {
  const asked = new Asked(cluster);
  const check = (id: string, about: string, ask: Check["ask"]): Check => ({ id, about, needs: reached, ask });
  return [
    { ...answers, ask: () => reach(cluster) },
    check("cluster-version", "Version of Kubernetes", () => version(cluster)),
    check("cluster-rights", "Rights on the cluster", () => clusterRights(asked, plan)),
    check("cluster-nodes", "Nodes", () => nodes(asked)),
    ...(claims(plan) || needs.storageClasses.readWriteMany !== undefined
      ? [check("cluster-storage", "Storage classes", () => storage(asked, needs.storageClasses))]
      : []),
    ...(needs.edge.mode === "ingress" && needs.edge.controller === "existing"
      ? [check("cluster-ingress", "Ingress class", () => ingressClass(asked, needs.edge.ingressClassName))]
      : []),
    ...(needs.edge.mode === "gateway"
      ? [check("cluster-gateway-api", "Gateway API", () => gatewayApi(asked, needs))]
      : []),
    ...(needs.existing.length > 0
      ? [check("cluster-add-ons", "Add-ons that exist", () => addOns(asked, needs.existing))]
      : []),
    check("cluster-pod-security", "Namespaces and Pod Security", () => namespaces(asked, plan)),
  ];
}

/** Whether anything of the stack may claim volumes: what a release holds is not known without its chart. */
function claims(plan: CheckedPlan): boolean {
  return plan.resources.some(({ type }) => /:(Release|PersistentVolumeClaim|StatefulSet)$/.test(type));
}

async function reach(cluster: Cluster): ReturnType<Check["ask"]> {
  const { server, context } = cluster.access;
  try {
    await cluster.demand("GET", "/version");
    return ok(`${server}, by context "${context}"`);
  } catch (error) {
    return fails((error as Error).message);
  }
}

async function version(cluster: Cluster): ReturnType<Check["ask"]> {
  const answer = await cluster.demand<{ major: string; minor: string; gitVersion: string }>(
    "GET",
    "/version",
  );
  const minor = Number(answer.minor.replace(/\D/g, ""));
  const oldest = Number(clusterVersions.oldest.split(".")[1]);
  return minor < oldest
    ? warning(
        `${answer.gitVersion}, which upstream no longer fixes: the oldest version that it does is ${clusterVersions.oldest}`,
        "bring the cluster to a newer version",
      )
    : ok(answer.gitVersion);
}

async function nodes(asked: Asked): ReturnType<Check["ask"]> {
  const { items } = await asked.demand<List<Node>>("/api/v1/nodes", "list nodes");
  const ready = items.filter(
    ({ spec, status }) =>
      spec.unschedulable !== true &&
      status.conditions?.some((each) => each.type === "Ready" && each.status === "True"),
  );
  const fitting = ready.filter(({ status }) => status.nodeInfo.architecture === "amd64");
  const text = `${ready.length} of ${items.length} take pods, ${fitting.length} of them for images for x86 (amd64)`;
  return fitting.length > 0
    ? ok(text)
    : fails(text, "Open edX's images are for x86 (amd64): add nodes of that architecture");
}

const defaultClass = "storageclass.kubernetes.io/is-default-class";
const defaultIngress = "ingressclass.kubernetes.io/is-default-class";

async function storage(asked: Asked, wanted: ClusterNeeds["storageClasses"]): ReturnType<Check["ask"]> {
  const path = "/apis/storage.k8s.io/v1/storageclasses";
  const { items } = await asked.demand<List<StorageClass>>(path, "list storageclasses");
  const all = items.map(nameOf).join(", ") || "none";
  const named = Object.values(wanted).filter((name) => name !== undefined);
  const missing = named.filter((name) => !items.some(({ metadata }) => metadata.name === name));
  if (missing.length > 0) {
    return fails(
      `there is no class ${missing.join(", ")}; classes: ${all}`,
      "set openedx:existing.storageClasses to classes of this cluster",
    );
  }
  const byDefault = items.filter(({ metadata }) => metadata.annotations?.[defaultClass] === "true");
  if (wanted.readWriteOnce === undefined && byDefault.length === 0) {
    return fails(
      `no class is the default; classes: ${all}`,
      "set openedx:existing.storageClasses.readWriteOnce, or mark a class as the default",
    );
  }
  const used = items.filter(({ metadata: { name } }) =>
    (wanted.readWriteOnce === undefined ? [...named, ...byDefault.map(nameOf)] : named).includes(name),
  );
  const fixed = used.filter(({ allowVolumeExpansion }) => allowVolumeExpansion !== true);
  const text = used.map(({ metadata, provisioner }) => `${metadata.name} (${provisioner})`).join(", ");
  return fixed.length > 0
    ? warning(
        `${text}; volumes of ${fixed.map(nameOf).join(", ")} cannot grow`,
        "set allowVolumeExpansion on the class, where its driver can",
      )
    : ok(text);
}

async function ingressClass(asked: Asked, wanted: string | undefined): ReturnType<Check["ask"]> {
  const path = "/apis/networking.k8s.io/v1/ingressclasses";
  const { items } = await asked.demand<List<Named>>(path, "list ingressclasses");
  const all = items.map(nameOf).join(", ") || "none";
  const found = items.find(({ metadata }) =>
    wanted === undefined ? metadata.annotations?.[defaultIngress] === "true" : metadata.name === wanted,
  );
  if (found !== undefined) {
    return ok(found.metadata.name);
  }
  return wanted === undefined
    ? warning(
        `no class is the default; classes: ${all}`,
        "set openedx:edge.ingressClassName, unless the controller serves Ingresses without a class",
      )
    : fails(
        `there is no class ${wanted}; classes: ${all}`,
        "set openedx:edge.ingressClassName to one of them",
      );
}

interface Groups {
  groups: { name: string; versions: { version: string }[] }[];
}

async function servedGroups(asked: Asked): Promise<Map<string, string[]>> {
  const answer = await asked.demand<Groups>("/apis", "get /apis");
  return new Map(answer.groups.map(({ name, versions }) => [name, versions.map(({ version }) => version)]));
}

async function gatewayApi(asked: Asked, { on, edge }: ClusterNeeds): ReturnType<Check["ask"]> {
  const versions = (await servedGroups(asked)).get("gateway.networking.k8s.io") ?? [];
  const brings = on.includes("gateway-api");
  if (versions.includes("v1")) {
    const text = `the cluster has ${versions.join(", ")}`;
    return brings
      ? warning(
          `${text}, and the stack brings its own definitions`,
          "openedx:platform.addons.gateway-api.state: existing, unless they are this stack's from an earlier run",
        )
      : ok(text);
  }
  if (brings) {
    return ok("the stack brings it");
  }
  return edge.controller === "existing" || versions.length > 0
    ? fails(
        versions.length === 0
          ? "the cluster has no Gateway API"
          : `the cluster has ${versions.join(", ")} and not v1`,
        "install it, or switch openedx:platform.addons.gateway-api on",
      )
    : ok("the cloud brings it");
}

async function addOns(asked: Asked, existing: readonly AddOnName[]): ReturnType<Check["ask"]> {
  const served = await servedGroups(asked);
  const known = existing.filter((name) => groups[name] !== undefined);
  const missing = known.filter((name) => !served.has(groups[name] as string));
  const unseen = existing.filter((name) => groups[name] === undefined);
  if (missing.length > 0) {
    return fails(
      `the cluster does not have ${missing.map((name) => `${name} (${groups[name]})`).join(", ")}`,
      `install it, or set openedx:platform.addons.${missing[0]}.state: on`,
    );
  }
  return ok(
    [
      ...(known.length > 0 ? [`${known.join(", ")}: there`] : []),
      ...(unseen.length > 0 ? [`${unseen.join(", ")}: not to be seen from the API`] : []),
    ].join("; "),
  );
}

const nameOf = ({ metadata }: Named): string => metadata.name;
const levels = ["privileged", "baseline", "restricted"];
const enforce = "pod-security.kubernetes.io/enforce";

/** New namespaces are sent to be admitted and forgotten; those that are there must not be stricter than the plan's. */
async function namespaces(asked: Asked, plan: CheckedPlan): ReturnType<Check["ask"]> {
  const wanted = planned(plan, "kubernetes:core/v1:Namespace") as unknown as KubernetesObject[];
  const path = "/api/v1/namespaces";
  const found = await Promise.all(
    wanted.map(async (namespace): Promise<{ fault: string } | { there: boolean }> => {
      const { name, labels } = namespace.metadata;
      const there = await asked
        .demand<Named | undefined>(`${path}/${name}`, "get namespaces")
        .catch((error: unknown) => {
          if (error instanceof ApiError && error.status === 404) {
            return undefined;
          }
          throw error;
        });
      if (there !== undefined) {
        const [has = "privileged", wants = "privileged"] = [
          there.metadata.labels?.[enforce],
          labels?.[enforce],
        ];
        return levels.indexOf(has) > levels.indexOf(wants)
          ? { fault: `${name} is there and enforces ${has}; its pods need ${wants}` }
          : { there: true };
      }
      const answer: Answer = await asked.cluster.call("POST", path, {
        query: { dryRun: "All" },
        body: { ...namespace, apiVersion: "v1", kind: "Namespace" },
      });
      if (answer.status < 300) {
        return { there: false };
      }
      return { fault: `${name} is refused: ${new ApiError(answer).message}` };
    }),
  );
  const faults = found.flatMap((each) => ("fault" in each ? [each.fault] : []));
  const there = found.filter((each) => "there" in each && each.there).length;
  return faults.length > 0
    ? fails(faults.join("; "), "take the label off, or let the deployer make namespaces with these labels")
    : ok(`${wanted.length - there} are admitted with their levels of Pod Security, ${there} are there`);
}
