import { readAccess } from "../cluster/access.js";
import { type LiveObject, withCluster } from "../cluster/cluster.js";

/** How an instance stands on the cluster. */
export interface InstanceStatus {
  /** Helm's revision of the release `<name>`; undefined when none is deployed. */
  revision?: number;
  /** Pods that are ready, and those there should be; those of finished Jobs left out. */
  readyPods: number;
  pods: number;
}

interface Pod extends LiveObject {
  metadata: LiveObject["metadata"] & { ownerReferences?: { kind: string }[] };
  status?: { conditions?: { type: string; status: string }[] };
}

/**
 * Asks the cluster.
 * @param kubeconfig path of a kubeconfig file
 * @throws UserError when the cluster cannot be reached.
 */
export function instanceStatus(kubeconfig: string, name: string, namespace: string): Promise<InstanceStatus> {
  return withCluster(readAccess(kubeconfig), async (cluster) => {
    const list = <T>(kind: string, labelSelector?: string): Promise<{ items: T[] }> =>
      cluster.demand("GET", `/api/v1/namespaces/${namespace}/${kind}`, {
        query: labelSelector === undefined ? {} : { labelSelector },
      });
    const [releases, pods] = await Promise.all([
      list<LiveObject>("secrets", `owner=helm,name=${name},status=deployed`),
      list<Pod>("pods"),
    ]);
    const revisions = releases.items.map((secret) => Number(secret.metadata.labels?.version));
    const running = pods.items.filter((pod) => !ofJob(pod));
    return {
      ...(revisions.length > 0 && { revision: Math.max(...revisions) }),
      readyPods: running.filter(ready).length,
      pods: running.length,
    };
  });
}

function ofJob(pod: Pod): boolean {
  return pod.metadata.ownerReferences?.some((owner) => owner.kind === "Job") ?? false;
}

function ready(pod: Pod): boolean {
  return pod.status?.conditions?.some((each) => each.type === "Ready" && each.status === "True") ?? false;
}
