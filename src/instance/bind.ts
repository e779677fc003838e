import { type KubernetesObject, objectKey } from "../kubernetes/objects.js";
import type { ConfigObject, Placement } from "./configObject.js";
import { configReferences, rewriteReferences } from "./configReferences.js";
import { podTemplateOf } from "./pods.js";
import type { Tokens } from "../tutor/tokenTexts.js";

export interface BoundConfig {
  configObjects: ConfigObject[];
  /** Points the references of workloads to config objects, by `nameOf`. */
  bind: (workloads: readonly KubernetesObject[]) => KubernetesObject[];
  /** ConfigMaps and Secrets that no pod refers to by name and that hold no secret: somebody else's, left as they are. */
  others: KubernetesObject[];
}

/** A ConfigMap or Secret of the render, its texts decoded. */
interface Source {
  object: KubernetesObject;
  key: string;
  data: Record<string, string>;
  binaryData: Record<string, string>;
  consumers: string[];
  /** It cannot become part of another object. */
  alone: boolean;
}

/** Most bytes in a config object that was merged; Kubernetes takes 1 MiB. */
const maxMergedBytes = 700_000;

/**
 * Makes config objects of the ConfigMaps and Secrets that pods read.
 *
 * Those with the same consumers become one, since each object costs time in every preview; those with different ones
 * don't, so that a change rolls exactly the pods that read it. What holds a secret becomes a Secret.
 */
export function bindConfig(
  workloads: readonly KubernetesObject[],
  config: readonly KubernetesObject[],
  tokens: Tokens,
): BoundConfig {
  const references = workloads.flatMap((workload) => {
    const spec = podTemplateOf(workload)?.spec;
    const found = spec === undefined ? [] : configReferences(spec);
    return found.map(({ kind, name, whole }) => ({
      key: `${kind}.${name}`,
      whole,
      consumer: objectKey(workload),
    }));
  });
  const sources = config.map((object): Source => {
    const key = objectKey(object);
    const uses = references.filter((reference) => reference.key === key);
    const consumers = [...new Set(uses.map(({ consumer }) => consumer))].sort();
    const alone = consumers.length === 0 || uses.some(({ whole }) => whole) || typeOf(object) !== undefined;
    return { object, key, consumers, alone, ...textsOf(object, tokens) };
  });
  const others = sources.filter(
    ({ consumers, data }) => consumers.length === 0 && tokens.find(...Object.values(data)).length === 0,
  );
  const groups = new Map<string, Source[]>();
  for (const source of sources.filter((each) => !others.includes(each))) {
    addWithin(groups, source.alone ? source.key : source.consumers.join(" "), source);
  }
  const placements = placeAll([...groups.values()], tokens);
  return {
    bind: (objects) => rewriteReferences(objects, placements),
    configObjects: [...new Set([...placements.values()].map((placement) => placement.config))],
    others: others.map(({ object }) => object),
  };
}

/** Adds to the group, or to a further one of the same consumers where the first would grow too large. */
function addWithin(groups: Map<string, Source[]>, key: string, source: Source): void {
  const group = groups.get(key) ?? [];
  const size = [...group, source].reduce((bytes, each) => bytes + sizeOf(each), 0);
  if (group.length > 0 && size > maxMergedBytes) {
    addWithin(groups, `${key} +`, source);
  } else {
    groups.set(key, [...group, source]);
  }
}

function placeAll(groups: readonly Source[][], tokens: Tokens): Map<string, Placement> {
  const taken = new Set<string>();
  const placements = new Map<string, Placement>();
  for (const group of groups) {
    const id = free(commonName(group.map(({ object }) => object.metadata.name)), taken);
    // Object names hold no underscore, so no two sources meet in one key.
    const prefixOf = (source: Source): string => (group.length > 1 ? `${source.object.metadata.name}_` : "");
    const merged = (field: "data" | "binaryData"): Record<string, string> =>
      Object.fromEntries(
        group.flatMap((source) =>
          Object.entries(source[field]).map(([key, text]) => [`${prefixOf(source)}${key}`, text]),
        ),
      );
    const data = merged("data");
    const entries = tokens.find(...Object.values(data));
    const secret =
      group.some(({ object }) => object.kind === "Secret") || entries.some((entry) => entry.secret);
    const type = group.map(({ object }) => typeOf(object)).find((each) => each !== undefined);
    const consumers = group[0]?.consumers ?? [];
    const labels = group[0]?.object.metadata.labels;
    const config: ConfigObject = {
      id,
      kind: secret ? "Secret" : "ConfigMap",
      ...(type !== undefined && { type }),
      data,
      binaryData: merged("binaryData"),
      tokenKeys: entries.map(({ key }) => key),
      consumers,
      ...(consumers.length === 0 && labels !== undefined && { labels }),
    };
    for (const source of group) {
      const keys = [...Object.keys(source.data), ...Object.keys(source.binaryData)];
      placements.set(source.key, { config, prefix: prefixOf(source), keys });
    }
  }
  return placements;
}

/** The words that all names begin with, `openedx` of `openedx-config` and `openedx-settings-lms`; else the first name. */
function commonName(names: readonly string[]): string {
  const [first = "", ...rest] = [...names].sort();
  const words = first.split("-");
  const differs = words.findIndex((word, at) => rest.some((name) => name.split("-")[at] !== word));
  return differs <= 0 ? first : words.slice(0, differs).join("-");
}

function free(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) {
    name = `${wanted}-${count}`;
  }
  taken.add(name);
  return name;
}

function textsOf(object: KubernetesObject, tokens: Tokens): Pick<Source, "data" | "binaryData"> {
  const fields = object as { data?: Record<string, string>; stringData?: Record<string, string> };
  if (object.kind === "ConfigMap") {
    return {
      data: fields.data ?? {},
      binaryData: (object as { binaryData?: Record<string, string> }).binaryData ?? {},
    };
  }
  const data: Record<string, string> = { ...fields.stringData };
  const binaryData: Record<string, string> = {};
  for (const [key, encoded] of Object.entries(fields.data ?? {})) {
    const text = Buffer.from(encoded, "base64").toString();
    // Only what holds tokens must be text; all else is passed on to the byte.
    if (tokens.find(text).length > 0) {
      data[key] ??= text;
    } else if (data[key] === undefined) {
      binaryData[key] = encoded;
    }
  }
  return { data, binaryData };
}

function typeOf(object: KubernetesObject): string | undefined {
  const { type } = object as { type?: string };
  return object.kind === "Secret" && type !== "Opaque" ? type : undefined;
}

function sizeOf({ data, binaryData }: Source): number {
  return [...Object.values(data), ...Object.values(binaryData)].reduce(
    (bytes, text) => bytes + Buffer.byteLength(text),
    0,
  );
}
