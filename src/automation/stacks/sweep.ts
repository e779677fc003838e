import type { Cluster, LiveObject } from "../../cluster/cluster.js";
import { storedManifests } from "../../cluster/revisions.js";
import { retainedLabel } from "../../instance/config/configObject.js";
import { type Deployment, releaseOf } from "./deployment.js";

const kinds = ["secrets", "configmaps"];

/**
 * Deletes the config objects of earlier contents that no revision names any more which Helm still has: as long as one
 * does, `helm rollback` finds what its pods read. Pulumi lets go of them without deleting them.
 */
export async function sweepConfigObjects({ resources }: Deployment, cluster: Cluster): Promise<void> {
  const releases = resources.flatMap((each) => releaseOf(each) ?? []);
  const namespaces = new Set(releases.map(({ namespace }) => namespace));
  // After a release that failed the state has objects that no revision names: the next deployment counts on them.
  const kept = new Set(resources.flatMap(({ inputs }) => nameOf(inputs) ?? []));
  await Promise.all([...namespaces].map((namespace) => sweepNamespace(namespace, kept, cluster)));
}

function nameOf(inputs: Readonly<Record<string, unknown>> = {}): string | undefined {
  const { name } = (inputs.metadata ?? {}) as { name?: string };
  return name;
}

async function sweepNamespace(namespace: string, kept: ReadonlySet<string>, cluster: Cluster): Promise<void> {
  const query = { labelSelector: `${retainedLabel.key}=${retainedLabel.value}` };
  const paths = await Promise.all(
    kinds.map(async (kind) => {
      const collection = `/api/v1/namespaces/${namespace}/${kind}`;
      const list = await cluster.get<{ items: LiveObject[] }>(collection, query);
      return (list?.items ?? []).map(({ metadata }) => ({
        name: metadata.name,
        path: `${collection}/${metadata.name}`,
      }));
    }),
  );
  if (paths.flat().length === 0) {
    return;
  }
  const manifests = (await storedManifests(cluster, namespace)).join("\n");
  const unused = paths.flat().filter(({ name }) => !kept.has(name) && !manifests.includes(name));
  await Promise.all(unused.map(({ path }) => cluster.call("DELETE", path)));
}
