import type { V1Container, V1PodSpec, V1PodTemplateSpec } from "@kubernetes/client-node";
import type { KubernetesObject } from "../kubernetes/objects.js";

/** Where each kind keeps the template of its pods. */
const templatePaths: Record<string, readonly string[]> = {
  Deployment: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  ReplicaSet: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
  Pod: [],
};

type Fields = Record<string, unknown>;

/** The template of the pods that an object makes; undefined for an object that makes none. */
export function podTemplateOf(object: KubernetesObject): V1PodTemplateSpec | undefined {
  const path = templatePaths[object.kind];
  const found = path?.reduce<unknown>((value, field) => (value as Fields | undefined)?.[field], object);
  return found as V1PodTemplateSpec | undefined;
}

/** The dotted path of an object's pod spec, for messages. */
export function podSpecPath(object: KubernetesObject): string {
  return [...(templatePaths[object.kind] ?? []), "spec"].join(".");
}

/** The same objects with `change` applied to every pod template; objects without one are passed on as they are. */
export function mapPodTemplates(
  objects: readonly KubernetesObject[],
  change: (template: V1PodTemplateSpec, object: KubernetesObject) => V1PodTemplateSpec,
): KubernetesObject[] {
  return objects.map((object) => {
    const path = templatePaths[object.kind];
    const template = podTemplateOf(object);
    if (path === undefined || template === undefined) {
      return object;
    }
    return replaceAt(object, path, change(template, object)) as KubernetesObject;
  });
}

/** As `mapPodTemplates`, for what is in the pods. */
export function mapPodSpecs(
  objects: readonly KubernetesObject[],
  change: (spec: V1PodSpec, object: KubernetesObject) => V1PodSpec,
): KubernetesObject[] {
  return mapPodTemplates(objects, (template, object) =>
    template.spec === undefined ? template : { ...template, spec: change(template.spec, object) },
  );
}

/** As `mapPodSpecs`, for each container, init containers included. */
export function mapContainers(
  objects: readonly KubernetesObject[],
  change: (container: V1Container, pod: V1PodSpec, object: KubernetesObject) => V1Container,
): KubernetesObject[] {
  return mapPodSpecs(objects, (spec, object) => withContainers(spec, (each) => change(each, spec, object)));
}

/** The same pod with `change` applied to each container, init containers included. */
export function withContainers(spec: V1PodSpec, change: (container: V1Container) => V1Container): V1PodSpec {
  return {
    ...spec,
    ...(spec.initContainers && { initContainers: spec.initContainers.map(change) }),
    containers: spec.containers.map(change),
  };
}

/** Names of the claims that a workload's pods mount. */
export function claimsOf(object: KubernetesObject): string[] {
  const volumes = podTemplateOf(object)?.spec?.volumes ?? [];
  return volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
}

/** Whether the pods of a workload keep data on volumes. */
export function holdsVolume(object: KubernetesObject): boolean {
  const { volumeClaimTemplates } = (object.spec ?? {}) as { volumeClaimTemplates?: unknown[] };
  return claimsOf(object).length > 0 || volumeClaimTemplates !== undefined;
}

/** The labels by which a workload or a Service finds its pods. */
export function selectorOf(object: KubernetesObject): Record<string, string> {
  const selector = (object.spec as Fields | undefined)?.selector as Fields | undefined;
  return (object.kind === "Service" ? selector : (selector?.matchLabels ?? {})) as Record<string, string>;
}

/** Whether a Service sends its traffic to the pods of a workload. */
export function servicePicks(service: KubernetesObject, workload: KubernetesObject): boolean {
  const labels = podTemplateOf(workload)?.metadata?.labels ?? {};
  const wanted = Object.entries(selectorOf(service) ?? {});
  return (
    service.kind === "Service" && wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
  );
}

/** Without the fields that are undefined, which JSON would not show either. */
export function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

function replaceAt(value: unknown, path: readonly string[], leaf: unknown): unknown {
  const [field, ...rest] = path;
  if (field === undefined) {
    return leaf;
  }
  return { ...(value as Fields), [field]: replaceAt((value as Fields)[field], rest, leaf) };
}
