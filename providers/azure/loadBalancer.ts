import type * as pulumi from "@pulumi/pulumi";
import type { AddOnObject, Cloud, LoadBalancer } from "../../src/cloud/types.js";
import { waiting } from "../part.js";
import type { Cluster } from "./cluster.js";
import type { AzureContext } from "./context.js";
import { federate, makeIdentity } from "./identity.js";
import { publicAddress, type Network } from "./network.js";
import { grant, principal } from "./roles.js";

/**
 * How the edge's Service asks for a load balancer. In a cluster that the stack makes, its address is the stack's own
 * and outlives the Service; an existing cluster may have no rights to one.
 */
export function azureLoadBalancer(
  context: AzureContext,
  { controlPlane }: Cluster,
): { loadBalancer: LoadBalancer; ready: pulumi.Resource[] } {
  const { groups } = context;
  const common: Omit<LoadBalancer, "annotations"> = {
    // The sender's address stays as it is. Azure asks each node's own health port, so no path need be named.
    externalTrafficPolicy: "Local",
    proxyProtocol: false,
    trustedCidrs: [],
  };
  if (controlPlane === undefined) {
    return { loadBalancer: { ...common, annotations: {} }, ready: [] };
  }
  const address = publicAddress(context, "ingress", groups.edge.name);
  return {
    loadBalancer: {
      ...common,
      annotations: {
        "service.beta.kubernetes.io/azure-pip-name": address.name,
        "service.beta.kubernetes.io/azure-load-balancer-resource-group": groups.edge.name,
      },
    },
    // The Service's finalizer needs it too, when the Service goes.
    ready: [grant(context, controlPlane, "Network Contributor", { name: "edge", id: groups.edge.id })],
  };
}

/** Where the chart puts the controller, by its own default. */
const albNamespace = "azure-alb-system";
const albAccount = "alb-controller-sa";

/**
 * Application Gateway for Containers: its controller's identity, and the gateway, which the controller makes among the
 * cluster's machines, by a resource beside itself. Nothing where the network has no subnet for it.
 */
export function applicationGateway(
  context: AzureContext,
  network: Network,
  cluster: Cluster,
): Pick<Cloud, "addOnValues" | "addOnObjects" | "ready"> {
  if (network.gateway === undefined) {
    return { ready: [] };
  }
  const what = "alb-controller";
  const identity = makeIdentity(context, what);
  const controller = principal(what, identity);
  const nodes = { name: "nodes", id: cluster.nodeGroup };
  // The group is there once the cluster is.
  const later = waiting(context, cluster.ready);
  const grants = [
    grant(later, controller, "AppGw for Containers Configuration Manager", nodes),
    grant(later, controller, "Reader", nodes),
    grant(context, controller, "Network Contributor", { name: "gateway", id: network.gateway }),
  ];
  const account = { namespace: albNamespace, name: albAccount };
  const subject = `system:serviceaccount:${albNamespace}:${albAccount}`;
  const credential = federate(context, { what, identity, issuer: cluster.issuer, account, subject }, []);
  const gateway: AddOnObject = {
    apiVersion: "alb.networking.azure.io/v1",
    kind: "ApplicationLoadBalancer",
    name: "openedx",
    namespace: albNamespace,
    spec: { associations: [network.gateway] },
  };
  return {
    addOnValues: {
      [what]: {
        albController: { namespace: albNamespace, podIdentity: { clientID: identity.clientId } },
      },
    },
    addOnObjects: { [what]: [gateway] },
    // The controller deletes the gateway when its object goes.
    ready: [...grants, credential],
  };
}
