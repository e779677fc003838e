import type { KubernetesObject } from "../../../kubernetes/objects.js";
import { backend, type Controller, healthPath } from "./types.js";

/** For a Service of the instance. */
function policy(kind: string, settings: Record<string, unknown>): KubernetesObject {
  return {
    apiVersion: "networking.gke.io/v1",
    kind,
    metadata: { name: backend.service },
    spec: { default: settings, targetRef: { group: "", kind: "Service", name: backend.service } },
  };
}

/** GKE's own: Google's external Application Load Balancers. They pass WebSockets and have no limit on requests. */
export const gke: Controller = {
  inCluster: false,
  readsSecrets: true,
  // Of a target proxy: Cloud Load Balancing, quotas and limits.
  mostCertificates: 15,
  // Google's front ends and health checks, the same everywhere.
  cidrs: ["35.191.0.0/16", "130.211.0.0/22"],
  ingress: {
    // GKE goes by the annotation and takes no Ingress with a class in its spec.
    className: "",
    perHost: false,
    challengeInPlace: true,
    parts: ({ edge, instance }) => ({
      annotations: {
        "kubernetes.io/ingress.class": "gce",
        ...(edge.https && { "networking.gke.io/v1beta1.FrontendConfig": instance }),
        ...(edge.tls.cloudCertificates.length > 0 && {
          "ingress.gcp.kubernetes.io/pre-shared-cert": edge.tls.cloudCertificates.join(","),
        }),
        ...edge.loadBalancer.annotations,
      },
      serviceAnnotations: {
        "cloud.google.com/neg": '{"ingress": true}',
        "cloud.google.com/backend-config": JSON.stringify({ default: instance }),
      },
      objects: [
        {
          apiVersion: "cloud.google.com/v1",
          kind: "BackendConfig",
          metadata: { name: instance },
          spec: {
            timeoutSec: edge.requestTimeout,
            healthCheck: { type: "HTTP", requestPath: healthPath, port: backend.port },
          },
        },
        ...(edge.https
          ? [
              {
                apiVersion: "networking.gke.io/v1beta1",
                kind: "FrontendConfig",
                metadata: { name: instance },
                spec: { redirectToHttps: { enabled: true } },
              },
            ]
          : []),
      ],
    }),
  },
  gateway: {
    className: "gke-l7-global-external-managed",
    // "Failed to translate Gateway": kubernetes-sigs/gateway-api#1275, cert-manager/google-cas-issuer#262.
    needsSecrets: true,
    ports: { http: 80, https: 443 },
    routeTimeouts: false,
    cloudTls: (edge) => ({
      mode: "Terminate",
      options: { "networking.gke.io/pre-shared-certs": edge.tls.cloudCertificates.join(",") },
    }),
    extraObjects: ({ edge }) => [
      policy("GCPBackendPolicy", { timeoutSec: edge.requestTimeout }),
      policy("HealthCheckPolicy", {
        config: { type: "HTTP", httpHealthCheck: { port: backend.port, requestPath: healthPath } },
      }),
    ],
  },
};
