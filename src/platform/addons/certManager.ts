import type { HelmValues } from "../../cloud/types.js";
import { createIssuers } from "../issuers.js";
import { requests, systemNodes } from "../pods.js";
import type { AddOn, PlatformFacts } from "../types.js";

/** Makes and renews certificates. Beside it: the ClusterIssuer that the edge names. */
export const certManager: AddOn = {
  name: "cert-manager",
  namespace: "cert-manager",
  isNeeded: makesIssuer,
  neededBy: "openedx:edge.tls.issuer",
  requires: ({ edge }) => (edge.mode === "gateway" ? ["gateway-api"] : []),
  after: ["gateway-api", "prometheus-operator-crds", "aws-load-balancer-controller"],
  podSecurity: "restricted",
  identity: {
    purpose: "cert-manager",
    serviceAccount: "cert-manager",
    // Only then does it write into the zone.
    isUsed: ({ edge }) => edge.issuer.kind === "dns01",
  },
  values: (context) => {
    const { config, has, identity, namespace } = context;
    const nodes = systemNodes(context);
    return {
      // Without `keep` the end of the release would be the end of every certificate.
      crds: { enabled: true, keep: !config.disposable },
      global: { leaderElection: { namespace } },
      replicaCount: 2,
      podDisruptionBudget: { enabled: true, minAvailable: 1 },
      resources: requests("20m", "64Mi", "256Mi"),
      serviceAccount: {
        create: true,
        name: "cert-manager",
        ...(identity && { annotations: identity.serviceAccountAnnotations }),
      },
      ...(identity && { podLabels: identity.podLabels }),
      ...nodes,
      config: {
        apiVersion: "controller.config.cert-manager.io/v1alpha1",
        kind: "ControllerConfiguration",
        gatewayAPI: { enabled: has("gateway-api") },
      },
      prometheus: { enabled: true, servicemonitor: { enabled: has("prometheus-operator-crds") } },
      // It stands in the way of every Certificate while it is away.
      webhook: component(3, nodes),
      cainjector: component(2, nodes),
      // The release is ready when the webhook answers.
      startupapicheck: { enabled: true, resources: requests("10m", "64Mi"), ...nodes },
    };
  },
  beside: createIssuers,
  besideExisting: makesIssuer,
  withoutPods: { leaveOut: "its webhook would never answer, and its start check never end" },
};

function makesIssuer({ edge }: PlatformFacts): boolean {
  return edge.issuer.kind !== "none" && edge.issuer.kind !== "existing";
}

function component(replicaCount: number, nodes: HelmValues): HelmValues {
  return {
    replicaCount,
    podDisruptionBudget: { enabled: true, minAvailable: 1 },
    resources: requests("20m", "64Mi", "256Mi"),
    ...nodes,
  };
}
