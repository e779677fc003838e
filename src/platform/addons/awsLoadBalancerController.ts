import { requests, systemNodes } from "../pods.js";
import type { AddOn } from "../types.js";

/** Makes AWS's load balancers, for Ingresses of class `alb` and for Services that ask for its class. */
export const awsLoadBalancerController: AddOn = {
  name: "aws-load-balancer-controller",
  // Where AWS's own instructions, and so roles made by hand, look for its service account.
  namespace: "kube-system",
  isNeeded: ({ edge, abilities }) => edge.controller === "alb" && abilities.edgeControllers.includes("alb"),
  neededBy: "openedx:edge.controller",
  requires: ({ edge }) => (edge.controller === "alb" && edge.mode === "gateway" ? ["gateway-api"] : []),
  after: ["gateway-api", "prometheus-operator-crds"],
  faults: ({ abilities }) =>
    abilities.edgeControllers.includes("alb")
      ? []
      : ["it works on AWS only, and this stack's cloud is another; switch it off"],
  // The cloud adds clusterName, region and vpcId.
  values: (context) => {
    const { edge, has } = context;
    const usesGateways = edge.controller === "alb" && edge.mode === "gateway";
    return {
      replicaCount: 2,
      podDisruptionBudget: { maxUnavailable: 1 },
      serviceAccount: { create: true, name: "aws-load-balancer-controller" },
      ingressClass: "alb",
      ingressClassConfig: { default: false },
      // It would take every Service of type LoadBalancer, and block all Services while it does not run.
      enableServiceMutatorWebhook: false,
      // Made anew at each render otherwise; cert-manager comes after this add-on.
      enableCertManager: false,
      keepTLSSecret: true,
      controllerConfig: { featureGates: { ALBGatewayAPI: usesGateways, NLBGatewayAPI: false } },
      serviceMonitor: { enabled: has("prometheus-operator-crds") },
      resources: requests("100m", "128Mi", "512Mi"),
      ...systemNodes(context),
    };
  },
  withoutPods: { leaveOut: "its webhook for Ingresses would never answer" },
};
