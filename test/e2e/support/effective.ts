import type { KubernetesObject } from "../../../src/kubernetes/objects.js";

type Data = Record<string, string>;
type Fields = Record<string, unknown>;

/** Contents of ConfigMaps and Secrets by `Kind/name`. */
export class ConfigContents {
  readonly #contents = new Map<string, Data>();

  constructor(objects: readonly KubernetesObject[]) {
    for (const object of objects) {
      const plain = (object.data ?? {}) as Data;
      if (object.kind === "ConfigMap") {
        this.#contents.set(`ConfigMap/${object.metadata.name}`, plain);
      }
      if (object.kind === "Secret") {
        const decoded = Object.entries(plain).map(([key, value]) => [
          key,
          Buffer.from(value, "base64").toString(),
        ]);
        this.#contents.set(`Secret/${object.metadata.name}`, Object.fromEntries(decoded) as Data);
      }
    }
  }

  of(kind: string, name: unknown): Data {
    const found = this.#contents.get(`${kind}/${String(name)}`);
    if (found === undefined) {
      throw new Error(`${kind} ${String(name)} is referred to and is not there`);
    }
    return found;
  }
}

/**
 * An object as its pods would see it: in place of references to ConfigMaps and Secrets stand the files and variables
 * that they give. Lists whose items have names become maps.
 */
export function effective(object: KubernetesObject, contents: ConfigContents): Fields {
  return resolve(object, contents) as Fields;
}

function resolve(value: unknown, contents: ConfigContents): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => resolve(item, contents));
    const named = items.every((item) => typeof (item as Fields | null)?.name === "string");
    return named && items.length > 0
      ? Object.fromEntries(items.map((item) => [(item as Fields).name as string, item]))
      : items;
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  const fields = value as Fields;
  for (const [field, kind, name] of [
    ["configMap", "ConfigMap", "name"],
    ["secret", "Secret", "secretName"],
  ] as const) {
    const source = fields[field] as Fields | undefined;
    if (source?.[name] !== undefined) {
      return { name: fields.name, files: filesOf(source, contents.of(kind, source[name])) };
    }
  }
  const from = fields.valueFrom as { secretKeyRef?: Fields; configMapKeyRef?: Fields } | undefined;
  const reference = from?.secretKeyRef ?? from?.configMapKeyRef;
  if (reference !== undefined) {
    const kind = from?.secretKeyRef === undefined ? "ConfigMap" : "Secret";
    return { name: fields.name, value: contents.of(kind, reference.name)[String(reference.key)] };
  }
  return Object.fromEntries(Object.entries(fields).map(([key, item]) => [key, resolve(item, contents)]));
}

function filesOf(source: Fields, data: Data): Data {
  const items = source.items as { key: string; path: string }[] | undefined;
  return items === undefined
    ? data
    : Object.fromEntries(items.map(({ key, path }) => [path, data[key] ?? `(no key ${key})`]));
}

/** One place where two values differ. */
export interface Difference {
  /** Such as `Deployment/lms spec.replicas`; keys that hold dots are in brackets. */
  where: string;
  plain: unknown;
  ours: unknown;
}

/** Every leaf, or whole branch that one side lacks, in which `ours` is not `plain`. */
export function differences(plain: unknown, ours: unknown, where: string): Difference[] {
  if (isFields(plain) && isFields(ours)) {
    return [...new Set([...Object.keys(plain), ...Object.keys(ours)])].flatMap((key) =>
      differences(plain[key], ours[key], `${where} ${key}`),
    );
  }
  if (typeof plain === "string" && typeof ours === "string" && plain.includes("\n") && plain !== ours) {
    return textDifferences(plain, ours, where);
  }
  return JSON.stringify(plain) === JSON.stringify(ours) ? [] : [{ where, plain, ours }];
}

/** Lines that stand in one text only, as one difference each. */
function textDifferences(plain: string, ours: string, where: string): Difference[] {
  const [before, after] = [plain.split("\n"), ours.split("\n")];
  const lacking = without(before, after).map((line) => ({
    where: `${where} line`,
    plain: line,
    ours: undefined,
  }));
  const added = without(after, before).map((line) => ({
    where: `${where} line`,
    plain: undefined,
    ours: line,
  }));
  return lacking.length + added.length > 0 ? [...lacking, ...added] : [{ where, plain, ours }];
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const rest = [...others];
  return lines.filter((line) => {
    const at = rest.indexOf(line);
    if (at >= 0) {
      rest.splice(at, 1);
    }
    return at < 0;
  });
}

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
