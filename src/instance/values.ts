import { type KubernetesObject, objectKey } from "../kubernetes/objects.js";
import { ingressHosts } from "./hosts.js";
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
    tls: boolean | { enabled: true; secretName: string };
    hosts: string[];
    service: { name: string; port: number };
  };
  networkPolicy?: {
    enabled: boolean;
    edge: { podSelector: Record<string, string>; ports: number[]; fromNamespace: string };
  };
  serviceAccount?: { create: boolean; name: string };
}

/** Port of Tutor's Caddy, its container's as well as its Service's. */
const caddyPort = 80;

/** Values of the release with the databases: what Tutor has, and nothing on top. */
export function dataValues(input: InstanceInput, objects: readonly KubernetesObject[]): ChartValues {
  return {
    instance: input.source.name,
    openEdx: { release: input.render.openEdxRelease, tutor: input.render.tutorVersion },
    manifests: manifestsOf(objects),
    podDisruptionBudgets: budgetsFor(objects),
  };
}

/** Values of the release with the site, which also has the way in and the network rules of the whole namespace. */
export function appValues(
  input: InstanceInput,
  objects: readonly KubernetesObject[],
  hosts: readonly string[],
): ChartValues {
  const { edge } = input;
  const caddy = objects.find((object) => objectKey(object) === "Deployment.caddy");
  const hasService = objects.some((object) => objectKey(object) === "Service.caddy");
  const covered = new Set(ingressHosts(objects));
  const open = hosts.filter((host) => !covered.has(host));
  const routes = edge.routesFor(input.source.name, open);
  return {
    ...dataValues(input, objects),
    ...(routes.kind === "ingress" && {
      ingress: {
        enabled: hasService && open.length > 0,
        className: routes.className,
        annotations: routes.annotations,
        tls: routes.tls,
        hosts: open,
        service: { name: "caddy", port: caddyPort },
      },
    }),
    networkPolicy: {
      enabled: true,
      edge: {
        podSelector: caddy === undefined ? {} : selectorOf(caddy),
        ports: [caddyPort],
        fromNamespace: edge.controllerNamespace ?? "",
      },
    },
    serviceAccount: { create: false, name: input.source.name },
  };
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
