import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { mapStrings } from "../kubernetes/objects.js";
import { digest } from "../workspace/digest.js";
import { type ConfigObject, idIn } from "./configObject.js";
import { type SecretValue, textsFor } from "./secrets.js";
import { Tokens } from "./tokens.js";

export interface ConfigResourcesArgs {
  /** Prefix of the resources' names, and their label `app.kubernetes.io/instance`. */
  instance: string;
  namespace: pulumi.Input<string>;
  /** Before the names of objects, in a namespace that instances share, and of their resources. Default: nothing. */
  prefix?: string;
  configObjects: readonly ConfigObject[];
  secrets: ReadonlyMap<string, SecretValue>;
  parent: pulumi.Resource;
}

/** Names of config objects, by id. */
export type ConfigNames = ReadonlyMap<string, pulumi.Output<string>>;

/** Hexadecimal digits of a hash in a name. */
export const hashLength = 10;

interface Bound {
  data: pulumi.Input<Record<string, string>>;
  /** With the hash. */
  name: pulumi.Input<string>;
}

/**
 * One immutable ConfigMap or Secret for each config object, named by the hash of its bound content: what changes gets a
 * new object, and so rolls its pods, while those of a version that is rolled back to are still there.
 */
export function createConfigObjects(args: ConfigResourcesArgs): ConfigNames {
  return new Map(args.configObjects.map((config) => [config.id, createConfigObject(config, args)]));
}

/** The value with the names of config objects filled in: outputs at those leaves, all else plain. */
export function withConfigNames<T>(value: T, names: ConfigNames): pulumi.Input<T> {
  return mapStrings<unknown>(value, (text) => {
    const id = idIn(text);
    return id === undefined ? text : names.get(id);
  }) as pulumi.Input<T>;
}

function createConfigObject(config: ConfigObject, args: ConfigResourcesArgs): pulumi.Output<string> {
  const { id, kind, type, binaryData } = config;
  const hashed = config.consumers.length > 0;
  const { prefix = "" } = args;
  const { data, name } = bind(config, args.secrets);
  const metadata = {
    name: prefix === "" ? (hashed ? name : id) : pulumi.interpolate`${prefix}${hashed ? name : id}`,
    namespace: args.namespace,
    labels: config.labels ?? {
      "app.kubernetes.io/instance": args.instance,
      "app.kubernetes.io/part-of": "openedx",
    },
  };
  const options = { parent: args.parent };
  const resource = `${args.instance}-${prefix === "" ? "" : "accounts-"}${id}`;
  const hasBinary = Object.keys(binaryData).length > 0;
  const object =
    kind === "Secret"
      ? // The class marks all that it holds as secret.
        new k8s.core.v1.Secret(
          resource,
          {
            metadata,
            immutable: hashed,
            ...(type !== undefined && { type }),
            stringData: data,
            ...(hasBinary && { data: binaryData }),
          },
          options,
        )
      : new k8s.core.v1.ConfigMap(
          resource,
          { metadata, immutable: hashed, data, ...(hasBinary && { binaryData }) },
          options,
        );
  return object.metadata.name;
}

/** Plain where no value stands in it; else one output, however many do: a hundred instances have many objects. */
function bind(config: ConfigObject, secrets: ReadonlyMap<string, SecretValue>): Bound {
  const needed = config.tokenKeys.map((key) => secretOf(key, secrets));
  if (needed.length === 0) {
    return { data: config.data, name: nameFor(config, config.data) };
  }
  const tokens = new Tokens(needed.map(({ entry }) => entry));
  const data = pulumi.all(needed.map(({ value }) => value)).apply((values) => {
    const texts = new Map(needed.flatMap(({ entry }, index) => textsFor(entry, values[index] as string)));
    return Object.fromEntries(
      Object.entries(config.data).map(([key, text]) => [key, tokens.replace(text, texts)]),
    );
  });
  // A hash of 40 bits of what is mostly random tells nothing of it.
  return { data, name: pulumi.unsecret(data.apply((bound) => nameFor(config, bound))) };
}

function secretOf(key: string, secrets: ReadonlyMap<string, SecretValue>): SecretValue {
  const found = secrets.get(key);
  if (found === undefined) {
    throw new Error(`${key} has a token in a config object and no value`);
  }
  return found;
}

/** The hash is of all that the object's consumers see. */
function nameFor({ id, kind, type = "", binaryData }: ConfigObject, data: Record<string, string>): string {
  const parts = [data, binaryData].flatMap((map) => ["", ...Object.entries(map).sort(byKey).flat()]);
  return `${id}-${digest(kind, type, ...parts).slice(0, hashLength)}`;
}

function byKey([one]: [string, string], [other]: [string, string]): number {
  return one < other ? -1 : 1;
}
