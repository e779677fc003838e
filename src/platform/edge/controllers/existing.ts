import type { Controller } from "./types.js";

/** A controller that the cluster has: what it needs beside the standard, the config says. */
export const existing: Controller = {
  inCluster: true,
  readsSecrets: true,
  ingress: {
    className: "",
    perHost: true,
    challengeInPlace: false,
    parts: () => ({ annotations: {} }),
  },
  gateway: { className: "", ports: { http: 80, https: 443 }, routeTimeouts: true },
};
