import { type KubernetesObject, objectKey } from "../kubernetes/objects.js";
import type { ParentRef } from "../platform/edge/types.js";
import type { Site } from "../platform/edge/types.js";
import { podTemplateOf, selectorOf } from "./pods.js";
import type { InstanceInput } from "./types.js";

/** What the chart openedx-instance takes. Names of config objects in the manifests are yet to be filled in. */
export interface ChartValues {
  instance: string;
  openEdx: { release: string; tutor: string };
  /** By `Kind.name`. */
  manifests: Record<string, KubernetesObject>;
  podDisruptionBudgets: Record<string, { selector: Record<string, string>; maxUnavailable: number }>;
  ingress?: {
    enabled: boolean;
    className: string;
    annotations: Record<string, string>;
    tls: boolean | { enabled: true; secretNames: Record<string, string> };
    perHost: boolean;
    hosts: string[];
    service: { name: string; port: number };
  };
  httpRoute?: {
    enabled: boolean;
    annotations: Record<string, string>;
    parentRefsByHost: Record<string, ParentRef[]>;
    timeouts: { request?: string };
    hosts: string[];
    service: { name: string; port: number };
  };
  networkPolicy?: {
    enabled: boolean;
    edge: { podSelector: Record<string, string>; ports: number[]; fromNamespace: string; cidrs: string[] };
    monitoringNamespace?: string;
  };
  serviceAccount?: { create: boolean; name: string };
}

/** Port of Tutor's Caddy, its container's as well as its Service's. */
const caddyPort = 80;
const caddyService = "Service.caddy";

/** Values of the release with the databases: what Tutor has, and nothing on top. */
export function dataValues(input: InstanceInput, objects: readonly KubernetesObject[]): ChartValues {
  return {
    instance: input.source.name,
    openEdx: { release: input.render.openEdxRelease, tutor: input.render.tutorVersion },
    manifests: manifestsOf(objects),
    podDisruptionBudgets: budgetsFor(objects),
  };
}

/**
 * Values of the release with the site, which also has the routes and the network rules of the whole namespace.
 * @param sites all of the stack: they share the edge's Gateways
 */
export function appValues(
  input: InstanceInput,
  objects: readonly KubernetesObject[],
  sites: readonly Site[],
): ChartValues {
  const { edge, monitoringNamespace } = input;
  const caddy = objects.find((object) => objectKey(object) === "Deployment.caddy");
  const hasService = objects.some((object) => objectKey(object) === caddyService);
  const hosts = input.render.hosts.routed;
  const target = {
    enabled: hasService && hosts.length > 0,
    hosts,
    service: { name: "caddy", port: caddyPort },
  };
  const routes = edge.routesFor(input.source.name, hosts, sites);
  return {
    ...dataValues(
      input,
      target.enabled ? [...annotateCaddy(objects, routes.serviceAnnotations), ...routes.objects] : objects,
    ),
    ...(routes.kind === "ingress"
      ? {
          ingress: {
            ...target,
            className: routes.className,
            annotations: routes.annotations,
            tls: routes.tls,
            perHost: routes.perHost,
          },
        }
      : {
          httpRoute: {
            ...target,
            annotations: routes.annotations,
            parentRefsByHost: routes.parentRefs,
            timeouts: routes.timeouts,
          },
        }),
    networkPolicy: {
      enabled: true,
      edge: {
        podSelector: caddy === undefined ? {} : selectorOf(caddy),
        ports: [caddyPort],
        fromNamespace: edge.controllerNamespace ?? "",
        cidrs: [...edge.trafficCidrs],
      },
      ...(monitoringNamespace !== undefined && { monitoringNamespace }),
    },
    serviceAccount: { create: false, name: input.source.name },
  };
}

/** Settings of some controllers are annotations of the Service that takes the traffic. */
function annotateCaddy(
  objects: readonly KubernetesObject[],
  annotations: Record<string, string>,
): KubernetesObject[] {
  return objects.map((object) => {
    const { metadata } = object;
    return objectKey(object) !== caddyService || Object.keys(annotations).length === 0
      ? object
      : { ...object, metadata: { ...metadata, annotations: { ...annotations, ...metadata.annotations } } };
  });
}

function manifestsOf(objects: readonly KubernetesObject[]): Record<string, KubernetesObject> {
  return Object.fromEntries(objects.map((object) => [objectKey(object), object]));
}

/** For workloads of two pods or more: a budget on a single one would stop every drain of its node. */
function budgetsFor(objects: readonly KubernetesObject[]): ChartValues["podDisruptionBudgets"] {
  const several = objects.filter(
    (object) =>
      (object.kind === "Deployment" || object.kind === "StatefulSet") &&
      podTemplateOf(object) !== undefined &&
      ((object.spec as { replicas?: number }).replicas ?? 1) >= 2,
  );
  return Object.fromEntries(
    several.map((object) => [object.metadata.name, { selector: selectorOf(object), maxUnavailable: 1 }]),
  );
}
