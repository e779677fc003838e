import { createChartRelease } from "../release.js";
import { requests } from "../pods.js";
import type { AddOn } from "../types.js";

/** Makes AWS's nodes to measure. Its pools come from the cloud, once it is there. */
export const karpenter: AddOn = {
  name: "karpenter",
  // Requests from there go before all others at the API server.
  namespace: "kube-system",
  after: ["prometheus-operator-crds"],
  // The cloud adds settings.clusterName, settings.interruptionQueue, and where its pods go: nodes that it did not make.
  values: ({ has }) => ({
    replicas: 2,
    podDisruptionBudget: { name: "karpenter", maxUnavailable: 1 },
    serviceAccount: { create: true, name: "karpenter" },
    serviceMonitor: { enabled: has("prometheus-operator-crds") },
    controller: { resources: requests("250m", "512Mi", "1Gi") },
  }),
  // Definitions of an earlier release stop a newer controller without a message: they come first, in the same version.
  before: ({ config }, { namespace, child }) => {
    const chart = "karpenter-crd";
    const { name, opts } = child(chart);
    return [
      createChartRelease({ chart, name: chart, resourceName: name, namespace, values: {}, config }, opts),
    ];
  },
};
