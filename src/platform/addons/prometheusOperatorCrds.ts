import type { AddOn } from "../types.js";

/** The Prometheus operator's custom resource definitions, upgraded on their own before the operator is. */
export const prometheusOperatorCrds: AddOn = {
  name: "prometheus-operator-crds",
  namespace: "monitoring",
  after: [],
  // They are templates of this chart: without the annotation, removing it would remove every monitor and rule there is.
  values: ({ config }) => ({
    crds: { annotations: config.disposable ? {} : { "helm.sh/resource-policy": "keep" } },
  }),
};
