import type { HelmValues } from "../../cloud/types.js";
import { requests, systemNodes } from "../pods.js";
import type { AddOn } from "../types.js";

const resources = requests("20m", "64Mi", "256Mi");
const podDisruptionBudget = { enabled: true, minAvailable: 1 };

/** Secrets from a vault of the operator's, kept up to date as Secrets of the cluster. */
export const externalSecrets: AddOn = {
  name: "external-secrets",
  namespace: "external-secrets",
  after: ["prometheus-operator-crds"],
  podSecurity: "restricted",
  values: (context) => {
    const pods: HelmValues = { ...systemNodes(context), resources, podDisruptionBudget };
    return {
      installCRDs: true,
      crds: {
        // They are templates: without the annotation, removing the chart would remove the Secrets that they keep.
        annotations: context.config.disposable ? {} : { "helm.sh/resource-policy": "keep" },
        unsafeServeV1Beta1: false,
      },
      ...pods,
      replicaCount: 2,
      leaderElect: true,
      serviceAccount: { name: "external-secrets" },
      // Whoever may write one could copy any namespace's Secrets out of the cluster.
      processClusterPushSecret: false,
      webhook: { ...pods, replicaCount: 2 },
      certController: { ...systemNodes(context), resources, replicaCount: 1 },
      serviceMonitor: { enabled: context.has("prometheus-operator-crds") },
    };
  },
  // The webhook turns every SecretStore away until one of its pods answers.
  withoutPods: { values: { webhook: { create: false }, certController: { create: false } } },
};
