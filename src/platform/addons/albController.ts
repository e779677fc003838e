import { requests, systemNodes } from "../pods.js";
import type { AddOn } from "../types.js";

/** Azure's controller of Application Gateway for Containers. */
export const albController: AddOn = {
  name: "alb-controller",
  // The chart makes the namespace of the pods, `azure-alb-system`, itself.
  namespace: "alb-controller",
  isNeeded: ({ edge, abilities }) =>
    edge.controller === "appgw" && abilities.edgeControllers.includes("appgw"),
  neededBy: "openedx:edge.controller",
  requires: () => ["gateway-api"],
  after: ["gateway-api"],
  faults: ({ abilities }) =>
    abilities.edgeControllers.includes("appgw")
      ? []
      : ["it works on Azure only, and this stack's cloud is another; switch it off"],
  // The cloud adds podIdentity.clientID.
  values: (context) => ({
    albController: {
      namespace: "azure-alb-system",
      // The add-on gateway-api owns them.
      installGatewayApiCRDs: false,
      controller: { replicaCount: 2, resource: requests("100m", "200Mi", "400Mi"), ...systemNodes(context) },
    },
  }),
  withoutPods: { leaveOut: "its hooks and its webhook need running pods" },
};
