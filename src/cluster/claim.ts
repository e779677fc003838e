import { UserError } from "../workspace/errors.js";
import type { ClusterAccess } from "./access.js";

/**
 * Holds a stack to the cluster that it is deployed to.
 * @param last UID of the last deployment's cluster; nothing, or an empty text, where there was none or it did not answer.
 * @throws UserError when this is another one.
 */
export function refuseOtherCluster(
  stack: string,
  last: unknown,
  uid: string,
  { server, context }: Pick<ClusterAccess, "server" | "context">,
): void {
  if (typeof last === "string" && last !== "" && last !== uid) {
    throw new UserError(
      `Stack ${stack} is deployed to another cluster than the one at ${server} (context "${context}"): nothing was ` +
        "changed. Choose its own kubeconfig or context. Where that cluster is gone for good, give the stack up by " +
        `\`pulumi stack rm --force ${stack}\` and make a new one.`,
    );
  }
}
