import { requests, restrictedContainer, systemNodes } from "../pods.js";
import type { AddOn } from "../types.js";

/** Adds and removes nodes of groups, where neither Karpenter nor the cloud does. */
export const clusterAutoscaler: AddOn = {
  name: "cluster-autoscaler",
  namespace: "kube-system",
  after: ["prometheus-operator-crds"],
  identity: { purpose: "cluster-autoscaler", serviceAccount: "cluster-autoscaler" },
  // The cloud adds cloudProvider, autoDiscovery.clusterName, awsRegion, and image.tag for the cluster's release.
  values: (context) => {
    const { has, identity, namespace } = context;
    return {
      replicaCount: 2,
      podDisruptionBudget: { maxUnavailable: 1 },
      rbac: {
        create: true,
        serviceAccount: {
          create: true,
          name: "cluster-autoscaler",
          ...(identity && { annotations: identity.serviceAccountAnnotations }),
        },
      },
      ...(identity && { podLabels: identity.podLabels }),
      extraArgs: {
        "balance-similar-node-groups": true,
        // Pods of sites use emptyDir for what may be lost.
        "skip-nodes-with-local-storage": false,
      },
      securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: "RuntimeDefault" } },
      containerSecurityContext: restrictedContainer,
      serviceMonitor: { enabled: has("prometheus-operator-crds"), namespace, selector: {} },
      resources: requests("100m", "300Mi", "600Mi"),
      ...systemNodes(context),
    };
  },
};
