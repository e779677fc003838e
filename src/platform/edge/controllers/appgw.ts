import type { EdgeConfig } from "../../../config/edge.js";
import type { KubernetesObject } from "../../../kubernetes/objects.js";
import { backend, type Controller } from "./types.js";

const apiVersion = "alb.networking.azure.io/v1";
const className = "azure-alb-external";

/** Of the load balancer, which the cloud's module asks for beside the controller, and of its one entry point. */
const name = "openedx";
const namespace = "azure-alb-system";
const existingId = "alb.networking.azure.io/alb-id";

/** One that exists is named by `alb-id` and `alb-frontend` in the config; these are for the one that the stack makes. */
function annotations(edge: EdgeConfig): Record<string, string> {
  const own = edge.loadBalancer.annotations;
  return existingId in own
    ? own
    : {
        "alb.networking.azure.io/alb-name": name,
        "alb.networking.azure.io/alb-namespace": namespace,
        ...own,
      };
}

/** All Ingresses share one entry point; without a name, each would have its own, of which there can be five. */
function ingressAnnotations(edge: EdgeConfig): Record<string, string> {
  return { "alb.networking.azure.io/alb-frontend": name, ...annotations(edge) };
}

function extension(extensionName: string, spec: Record<string, unknown>): KubernetesObject {
  return { apiVersion, kind: "IngressExtension", metadata: { name: extensionName }, spec };
}

/** An Ingress with TLS listens on 443 alone; this one is there for port 80. */
function redirect(edge: EdgeConfig, instance: string, hosts: readonly string[]): KubernetesObject[] {
  const redirectName = `${instance}-redirect`;
  return [
    extension(redirectName, {
      rules: hosts.map((host) => ({ host, requestRedirect: { scheme: "https", statusCode: 301 } })),
    }),
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: {
        name: redirectName,
        annotations: {
          ...ingressAnnotations(edge),
          "alb.networking.azure.io/alb-ingress-extension": redirectName,
        },
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
