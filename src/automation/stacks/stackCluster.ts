import { join, resolve } from "node:path";
import { readAccess } from "../../cluster/access.js";
import { Cluster, clusterUid } from "../../cluster/cluster.js";
import { readStack } from "../../engine/stackFile.js";
import { UserError } from "../../workspace/errors.js";
import type { OpenedStack } from "./openStack.js";
import { outputs } from "./outputs.js";

/** A stack's cluster as it is reached from here. */
export interface StackCluster {
  cluster: Cluster;
  /** The UID of its namespace kube-system: what it is known by, whatever its address and credentials. */
  uid: string;
}

/**
 * Works with the cluster that the stack is deployed to: that of the kubeconfig where the config names an existing one,
 * else the one that the last deployment made. `work` gets none where there is none yet.
 * @throws UserError when the cluster is there and cannot be reached, or is another one than the last deployment's.
 */
export async function withStackCluster<T>(
  opened: OpenedStack,
  work: (found: StackCluster | undefined) => Promise<T>,
): Promise<T> {
  const { kubeconfig, cluster: last } = await outputs(opened, { showSecrets: true });
  const access =
    existingAccess(opened) ?? (typeof kubeconfig === "string" ? readAccess(kubeconfig) : undefined);
  if (access === undefined) {
    return work(undefined);
  }
  const cluster = new Cluster(access);
  try {
    const uid = await clusterUid(cluster);
    if (typeof last === "string" && last !== "" && last !== uid) {
      throw new UserError(
        `Stack ${opened.name} is deployed to another cluster than the one at ${access.server} (context ` +
          `"${access.context}"): nothing was changed. Choose its own kubeconfig or context. Where that cluster is gone for ` +
          `good, take its objects out of the state first: \`pulumi stack rm --force ${opened.name}\` and a new stack.`,
      );
    }
    return await work({ cluster, uid });
  } finally {
    cluster.close();
  }
}

/** How the cluster is reached that the config names; undefined where the stack makes its own. */
function existingAccess({
  name,
  folder,
  environment,
}: OpenedStack): ReturnType<typeof readAccess> | undefined {
  const { config } = readStack(name, join(folder, "stacks"));
  if (config["openedx:cloud"] !== "existing") {
    return undefined;
  }
  const existing = JSON.parse(config["openedx:existing"] ?? "{}") as {
    kubeconfig?: string;
    context?: string;
  };
  const ambient =
    environment.KUBECONFIG ?? process.env.KUBECONFIG ?? join(process.env.HOME ?? "", ".kube/config");
  const file = existing.kubeconfig === undefined ? ambient : resolve(folder, existing.kubeconfig);
  return readAccess(file, existing.context);
}
