import { createHash } from "node:crypto";
import { objectKey, type Json, type KubernetesObject } from "../kubernetes/objects.js";
import { Tokens } from "./tokenTexts.js";
import type { InitTask, TokenEntry } from "./types.js";

/** What a render made, with one set of tokens in it. */
export interface Rendered {
  objects: KubernetesObject[];
  tasks: InitTask[];
  entries: readonly TokenEntry[];
}

/** One place where two renders differ though they should not. */
export interface Difference {
  /** `ConfigMap.openedx-settings-lms data["production.py"] line 12`, or `init task 3 of aspects in service lms`. */
  place: string;
  /** The setting whose token was transformed there; absent if nothing of the kind was found. */
  key?: string;
  /** How: `encoded in base64`, `hashed with sha256`, `cut`, … */
  how?: string;
}

/** Replaces each token by the name of its setting; what is left must be the same in every render. */
export function tokenEraser(entries: readonly TokenEntry[]): (text: string) => string {
  const names = entries.flatMap(({ key, tokens }) =>
    tokens.map(({ text, part }): [string, string] => [
      text,
      part === undefined ? `<${key}>` : `<${key}.${part}>`,
    ]),
  );
  const [tokens, texts] = [new Tokens(entries), new Map(names)];
  return (text) => tokens.replace(text, texts);
}

/** The places where two renders of one project differ once their tokens are turned back into key names. */
export function differences(first: Rendered, second: Rendered): Difference[] {
  const found: Difference[] = [];
  const explain = explainer(first.entries);
  const [eraseFirst, eraseSecond] = [tokenEraser(first.entries), tokenEraser(second.entries)];
  const compare = (place: string, one: unknown, other: unknown): void => {
    for (const { path, left, right } of walk("", one, other, eraseFirst, eraseSecond)) {
      const { line, text } = firstDifferentLine(eraseFirst(left), eraseSecond(right), left);
      found.push({ place: `${place}${path}${line === undefined ? "" : ` line ${line}`}`, ...explain(text) });
    }
  };
  const others = new Map(second.objects.map((object) => [eraseSecond(objectKey(object)), object]));
  for (const object of first.objects) {
    const key = eraseFirst(objectKey(object));
    compare(key, object, others.get(key) ?? null);
    others.delete(key);
  }
  for (const key of others.keys()) {
    found.push({ place: key });
  }
  for (let index = 0; index < Math.max(first.tasks.length, second.tasks.length); index += 1) {
    const [task, other] = [first.tasks[index], second.tasks[index]];
    const named = task ?? other;
    const place = `init task ${index + 1} (${named?.owner}, service ${named?.service})`;
    compare(place, task?.script ?? "", other?.script ?? "");
  }
  return found;
}

/** The settings of Tutor's config that hold no token, deeply, and are the same in both renders. */
export function plainSettings(
  first: Record<string, Json>,
  second: Record<string, Json>,
  secretKeys: ReadonlySet<string>,
  entries: readonly TokenEntry[],
): Record<string, Json> {
  const erase = tokenEraser(entries);
  return Object.fromEntries(
    Object.entries(first)
      .filter(([key, value]) => {
        const text = JSON.stringify(value);
        return !secretKeys.has(key) && erase(text) === text && text === JSON.stringify(second[key]);
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

interface LeafDifference {
  path: string;
  left: string;
  right: string;
}

function* walk(
  path: string,
  one: unknown,
  other: unknown,
  eraseOne: (text: string) => string,
  eraseOther: (text: string) => string,
): Generator<LeafDifference> {
  if (isContainer(one) && isContainer(other) && Array.isArray(one) === Array.isArray(other)) {
    const left = new Map(Object.entries(one).map(([key, value]) => [eraseOne(key), value as unknown]));
    const right = new Map(Object.entries(other).map(([key, value]) => [eraseOther(key), value as unknown]));
    for (const key of new Set([...left.keys(), ...right.keys()])) {
      const step = Array.isArray(one) ? `[${key}]` : /^\w+$/.test(key) ? `.${key}` : `["${key}"]`;
      yield* walk(`${path}${step}`, left.get(key), right.get(key), eraseOne, eraseOther);
    }
    return;
  }
  const left = asText(one);
  const right = asText(other);
  if (eraseOne(left) !== eraseOther(right)) {
    yield { path, left, right };
  }
}

const isContainer = (value: unknown): value is object => value !== null && typeof value === "object";
const asText = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? "");

function firstDifferentLine(
  left: string,
  right: string,
  raw: string,
): { line: number | undefined; text: string } {
  const [one, other] = [left.split("\n"), right.split("\n")];
  const index = one.findIndex((line, at) => line !== other[at]);
  if (one.length < 2 || index < 0) {
    return { line: undefined, text: raw };
  }
  return { line: index + 1, text: raw.split("\n")[index] ?? raw };
}

/** Finds which token a text was made from, among the transformations that plugins are seen to do. */
function explainer(entries: readonly TokenEntry[]): (text: string) => { key?: string; how?: string } {
  const tokens = entries.flatMap(({ key, tokens }) => tokens.map(({ text }) => ({ key, text })));
  return (text) => {
    for (const { key, text: token } of tokens) {
      const how = transformation(text, token);
      if (how !== undefined) {
        return { key, how };
      }
    }
    return {};
  };
}

function transformation(text: string, token: string): string | undefined {
  for (const start of [0, 1, 2]) {
    // base64 of the token at each of the three alignments that it may have inside a longer text
    const encoded = Buffer.from("x".repeat(start) + token).toString("base64url");
    const inner = encoded.slice(start === 0 ? 0 : start + 1, -2);
    if (text.replaceAll("+", "-").replaceAll("/", "_").includes(inner)) {
      return "encoded in base64";
    }
  }
  for (const algorithm of ["md5", "sha1", "sha256", "sha512"]) {
    const hash = createHash(algorithm).update(token);
    const value = hash.digest();
    if (text.includes(value.toString("hex")) || text.includes(value.toString("base64"))) {
      return `hashed with ${algorithm}`;
    }
  }
  if (token !== token.toUpperCase() && text.includes(token.toUpperCase())) {
    return "turned to upper case";
  }
  if (token !== token.toLowerCase() && text.includes(token.toLowerCase())) {
    return "turned to lower case";
  }
  if (text.includes([...token].reverse().join(""))) {
    return "reversed";
  }
  if (text.includes(Buffer.from(token).toString("hex"))) {
    return "encoded in hexadecimal";
  }
  for (let start = 0; start + 5 <= token.length; start += 1) {
    if (text.includes(token.slice(start, start + 5))) {
      return "cut";
    }
  }
  return undefined;
}
