import { mapOf, mapsOf } from "../workspace/yaml.js";
import { basename } from "node:path";
import { type Json, type JsonObject, type KubernetesObject, textsOf } from "../kubernetes/objects.js";
import type { Finding, PolicyResource, PolicyStack } from "./types.js";

export const releaseType = "kubernetes:helm.sh/v3:Release";
export const instanceType = "openedx:instance:OpenEdxInstance";

/** As plans show a value that only the deployment will know. */
export const unknown = "[unknown]";

/** A Kubernetes object of the stack, and the resource that carries it. */
export interface CarriedObject {
  urn: string;
  /** `Deployment/lms`. */
  label: string;
  /** Its own, or the release's. */
  namespace: string;
  object: KubernetesObject;
}

function carried(urn: string, object: KubernetesObject, namespace = "default"): CarriedObject {
  const { kind, metadata } = object;
  return { urn, label: `${kind}/${metadata.name}`, namespace: metadata.namespace ?? namespace, object };
}

function isObject(value: Record<string, unknown>): boolean {
  return typeof value.kind === "string" && typeof value.apiVersion === "string";
}

/** All Kubernetes objects: those that are resources of their own, and what releases hold. */
export function objectsOf({ resources, manifests }: PolicyStack): CarriedObject[] {
  return resources.flatMap(({ urn, type, name, inputs }) => {
    if (type === releaseType) {
      return (manifests[urn] ?? []).map((object) => carried(urn, object, releaseNamespace(inputs)));
    }
    if (!type.startsWith("kubernetes:") || !isObject(inputs)) {
      return [];
    }
    const metadata = mapOf(inputs.metadata);
    const named = textsOf(metadata.name).filter((text) => text !== unknown)[0] ?? name;
    return [
      carried(urn, { ...inputs, metadata: { ...metadata, name: named } } as unknown as KubernetesObject),
    ];
  });
}

export function releaseNamespace(inputs: JsonObject): string {
  return textsOf(inputs.namespace)[0] ?? "default";
}

/** Helm releases. */
export function releasesOf({ resources }: PolicyStack): PolicyResource[] {
  return resources.filter(({ type }) => type === releaseType);
}

/** The last part of a release's chart: `traefik` of `oci://ghcr.io/traefik/helm/traefik`, without an archive's version. */
export function chartName({ inputs }: PolicyResource): string {
  return basename(textsOf(inputs.chart)[0] ?? "").replace(/-v?\d+\.\d+.*\.tgz$/, "");
}

/** Releases of which not even the values, or the objects among them, are known yet. */
export function unreadReleases(stack: PolicyStack): Finding[] {
  return releasesOf(stack)
    .filter(({ inputs }) => inputs.values === unknown || mapOf(inputs.values).manifests === unknown)
    .map(({ urn, name }) => unchecked(urn, `The values of release ${name}`));
}

/** Releases that were judged by their values alone, since their charts could not be rendered. */
export function unrenderedReleases(stack: PolicyStack): string[] {
  return releasesOf(stack)
    .filter(({ urn }) => stack.manifests[urn] === undefined)
    .map(({ name }) => name);
}

/** How a rule reports what it would have to read and cannot yet. */
export function unchecked(urn: string, what: string, object?: string): Finding {
  return {
    urn,
    object,
    level: "advisory",
    message:
      `${what} could not be checked: only the deployment knows it. ` +
      "The policy pack checks it there (`pulumi up --policy-pack policy`).",
  };
}

/** The pod that a workload makes; undefined for what makes none. */
export function podOf({ kind, spec }: KubernetesObject): Record<string, unknown> | undefined {
  if (kind === "Pod") {
    return mapOf(spec);
  }
  const job = kind === "CronJob" ? mapOf(mapOf(mapOf(spec).jobTemplate).spec) : mapOf(spec);
  const template = job.template ?? mapOf(mapOf(spec).podTemplate).spec;
  const pod = mapOf(mapOf(template).spec);
  return Array.isArray(pod.containers) ? pod : undefined;
}

/** The containers of a pod, in all of its lists. */
export function containersOf(pod: Record<string, unknown>): Record<string, unknown>[] {
  return [...mapsOf(pod.initContainers), ...mapsOf(pod.containers), ...mapsOf(pod.ephemeralContainers)];
}

export interface Leaf {
  /** Keys from the top, such as `["spec", "ports", "0", "port"]`. */
  path: string[];
  value: null | boolean | number | string;
}

/** All plain values in a JSON-like value. */
export function leavesOf(value: unknown, path: string[] = []): Leaf[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
  }
  return value === undefined ? [] : [{ path, value: value as Exclude<Json, object> }];
}

/** `spec.ports[0].port`. */
export function pathText(path: readonly string[]): string {
  return path.reduce(
    (text, key) => (/^\d+$/.test(key) ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`),
    "",
  );
}
