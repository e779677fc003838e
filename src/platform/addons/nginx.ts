import type { HelmValues } from "../../cloud/types.js";
import { trustedCidrs } from "../edge/trustedCidrs.js";
import { spreadOver } from "../../kubernetes/conventions.js";
import { requests, systemNodes } from "../pods.js";
import type { AddOn, AddOnContext } from "../types.js";

/** F5's NGINX Ingress Controller, whose annotations are `nginx.org/…`; not the retired one of the Kubernetes project. */
export const nginx: AddOn = {
  name: "nginx",
  namespace: "nginx-ingress",
  isNeeded: ({ edge }) => edge.controller === "nginx",
  neededBy: "openedx:edge.controller",
  after: ["prometheus-operator-crds", "aws-load-balancer-controller", "cert-manager"],
  values: (context) => {
    const { cloud, has } = context;
    const { annotations = {}, loadBalancerClass, externalTrafficPolicy } = cloud.loadBalancer ?? {};
    const isMonitored = has("prometheus-operator-crds");
    return {
      controller: {
        replicaCount: 2,
        podDisruptionBudget: { enabled: true, minAvailable: 1 },
        ingressClass: { name: "nginx", create: true, setAsDefaultIngress: false },
        enableCustomResources: true,
        enableLatencyMetrics: true, // by route; without them NGINX counts all sites together
        // Whoever may write an Ingress could else write NGINX's config.
        enableSnippets: false,
        readOnlyRootFilesystem: true,
        telemetryReporting: { enable: false },
        config: { entries: settings(context) },
        service: {
          type: "LoadBalancer",
          annotations: { ...annotations, ...context.config.edge.loadBalancer.annotations },
          ...(loadBalancerClass !== undefined && { loadBalancerClass }),
          externalTrafficPolicy: externalTrafficPolicy ?? "Cluster",
        },
        resources: requests("100m", "128Mi", "512Mi"),
        topologySpreadConstraints: spreadOver({ "app.kubernetes.io/name": "nginx-ingress" }),
        ...systemNodes(context),
      },
      prometheus: {
        create: true,
        service: { create: isMonitored },
        serviceMonitor: { create: isMonitored },
      },
    };
  },
  // No load balancer would ever have an address.
  withoutPods: { values: { controller: { service: { type: "ClusterIP" } } } },
};

/** NGINX's own settings for all hosts: sizes, times, and who is trusted about clients' addresses. */
function settings({ cloud, config: { edge } }: AddOnContext): HelmValues {
  const usesProxyProtocol = cloud.loadBalancer?.proxyProtocol === true;
  const trusted = trustedCidrs(edge, cloud);
  const seconds = `${edge.requestTimeout}s`;
  return {
    "client-max-body-size": edge.uploadLimit,
    "proxy-read-timeout": seconds,
    "proxy-send-timeout": seconds,
    ...(usesProxyProtocol && { "proxy-protocol": "True" }),
    ...(trusted.length > 0 && {
      "real-ip-header": usesProxyProtocol ? "proxy_protocol" : "X-Forwarded-For",
      "real-ip-recursive": "True",
      "set-real-ip-from": trusted.join(","),
    }),
  };
}
