import type { HelmValues } from "../../cloud/types.js";
import { trustedCidrs } from "../edge/trustedCidrs.js";
import { spreadOver } from "../../kubernetes/conventions.js";
import { requests, systemNodes } from "../pods.js";
import type { AddOn, AddOnContext } from "../types.js";

/** Ends connections of people; `Local` and PROXY protocol keep their addresses. */
export const traefik: AddOn = {
  name: "traefik",
  namespace: "traefik",
  isNeeded: ({ edge }) => edge.controller === "traefik",
  neededBy: "openedx:edge.controller",
  requires: ({ edge }) => (edge.mode === "gateway" ? ["gateway-api"] : []),
  // Its Service waits for the controller that makes load balancers, and for that one's webhook.
  after: ["gateway-api", "prometheus-operator-crds", "aws-load-balancer-controller", "cert-manager"],
  podSecurity: "restricted",
  values: (context) => {
    const { edge, has } = context;
    const isGateway = edge.mode === "gateway";
    return {
      deployment: { replicas: 2 },
      podDisruptionBudget: { enabled: true, minAvailable: 1 },
      ingressClass: { enabled: true, name: "traefik", isDefaultClass: false },
      providers: {
        kubernetesIngress: { enabled: true, publishedService: { enabled: true } },
        kubernetesCRD: { enabled: true, allowCrossNamespace: false },
        kubernetesGateway: {
          enabled: isGateway,
          experimentalChannel: false,
          statusAddress: { service: { enabled: true } },
        },
      },
      // Gateways come with the sites, one listener a host.
      gateway: { enabled: false },
      gatewayClass: { enabled: isGateway, name: "traefik" },
      ports: {
        web: {
          ...entryPoint(context),
          // With the Gateway API a route redirects: here it would also turn away the checks of ACME authorities.
          ...(edge.https &&
            !isGateway && {
              http: { redirections: { entryPoint: { to: "websecure", scheme: "https", permanent: true } } },
            }),
        },
        websecure: entryPoint(context),
      },
      service: service(context),
      metrics: {
        prometheus: {
          addRoutersLabels: true, // a router is a host: the dashboard and the alerts count by it
          service: { enabled: true },
          serviceMonitor: { enabled: has("prometheus-operator-crds") },
          disableAPICheck: true, // a preview comes before the definitions
        },
      },
      log: { format: "json", level: "INFO" },
      accessLog: { enabled: true, format: "json" },
      global: { checkNewVersion: false, sendAnonymousUsage: false },
      api: { dashboard: false },
      resources: requests("100m", "128Mi", "512Mi"),
      topologySpreadConstraints: spreadOver({ "app.kubernetes.io/name": "traefik" }),
      ...systemNodes(context),
    };
  },
  // No load balancer would ever have an address.
  withoutPods: { values: { service: { spec: { type: "ClusterIP" } } } },
};

/** Whose X-Forwarded headers and PROXY lines are believed, and how long a request may take. */
function entryPoint({ cloud, config }: AddOnContext): HelmValues {
  const { proxyProtocol = false, trustedCidrs: balancers = [] } = cloud.loadBalancer ?? {};
  return {
    forwardedHeaders: { insecure: false, trustedIPs: trustedCidrs(config.edge, cloud) },
    proxyProtocol: { insecure: false, trustedIPs: proxyProtocol ? [...balancers] : [] },
    transport: { respondingTimeouts: { readTimeout: `${config.edge.requestTimeout}s` } },
  };
}

function service({ cloud, config }: AddOnContext): HelmValues {
  const { annotations = {}, loadBalancerClass, externalTrafficPolicy } = cloud.loadBalancer ?? {};
  return {
    annotations: { ...annotations, ...config.edge.loadBalancer.annotations },
    spec: {
      type: "LoadBalancer",
      ...(loadBalancerClass !== undefined && { loadBalancerClass }),
      ...(externalTrafficPolicy !== undefined && { externalTrafficPolicy }),
    },
  };
}
