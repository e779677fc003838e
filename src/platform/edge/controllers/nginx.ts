import { backend, type Controller } from "./types.js";

/** F5's NGINX Ingress Controller, whose Gateway API is another product. It redirects to https where an Ingress has TLS. */
export const nginx: Controller = {
  namespace: "nginx-ingress",
  inCluster: true,
  readsSecrets: true,
  ingress: {
    className: "nginx",
    perHost: true,
    challengeInPlace: true,
    parts: ({ edge }) => ({
      annotations: {
        "nginx.org/client-max-body-size": edge.uploadLimit,
        "nginx.org/proxy-read-timeout": `${edge.requestTimeout}s`,
        "nginx.org/proxy-send-timeout": `${edge.requestTimeout}s`,
        "nginx.org/websocket-services": backend.service,
      },
    }),
  },
};
