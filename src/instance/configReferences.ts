import type {
  V1ConfigMapVolumeSource,
  V1EnvFromSource,
  V1EnvVar,
  V1KeyToPath,
  V1PodSpec,
  V1SecretVolumeSource,
  V1Volume,
  V1VolumeProjection,
} from "@kubernetes/client-node";
import type { KubernetesObject } from "../kubernetes/objects.js";
import { type Placement, nameOf } from "./configObject.js";
import { mapPodSpecs, withContainers } from "./pods.js";

/** A pod's reference to a ConfigMap or Secret. */
export interface ConfigReference {
  kind: "ConfigMap" | "Secret";
  name: string;
  /** The pod takes the object with its keys as they are, so that it can't become part of another one. */
  whole: boolean;
}

/** Every ConfigMap and Secret that a pod refers to: by volumes, environment and pull secrets. */
export function configReferences(spec: V1PodSpec): ConfigReference[] {
  const found: ConfigReference[] = [];
  const add = (kind: ConfigReference["kind"], name: string | undefined, whole = false): void => {
    if (name !== undefined) {
      found.push({ kind, name, whole });
    }
  };
  for (const volume of spec.volumes ?? []) {
    add("ConfigMap", volume.configMap?.name);
    add("Secret", volume.secret?.secretName);
    for (const source of volume.projected?.sources ?? []) {
      add("ConfigMap", source.configMap?.name);
      add("Secret", source.secret?.name);
    }
  }
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    for (const source of container.envFrom ?? []) {
      add("ConfigMap", source.configMapRef?.name, true);
      add("Secret", source.secretRef?.name, true);
    }
    for (const { valueFrom } of container.env ?? []) {
      add("ConfigMap", valueFrom?.configMapKeyRef?.name);
      add("Secret", valueFrom?.secretKeyRef?.name);
    }
  }
  for (const { name } of spec.imagePullSecrets ?? []) {
    add("Secret", name, true);
  }
  return found;
}

/** The workloads, each reference pointing to where its object's keys went. Those to unknown objects stay. */
export function rewriteReferences(
  workloads: readonly KubernetesObject[],
  placements: ReadonlyMap<string, Placement>,
): KubernetesObject[] {
  const rewriter = new Rewriter(placements);
  return mapPodSpecs(workloads, (spec) => rewriter.pod(spec));
}

class Rewriter {
  private readonly placements: ReadonlyMap<string, Placement>;

  constructor(placements: ReadonlyMap<string, Placement>) {
    this.placements = placements;
  }

  pod(spec: V1PodSpec): V1PodSpec {
    const rewritten = withContainers(spec, (container) => ({
      ...container,
      ...(container.envFrom && { envFrom: container.envFrom.map((source) => this.envFrom(source)) }),
      ...(container.env && { env: container.env.map((variable) => this.variable(variable)) }),
    }));
    return {
      ...rewritten,
      ...(spec.volumes && { volumes: spec.volumes.map((volume) => this.volume(volume)) }),
      ...(spec.imagePullSecrets && {
        imagePullSecrets: spec.imagePullSecrets.map((reference) => {
          const placement = this.find("Secret", reference.name);
          return placement ? { name: nameOf(placement.config.id) } : reference;
        }),
      }),
    };
  }

  private find(kind: ConfigReference["kind"], name: string | undefined): Placement | undefined {
    return this.placements.get(`${kind}.${name}`);
  }

  private volume(volume: V1Volume): V1Volume {
    const { configMap, secret, projected, ...rest } = volume;
    const fromConfigMap = this.find("ConfigMap", configMap?.name);
    const fromSecret = this.find("Secret", secret?.secretName);
    if (configMap !== undefined && fromConfigMap !== undefined) {
      return { ...rest, ...volumeSource(configMap, fromConfigMap) };
    }
    if (secret !== undefined && fromSecret !== undefined) {
      return { ...rest, ...volumeSource(secret, fromSecret) };
    }
    if (projected?.sources !== undefined) {
      const sources = projected.sources.map((source) => this.projection(source));
      return { ...rest, projected: { ...projected, sources } };
    }
    return volume;
  }

  private projection(source: V1VolumeProjection): V1VolumeProjection {
    const { configMap, secret } = source;
    const old = configMap ?? secret;
    const placement = this.find(configMap ? "ConfigMap" : "Secret", old?.name);
    if (old === undefined || placement === undefined) {
      return source;
    }
    const items = itemsOf(old.items, placement);
    const found = {
      name: nameOf(placement.config.id),
      ...(items && { items }),
      ...(old.optional !== undefined && { optional: old.optional }),
    };
    return placement.config.kind === "Secret" ? { secret: found } : { configMap: found };
  }

  private envFrom(source: V1EnvFromSource): V1EnvFromSource {
    const { configMapRef, secretRef, ...rest } = source;
    const old = configMapRef ?? secretRef;
    const placement = this.find(configMapRef ? "ConfigMap" : "Secret", old?.name);
    if (placement === undefined) {
      return source;
    }
    const found = { ...old, name: nameOf(placement.config.id) };
    return placement.config.kind === "Secret"
      ? { ...rest, secretRef: found }
      : { ...rest, configMapRef: found };
  }

  private variable(variable: V1EnvVar): V1EnvVar {
    const { configMapKeyRef, secretKeyRef } = variable.valueFrom ?? {};
    const old = configMapKeyRef ?? secretKeyRef;
    const placement = this.find(configMapKeyRef ? "ConfigMap" : "Secret", old?.name);
    if (old === undefined || placement === undefined) {
      return variable;
    }
    const found = { ...old, name: nameOf(placement.config.id), key: `${placement.prefix}${old.key}` };
    const isSecret = placement.config.kind === "Secret";
    return { ...variable, valueFrom: isSecret ? { secretKeyRef: found } : { configMapKeyRef: found } };
  }
}

function volumeSource(
  source: V1ConfigMapVolumeSource | V1SecretVolumeSource,
  placement: Placement,
): Pick<V1Volume, "configMap" | "secret"> {
  const items = itemsOf(source.items, placement);
  const common = {
    ...(items && { items }),
    ...(source.defaultMode !== undefined && { defaultMode: source.defaultMode }),
    ...(source.optional !== undefined && { optional: source.optional }),
  };
  const name = nameOf(placement.config.id);
  return placement.config.kind === "Secret"
    ? { secret: { secretName: name, ...common } }
    : { configMap: { name, ...common } };
}

/** The files of a volume: those that were asked for, else all that the source had, under the paths that they had. */
function itemsOf(
  items: readonly V1KeyToPath[] | undefined,
  { prefix, keys }: Placement,
): V1KeyToPath[] | undefined {
  if (prefix === "") {
    return items && [...items];
  }
  const asked = items ?? [...keys].sort().map((key): V1KeyToPath => ({ key, path: key }));
  return asked.map((item) => ({ ...item, key: `${prefix}${item.key}` }));
}
