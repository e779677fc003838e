import type { V1PodSpec } from "@kubernetes/client-node";
import type { ServiceFacts } from "../../data/facts.js";
import { serviceFacts } from "../../data/factsTable.js";
import type { KubernetesObject } from "../../kubernetes/objects.js";
import type { TokenEntry } from "../../tutor/types.js";
import { mapPodSpecs, withContainers } from "../pods.js";
import type { Transform } from "./types.js";

/** The settings with the authorities of the data services' certificates, and the files that the plugin's settings name. */
const files = Object.assign(
  {},
  ...Object.values(serviceFacts).map(({ authorityFiles }: ServiceFacts) => authorityFiles),
) as Record<string, string>;
const mountPath = "/openedx/ca";
const name = "openedx-ca";

/** A ConfigMap with the authorities that clients must know; undefined where there are none. */
export function authoritiesConfig(entries: readonly TokenEntry[]): KubernetesObject | undefined {
  const data = Object.fromEntries(
    entries.flatMap(({ key, tokens }) => {
      const file = files[key];
      return file === undefined ? [] : [[file, tokens[0]?.text ?? ""]];
    }),
  );
  return Object.keys(data).length === 0
    ? undefined
    : { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data };
}

/** Mounts it into all containers: which of them talk to a database is the plugins' own knowledge. */
export const mountAuthorities: Transform = (objects, { authorities }) =>
  !authorities
    ? [...objects]
    : mapPodSpecs(objects, (spec): V1PodSpec => ({
        ...withContainers(spec, (container) => ({
          ...container,
          volumeMounts: [...(container.volumeMounts ?? []), { name, mountPath, readOnly: true }],
        })),
        volumes: [...(spec.volumes ?? []), { name, configMap: { name } }],
      }));
