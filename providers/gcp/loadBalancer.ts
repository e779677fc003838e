import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress.js";
import type { LoadBalancer } from "../../src/cloud/types.js";
import type { EdgeConfig } from "../../src/config/edge.js";
import { edgeAddress } from "./abilities.js";
import { type GcpContext, labelsOf } from "./context.js";
import { publicAddress } from "./network.js";

/**
 * How the edge's Service asks for a load balancer, with an address of the stack's own, which outlives the Service.
 * Undefined where no controller on the cluster has such a Service: GKE's own makes a load balancer for each site.
 */
export function gcpLoadBalancer(
  context: GcpContext,
  controller: EdgeConfig["controller"],
): LoadBalancer | undefined {
  if (controller !== "traefik" && controller !== "nginx") {
    return undefined;
  }
  const address = publicAddress(context, "ingress");
  return {
    annotations: {
      "cloud.google.com/l4-rbs": "enabled",
      "networking.gke.io/load-balancer-ip-addresses": address.name,
    },
    // It passes packets on as they are: the sender's address stays, and there is no PROXY protocol.
    externalTrafficPolicy: "Local",
    proxyProtocol: false,
    trustedCidrs: [],
  };
}

/** The address of Gateways of GKE's, whose load balancers are in no region. It outlives them. */
export function gatewayAddress(context: GcpContext): GlobalAddress {
  const { name, base, guarded } = context;
  return new GlobalAddress(
    `${name}-gateway`,
    { name: edgeAddress(base), addressType: "EXTERNAL", labels: labelsOf(context) },
    guarded,
  );
}
