import { CoreV1Api, KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { messageOf, UserError } from "../workspace/errors.js";

/** How an instance stands on the cluster. */
export interface InstanceStatus {
  /** Helm's revision of the release `<name>`; undefined when none is deployed. */
  revision?: number;
  /** Pods that are ready, and those there should be; those of finished Jobs left out. */
  readyPods: number;
  pods: number;
}

/**
 * Asks the cluster.
 * @param kubeconfig path of a kubeconfig file
 */
export async function instanceStatus(
  kubeconfig: string,
  name: string,
  namespace: string,
): Promise<InstanceStatus> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  try {
    const [releases, pods] = await Promise.all([
      api.listNamespacedSecret({ namespace, labelSelector: `owner=helm,name=${name},status=deployed` }),
      api.listNamespacedPod({ namespace }),
    ]);
    const revisions = releases.items.map((secret) => Number(secret.metadata?.labels?.version));
    const running = pods.items.filter((pod) => !ofJob(pod));
    return {
      ...(revisions.length > 0 && { revision: Math.max(...revisions) }),
      readyPods: running.filter(ready).length,
      pods: running.length,
    };
  } catch (error) {
    throw new UserError(`The pods of instance ${name} can't be read: ${messageOf(error)}`);
  }
}

function ofJob(pod: V1Pod): boolean {
  return pod.metadata?.ownerReferences?.some((owner) => owner.kind === "Job") ?? false;
}

function ready(pod: V1Pod): boolean {
  return pod.status?.conditions?.some((each) => each.type === "Ready" && each.status === "True") ?? false;
}
