import type { V1KeyToPath, V1PodSpec } from "@kubernetes/client-node";
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
  redirect(spec, (reference) => {
    found.push(reference);
    return undefined;
  });
  return found;
}

/** The workloads, each reference pointing to where its object's keys went. Those to unknown objects stay. */
export function rewriteReferences(
  workloads: readonly KubernetesObject[],
  placements: ReadonlyMap<string, Placement>,
): KubernetesObject[] {
  return mapPodSpecs(workloads, (spec) =>
    redirect(spec, ({ kind, name }) => placements.get(`${kind}.${name}`)),
  );
}

/** Where the keys of an object went; undefined for one that stays. */
type Find = (reference: ConfigReference) => Placement | undefined;

function redirect(spec: V1PodSpec, find: Find): V1PodSpec {
  const rewritten = withContainers(spec, (container) => ({
    ...container,
    ...(container.envFrom && {
      envFrom: container.envFrom.map((source) =>
        moved(
          source,
          ["configMapRef", "secretRef"],
          find,
          (old, { config }) => ({ ...old, name: nameOf(config.id) }),
          true,
        ),
      ),
    }),
    ...(container.env && {
      env: container.env.map((variable) =>
        variable.valueFrom === undefined
          ? variable
          : {
              ...variable,
              valueFrom: moved(
                variable.valueFrom,
                ["configMapKeyRef", "secretKeyRef"],
                find,
                (old, { config, prefix }) => ({
                  ...old,
                  name: nameOf(config.id),
                  key: `${prefix}${old.key}`,
                }),
              ),
            },
      ),
    }),
  }));
  return {
    ...rewritten,
    ...(spec.volumes && {
      volumes: spec.volumes.map((volume) => {
        const { projected, ...rest } = volume;
        if (projected?.sources === undefined) {
          return moved(volume, ["configMap", "secret"], find, files("secretName"));
        }
        const sources = projected.sources.map((source) =>
          moved(source, ["configMap", "secret"], find, files("name")),
        );
        return { ...rest, projected: { ...projected, sources } };
      }),
    }),
    ...(spec.imagePullSecrets && {
      imagePullSecrets: spec.imagePullSecrets.map((reference) => {
        const { name } = reference;
        const placement = name === undefined ? undefined : find({ kind: "Secret", name, whole: true });
        return placement ? { name: nameOf(placement.config.id) } : reference;
      }),
    }),
  };
}

/** What Kubernetes' references to ConfigMaps and Secrets hold, of whatever kind they are. */
interface Reference {
  name?: string;
  /** As volumes name it. */
  secretName?: string;
  key?: string;
  items?: V1KeyToPath[];
}

/**
 * What holds one reference, pointing to where its object's keys went.
 * @param fields with the reference to a ConfigMap and that to a Secret; one of them may be there
 */
function moved<T extends object>(
  holder: T,
  [mapField, secretField]: readonly [keyof T, keyof T],
  find: Find,
  change: (old: Reference, placement: Placement) => object,
  whole = false,
): T {
  const kind = holder[secretField] === undefined ? "ConfigMap" : "Secret";
  const old = holder[kind === "Secret" ? secretField : mapField] as Reference | undefined;
  const name = old?.secretName ?? old?.name;
  const placement = name === undefined ? undefined : find({ kind, name, whole });
  if (old === undefined || placement === undefined) {
    return holder;
  }
  const { [mapField]: _map, [secretField]: _secret, ...rest } = holder;
  const field = placement.config.kind === "Secret" ? secretField : mapField;
  return { ...rest, [field]: change(old, placement) } as T;
}

/** The files of a volume: those that were asked for, else all that the source had, under the paths that they had. */
function files(secretName: "name" | "secretName") {
  return (
    { name: _, secretName: __, items, ...rest }: Reference,
    { config, prefix, keys }: Placement,
  ): object => {
    const asked = items ?? [...keys].sort().map((key): V1KeyToPath => ({ key, path: key }));
    const placed = prefix === "" ? items : asked.map((item) => ({ ...item, key: `${prefix}${item.key}` }));
    return {
      [config.kind === "Secret" ? secretName : "name"]: nameOf(config.id),
      ...(placed && { items: placed }),
      ...rest,
    };
  };
}
