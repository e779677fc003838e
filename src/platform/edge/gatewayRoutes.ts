import type { EdgeConfig } from "../../config/edge.js";
import type { KubernetesObject } from "../../kubernetes/objects.js";
import type { Controller, RouteRequest } from "./controllers/types.js";
import { type GatewayPlan, type ListenerSettings, plainListener, planGateways } from "./listeners.js";
import type { Issuer, ParentRef, Routes, Site } from "./types.js";

type GatewayController = Controller & { gateway: object };

const apiVersion = "gateway.networking.k8s.io/v1";

/** The Gateways that the stack makes; none where one exists. */
export function ownGateways(
  edge: EdgeConfig,
  { gateway, readsSecrets }: GatewayController,
  sites: readonly Site[],
): GatewayPlan[] {
  if (edge.gateway.name !== undefined) {
    return [];
  }
  const cloudKeeps = !readsSecrets || edge.tls.cloudCertificates.length > 0;
  const settings: ListenerSettings = {
    https: edge.https,
    ports: {
      http: edge.gateway.ports.http ?? gateway.ports.http,
      https: edge.gateway.ports.https ?? gateway.ports.https,
    },
    wildcards: edge.tls.wildcards,
    ...(cloudKeeps && { cloud: { tls: gateway.cloudTls?.(edge) } }),
  };
  return planGateways(sites, settings);
}

/** HTTPRoutes of one instance. */
export function gatewayRoutes(
  request: RouteRequest,
  { gateway }: GatewayController,
  gateways: readonly GatewayPlan[],
): Routes {
  const { edge, hosts } = request;
  return {
    kind: "gateway",
    parentRefs: Object.fromEntries(hosts.map((host) => [host, [parentOf(host, edge, gateways)]])),
    annotations: {},
    timeouts: gateway.routeTimeouts ? { request: `${edge.requestTimeout}s` } : {},
    objects: gateway.extraObjects?.(request) ?? [],
    serviceAnnotations: {},
  };
}

function parentOf(host: string, { gateway }: EdgeConfig, gateways: readonly GatewayPlan[]): ParentRef {
  const { name, namespace, sectionName } = gateway;
  if (name !== undefined) {
    return { name, namespace, ...(sectionName !== undefined && { sectionName }) };
  }
  const own = gateways.find(({ hosts }) => hosts[host] !== undefined);
  if (own === undefined) {
    throw new Error(`no Gateway has a listener for ${host}`);
  }
  return { name: own.name, namespace, sectionName: own.hosts[host] };
}

/** The Gateways as objects, with what comes before them and the routes that redirect to https. */
export function gatewayObjects(
  edge: EdgeConfig,
  { gateway }: GatewayController,
  gateways: readonly GatewayPlan[],
  issuer: Issuer,
  address?: string,
): KubernetesObject[] {
  if (gateways.length === 0) {
    return [];
  }
  const { namespace, className } = edge.gateway;
  const annotations = {
    ...(issuer.kind !== "none" && { "cert-manager.io/cluster-issuer": issuer.name }),
    ...gateway.annotations?.(edge),
  };
  return [
    ...(gateway.before?.(edge) ?? []),
    ...gateways.map(({ name, listeners }, index): KubernetesObject => ({
      apiVersion,
      kind: "Gateway",
      metadata: { name, namespace, annotations },
      spec: {
        gatewayClassName: className ?? gateway.className,
        ...(address !== undefined &&
          index === 0 && { addresses: [{ type: "NamedAddress", value: address }] }),
        ...(gateway.infrastructure && { infrastructure: gateway.infrastructure }),
        listeners,
      },
    })),
    ...(edge.https ? gateways.map(({ name }) => redirectRoute(name, namespace)) : []),
  ];
}

/** For all hosts; a challenge's route, with an exact path, comes before it. */
function redirectRoute(name: string, namespace: string): KubernetesObject {
  return {
    apiVersion,
    kind: "HTTPRoute",
    metadata: { name: `${name}-redirect`, namespace },
    spec: {
      parentRefs: [{ name, sectionName: plainListener }],
      rules: [
        {
          filters: [
            { type: "RequestRedirect", requestRedirect: { scheme: "https", port: 443, statusCode: 301 } },
          ],
        },
      ],
    },
  };
}
