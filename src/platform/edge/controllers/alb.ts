import type { EdgeConfig } from "../../../config/edge.js";
import { backend, type Controller, healthPath } from "./types.js";

/** All Ingresses of one group share a load balancer. */
const group = "openedx";
const apiVersion = "gateway.k8s.aws/v1beta1";
const gatewayClass = "openedx-alb";

/** Longest time without a byte; the load balancer takes 1 to 4000 seconds. */
function idleTimeout(edge: EdgeConfig): string {
  return String(Math.min(edge.requestTimeout, 4000));
}

/** AWS Load Balancer Controller: Application Load Balancers, with certificates of ACM. No limit on requests. */
export const alb: Controller = {
  inCluster: false,
  readsSecrets: false,
  ingress: {
    className: "alb",
    perHost: true,
    challengeInPlace: false,
    parts: ({ edge }) => ({
      annotations: {
        "alb.ingress.kubernetes.io/group.name": group,
        "alb.ingress.kubernetes.io/scheme": "internet-facing",
        "alb.ingress.kubernetes.io/target-type": "ip",
        "alb.ingress.kubernetes.io/backend-protocol": "HTTP",
        "alb.ingress.kubernetes.io/healthcheck-path": healthPath,
        "alb.ingress.kubernetes.io/load-balancer-attributes": `idle_timeout.timeout_seconds=${idleTimeout(edge)}`,
        ...(edge.https
          ? {
              "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP":80},{"HTTPS":443}]',
              "alb.ingress.kubernetes.io/ssl-redirect": "443",
            }
          : { "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP":80}]' }),
        ...(edge.tls.cloudCertificates.length > 0 && {
          "alb.ingress.kubernetes.io/certificate-arn": edge.tls.cloudCertificates.join(","),
        }),
        ...edge.loadBalancer.annotations,
      },
    }),
  },
  gateway: {
    className: gatewayClass,
    ports: { http: 80, https: 443 },
    routeTimeouts: false,
    infrastructure: {
      parametersRef: { group: "gateway.k8s.aws", kind: "LoadBalancerConfiguration", name: "openedx" },
    },
    // Without a certificate in `LoadBalancerConfiguration`, ACM's are found by the routes' hosts.
    cloudTls: () => undefined,
    before: (edge) => {
      const [first, ...others] = edge.tls.cloudCertificates;
      return [
        {
          apiVersion: "gateway.networking.k8s.io/v1",
          kind: "GatewayClass",
          metadata: { name: gatewayClass },
          spec: { controllerName: "gateway.k8s.aws/alb" },
        },
        {
          apiVersion,
          kind: "LoadBalancerConfiguration",
          metadata: { name: "openedx", namespace: edge.gateway.namespace },
          spec: {
            scheme: "internet-facing",
            loadBalancerAttributes: [{ key: "idle_timeout.timeout_seconds", value: idleTimeout(edge) }],
            ...(first !== undefined && {
              listenerConfigurations: [
                {
                  protocolPort: `HTTPS:${edge.gateway.ports.https ?? 443}`,
                  defaultCertificate: first,
                  ...(others.length > 0 && { certificates: others }),
                },
              ],
            }),
          },
        },
      ];
    },
    extraObjects: () => [
      {
        apiVersion,
        kind: "TargetGroupConfiguration",
        metadata: { name: backend.service },
        spec: {
          targetReference: { name: backend.service },
          defaultConfiguration: {
            targetType: "ip",
            healthCheckConfig: { healthCheckPath: healthPath, healthCheckProtocol: "HTTP" },
          },
        },
      },
    ],
  },
};
