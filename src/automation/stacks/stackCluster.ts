import { join } from "node:path";
import { type ClusterAccess, readAccess } from "../../cluster/access.js";
import { refuseOtherCluster } from "../../cluster/claim.js";
import { type Cluster, clusterUid, withCluster } from "../../cluster/cluster.js";
import { chosenKubeconfig, type KubeconfigChoice, noKubeconfig } from "../../cluster/kubeconfig.js";
import { readStack } from "../../engine/stackFile.js";
import { processEnvironment } from "../../workspace/environment.js";
import { bareName } from "./backend.js";
import { deploymentOf } from "./deployment.js";
import type { OpenedStack } from "./openStack.js";
import { outputs } from "./outputs.js";

/**
 * Works with the cluster that the stack is deployed to: that of the kubeconfig where the config names an existing one,
 * else the one that the stack has made. `work` gets none where there is none yet.
 * @throws UserError when the cluster is there and cannot be reached, or is another one than the last deployment's.
 */
export async function withStackCluster<T>(
  opened: OpenedStack,
  work: (cluster: Cluster | undefined) => Promise<T>,
): Promise<T> {
  const { kubeconfig, cluster: last } = await outputs(opened, { showSecrets: true });
  const access = existingAccess(opened) ?? ownAccess(kubeconfig ?? (await kubeconfigInState(opened)));
  if (access === undefined) {
    return work(undefined);
  }
  return withCluster(access, async (cluster) => {
    refuseOtherCluster(opened.name, last, await clusterUid(cluster), access);
    return work(cluster);
  });
}

function ownAccess(kubeconfig: unknown): ClusterAccess | undefined {
  return typeof kubeconfig === "string" ? readAccess(kubeconfig) : undefined;
}

/** Until a first deployment ends there are no outputs; its provider for the cluster is in the state before. */
async function kubeconfigInState(opened: OpenedStack): Promise<unknown> {
  const { resources } = await deploymentOf(opened);
  const provider = resources.find(({ type }) => type === "pulumi:providers:kubernetes");
  const { plaintext } = (provider?.inputs?.kubeconfig ?? {}) as { plaintext?: string };
  return plaintext === undefined ? undefined : JSON.parse(plaintext);
}

/** How the cluster is reached that the config names; undefined where the stack makes its own. */
function existingAccess({ name, folder, environment }: OpenedStack): ClusterAccess | undefined {
  const { config } = readStack(bareName(name), join(folder, "stacks"));
  if (config["openedx:cloud"] !== "existing") {
    return undefined;
  }
  const existing = JSON.parse(config["openedx:existing"] ?? "{}") as KubeconfigChoice;
  const env = processEnvironment(environment);
  const kubeconfig = chosenKubeconfig(existing, env);
  if (kubeconfig === undefined) {
    throw noKubeconfig(existing, env);
  }
  return readAccess(kubeconfig);
}
