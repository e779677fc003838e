import type { CloudAbilities } from "../../cloud/types.js";
import type { StackConfig } from "../../config/load.js";
import type { EdgePlan } from "./types.js";

/**
 * How the sites are to be reached.
 * @throws UserError for a controller, mode or issuer that the cloud or each other rule out.
 */
export function planEdge({ edge }: StackConfig, _abilities: CloudAbilities): EdgePlan {
  return {
    mode: edge.mode,
    controller: edge.controller,
    https: edge.https,
    ...(edge.controllerNamespace !== undefined && { controllerNamespace: edge.controllerNamespace }),
    routesFor: () => ({
      kind: "ingress",
      className: edge.ingressClassName ?? "",
      annotations: edge.ingressAnnotations,
      tls: edge.https,
    }),
  };
}
