import type { Controller } from "./types.js";

/**
 * Traefik. It has no limit on requests and passes WebSockets; its time limits belong to its entry points, and so does the
 * redirect to https for Ingresses: both are values of its chart.
 */
export const traefik: Controller = {
  namespace: "traefik",
  inCluster: true,
  readsSecrets: true,
  ingress: {
    className: "traefik",
    perHost: true,
    challengeInPlace: false,
    parts: ({ edge }) => ({
      annotations: {
        "traefik.ingress.kubernetes.io/router.entrypoints": edge.https ? "websecure" : "web",
        ...(edge.https && { "traefik.ingress.kubernetes.io/router.tls": "true" }),
      },
    }),
  },
  gateway: {
    className: "traefik",
    // Of its entry points: a listener on another port is not a listener of its.
    ports: { http: 8000, https: 8443 },
    routeTimeouts: true,
  },
};
