import type { AddOn } from "../types.js";

/**
 * The definitions of the Gateway API: the one owner that a cluster may have. GKE brings its own, and with a controller
 * that exists so do they.
 */
export const gatewayApi: AddOn = {
  name: "gateway-api",
  namespace: "gateway-api",
  isThere: ({ edge }) => edge.mode === "gateway" && ["existing", "gke"].includes(edge.controller),
  after: [],
  podSecurity: "restricted",
  values: ({ config }) => ({
    standard: { enabled: true },
    experimental: { enabled: false },
    // Else the end of the release would be the end of every Gateway and route on the cluster.
    global: { resourcePolicy: { keep: !config.disposable } },
  }),
};
