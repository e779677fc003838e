import type { Cloud } from "../../cloud/types.js";
import type { EdgeConfig } from "../../config/edge.js";

/**
 * Networks whose forwarded headers (and PROXY lines) an edge controller in the cluster believes: the proxies that the
 * config names and the cloud's load balancer. Nobody else may say that a request came by https.
 */
export function trustedCidrs(edge: EdgeConfig, cloud: Pick<Cloud, "loadBalancer">): string[] {
  return [...new Set([...(cloud.loadBalancer?.trustedCidrs ?? []), ...edge.trustedProxies])];
}
