import type { EdgeConfig } from "../../../config/edge.js";
import type { KubernetesObject } from "../../../kubernetes/objects.js";
import { backend, type Controller } from "./types.js";

const apiVersion = "alb.networking.azure.io/v1";
const className = "azure-alb-external";

/** Name of the ApplicationLoadBalancer that all sites share; it is in the Gateways' namespace. */
export const applicationLoadBalancer = "openedx";

/** One that exists is named by `alb-id` and `alb-frontend` in the config; these are for the one that the stack makes. */
function annotations(edge: EdgeConfig): Record<string, string> {
  const own = edge.loadBalancer.annotations;
  return "alb.networking.azure.io/alb-id" in own
    ? own
    : {
        "alb.networking.azure.io/alb-name": applicationLoadBalancer,
        "alb.networking.azure.io/alb-namespace": edge.gateway.namespace,
        ...own,
      };
}

/** All Ingresses share one entry point; without a name, each would have its own, of which there can be five. */
function ingressAnnotations(edge: EdgeConfig): Record<string, string> {
  return { "alb.networking.azure.io/alb-frontend": "openedx", ...annotations(edge) };
}

function extension(name: string, spec: Record<string, unknown>): KubernetesObject {
  return { apiVersion, kind: "IngressExtension", metadata: { name }, spec };
}

/** An Ingress with TLS listens on 443 alone; this one is there for port 80. */
function redirect(edge: EdgeConfig, instance: string, hosts: readonly string[]): KubernetesObject[] {
  const name = `${instance}-redirect`;
  return [
    extension(name, {
      rules: hosts.map((host) => ({ host, requestRedirect: { scheme: "https", statusCode: 301 } })),
    }),
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: {
        name,
        annotations: { ...ingressAnnotations(edge), "alb.networking.azure.io/alb-ingress-extension": name },
      },
      spec: {
        ingressClassName: edge.ingressClassName ?? className,
        rules: hosts.map((host) => ({
          host,
          http: {
            paths: [
              {
                path: "/",
                pathType: "Prefix",
                backend: { service: { name: backend.service, port: { number: backend.port } } },
              },
            ],
          },
        })),
      },
    },
  ];
}

/** Application Gateway for Containers. No limit on requests; its own health check asks for `/`. */
export const appgw: Controller = {
  inCluster: false,
  readsSecrets: true,
  ingress: {
    className,
    perHost: true,
    challengeInPlace: false,
    challengeAnnotations: ingressAnnotations,
    parts: ({ edge, instance, hosts }) => ({
      annotations: {
        ...ingressAnnotations(edge),
        "alb.networking.azure.io/alb-ingress-extension": instance,
      },
      objects: [
        extension(instance, {
          backendSettings: [
            { service: backend.service, timeouts: { requestTimeout: `${edge.requestTimeout}s` } },
          ],
        }),
        ...(edge.https ? redirect(edge, instance, hosts) : []),
      ],
    }),
  },
  gateway: { className, ports: { http: 80, https: 443 }, routeTimeouts: true, annotations },
};
