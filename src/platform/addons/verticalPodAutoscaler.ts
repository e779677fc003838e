import { requests, restrictedContainer, systemNodes } from "../pods.js";
import type { AddOn } from "../types.js";

/**
 * Recommends requests, and changes none: beside a HorizontalPodAutoscaler on the same metric the other parts would fight
 * it, and evict pods.
 */
export const verticalPodAutoscaler: AddOn = {
  name: "vertical-pod-autoscaler",
  namespace: "vertical-pod-autoscaler",
  after: ["metrics-server"],
  podSecurity: "restricted",
  values: (context) => ({
    admissionController: { enabled: false, registerWebhook: false, certGen: { enabled: false } },
    updater: { enabled: false },
    recommender: {
      enabled: true,
      replicas: 2,
      podDisruptionBudget: { enabled: true, minAvailable: 1 },
      resources: requests("50m", "256Mi", "1Gi"),
      ...systemNodes(context),
    },
    podSecurityContext: { runAsNonRoot: true, runAsUser: 65534 },
    containerSecurityContext: restrictedContainer,
  }),
};
