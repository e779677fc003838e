import { partOf } from "../../kubernetes/conventions.js";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { mapStrings } from "../../kubernetes/objects.js";
import { digest } from "../../workspace/digest.js";
import { type ConfigObject, idIn, retainedLabel } from "./configObject.js";
import { type SecretValue, textsFor } from "../secrets/secrets.js";
import { isTaskJob } from "../tasks/tasks.js";
import { Tokens } from "../../tutor/tokenTexts.js";

export interface ConfigResourcesArgs {
  /** Prefix of the resources' names, and their label `app.kubernetes.io/instance`. */
  instance: string;
  namespace: pulumi.Input<string>;
  /** Before the names of objects, in a namespace that instances share, and of their resources. Default: nothing. */
  prefix?: string;
  configObjects: readonly ConfigObject[];
  secrets: ReadonlyMap<string, SecretValue>;
  /** Takes over objects that stayed from an earlier time. Default: the parent's, which refuses what exists. */
  adopting?: pulumi.ProviderResource;
  parent: pulumi.Resource;
}

export interface ConfigName {
  /** With the hash of its bound content. */
  name: pulumi.Output<string>;
  /** The hash of what is known of its content before any resource is made. */
  version: string;
}

/** Names of config objects, by id. */
export type ConfigNames = ReadonlyMap<string, ConfigName>;

/** Hexadecimal digits of a hash in a name. */
export const hashLength = 10;

/** A config object with tokens, and all that is needed to bind it. */
interface Unbound {
  config: ConfigObject;
  needed: readonly SecretValue[];
  tokens: Tokens;
}

/**
 * One immutable ConfigMap or Secret for each config object. What changes gets a new object, and so rolls its pods.
 *
 * Its own name has the hash of its bound content. Its resource has the hash of what is known of that before anything is
 * made, so that another content is another resource beside the first: a change that is turned back after a failed
 * deployment finds the first one as it was. Were it one resource that is replaced, the first object would wait in the
 * state for its deletion, and stand in the way of its own successor. That hash goes into the object's name too, so that
 * no two resources ever want the same object.
 *
 * What pods of a release read stays on the cluster when its resource goes: Helm's history names it, and a rollback would
 * find nothing. When its content comes back, so does its name, and the object may be there still. To adopt it is safe: it
 * is immutable, and its name is the hash of all that it holds, so that it is the very object that would be made.
 */
export function createConfigObjects(args: ConfigResourcesArgs): ConfigNames {
  return new Map(args.configObjects.map((config) => [config.id, createConfigObject(config, args)]));
}

/** The value with the names of config objects filled in: outputs at those leaves, all else plain. */
export function withConfigNames<T>(value: T, names: ConfigNames): pulumi.Input<T> {
  return mapStrings<unknown>(value, (text) => {
    const id = idIn(text);
    return id === undefined ? text : names.get(id)?.name;
  }) as pulumi.Input<T>;
}

function createConfigObject(config: ConfigObject, args: ConfigResourcesArgs): ConfigName {
  const { id, kind, type, binaryData } = config;
  const hashed = config.consumers.length > 0;
  const { prefix = "" } = args;
  const unbound = unboundOf(config, args.secrets);
  const version = versionOf(unbound);
  const data = bind(unbound);
  const name = hashed ? nameFor(unbound, version, data) : id;
  const retained = hashed && isReadByRelease(config) && prefix === "";
  const metadata = {
    name: prefix === "" ? name : pulumi.interpolate`${prefix}${name}`,
    namespace: args.namespace,
    labels: config.labels ?? {
      "app.kubernetes.io/instance": args.instance,
      ...partOf,
      ...(retained && { [retainedLabel.key]: retainedLabel.value }),
    },
    // Who made the object that is adopted owns its labels, and they may have been others then.
    ...(retained && { annotations: { "pulumi.com/patchForce": "true" } }),
  };
  // No alias: the engine would take the resource of the last content for this one, and replace it.
  const options = {
    parent: args.parent,
    retainOnDelete: retained || undefined,
    provider: retained ? args.adopting : undefined,
  };
  const resource = `${args.instance}-${prefix === "" ? "" : "accounts-"}${id}${hashed ? `-${version}` : ""}`;
  const common = { metadata, immutable: hashed };
  const binary = Object.keys(binaryData).length > 0 ? binaryData : undefined;
  const object =
    kind === "Secret"
      ? // The class marks all that it holds as secret.
        new k8s.core.v1.Secret(resource, { ...common, type, stringData: data, data: binary }, options)
      : new k8s.core.v1.ConfigMap(resource, { ...common, data, binaryData: binary }, options);
  return { name: object.metadata.name, version };
}

/** Task Jobs alone are in no release's history: they are made once, and never gone back to. */
function isReadByRelease({ consumers }: ConfigObject): boolean {
  return !consumers.every(isTaskJob);
}

function unboundOf(config: ConfigObject, secrets: ReadonlyMap<string, SecretValue>): Unbound {
  const needed = config.tokenKeys.map((key) => secretOf(key, secrets));
  return { config, needed, tokens: new Tokens(needed.map(({ entry }) => entry)) };
}

/** Of the content with keys in the place of tokens, and of the versions of what takes their places. */
function versionOf({ config, needed, tokens }: Unbound): string {
  const keys = new Map(
    needed.flatMap(({ entry }) =>
      entry.tokens.map(({ text, part = "" }): [string, string] => [text, `<${entry.key} ${part}>`]),
    ),
  );
  const versions = needed.flatMap(({ entry, version }) => [entry.key, version]);
  return hashOf(config, replaced(config.data, tokens, keys), versions);
}

/** Plain where no value stands in it; else one output, however many do: a hundred instances have many objects. */
function bind({ config, needed, tokens }: Unbound): pulumi.Input<Record<string, string>> {
  if (needed.length === 0) {
    return config.data;
  }
  return pulumi.all(needed.map(({ value }) => value)).apply((values) => {
    const texts = new Map(needed.flatMap(({ entry }, index) => textsFor(entry, values[index] as string)));
    return replaced(config.data, tokens, texts);
  });
}

function nameFor(
  { config, needed }: Unbound,
  version: string,
  data: pulumi.Input<Record<string, string>>,
): pulumi.Input<string> {
  const name = (bound: Record<string, string>): string => `${config.id}-${hashOf(config, bound, [version])}`;
  return needed.length === 0
    ? name(config.data)
    : // A hash of 40 bits of what is mostly random tells nothing of it.
      pulumi.unsecret(pulumi.output(data).apply(name));
}

function replaced(
  data: Record<string, string>,
  tokens: Tokens,
  texts: ReadonlyMap<string, string>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, tokens.replace(text, texts)]));
}

function secretOf(key: string, secrets: ReadonlyMap<string, SecretValue>): SecretValue {
  const found = secrets.get(key);
  if (found === undefined) {
    throw new Error(`${key} has a token in a config object and no value`);
  }
  return found;
}

/** Of all that the object's consumers see, and of more. */
function hashOf(
  { kind, type = "", binaryData }: ConfigObject,
  data: Record<string, string>,
  more: readonly string[],
): string {
  const parts = [data, binaryData].flatMap((map) => ["", ...Object.entries(map).sort(byKey).flat()]);
  return digest(kind, type, ...parts, "", ...more).slice(0, hashLength);
}

function byKey([one]: [string, string], [other]: [string, string]): number {
  return one < other ? -1 : 1;
}
