import type { z } from "zod";
import { joinFaults, type UserError } from "../workspace/errors.js";
import { nearest } from "../workspace/nearest.js";
import { configSchema } from "./schema.js";

type Issue = z.core.$ZodIssue;

/** Every fault in a stack's config as one error: `openedx:edge.https: expected boolean, got "yes"`. */
export function describeIssues(
  file: string,
  prefix: string,
  raw: Record<string, unknown>,
  issues: readonly Issue[],
): UserError {
  const faults = issues.flatMap((issue) => describeIssue(issue, raw).map((fault) => prefix + fault));
  return joinFaults(`The config in ${file} is wrong`, faults);
}

function describeIssue(issue: Issue, raw: Record<string, unknown>): string[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(path);
    return issue.keys.map((key) => {
      const near = nearest(key, known);
      const hint = near === undefined ? `known keys: ${known.join(", ")}` : `did you mean "${near}"?`;
      return `${[...path, key].join(".")}: unknown key; ${hint}`;
    });
  }
  if (issue.code === "invalid_key") {
    return [`${path.join(".")}: the name ${issue.issues.map((inner) => inner.message).join(", ")}`];
  }
  if (issue.code === "invalid_type" && issue.expected === "object" && valueAt(path, raw) === null) {
    return [`${path.join(".")}: holds nothing; write {} for the defaults`];
  }
  return [`${path.join(".")}: ${messageOf(issue, valueAt(path, raw))}${got(issue, path, raw)}`];
}

/** What zod says of a value that is not there and needs one. */
const unset = /, received undefined$/;

/** Values of a list this long are not all written out. */
const manyValues = 8;

function messageOf(issue: Issue, value: unknown): string {
  if (issue.code === "invalid_value" && issue.values.length > manyValues) {
    const known = issue.values.map(String);
    const near = typeof value === "string" ? nearest(value, known) : undefined;
    return near === undefined
      ? `is none of the ${known.length} values that stacks/schema.json lists, such as ${known[0]}`
      : `is not known; perhaps "${near}" is meant`;
  }
  if ((issue.code === "too_big" || issue.code === "too_small") && issue.origin === "number") {
    const [word, bound] = issue.code === "too_big" ? ["most", issue.maximum] : ["least", issue.minimum];
    const open = word === "most" ? "less than" : "more than";
    return `must be ${issue.inclusive === false ? open : `at ${word}`} ${bound}`;
  }
  if (unset.test(issue.message)) {
    return "is not set";
  }
  return issue.message.replace(/^Invalid (input|option): /, "").replace(/, received \w+$/, "");
}

/** What stands at the path, unless it is a secret, a default is at fault or its absence is reported already. */
function got(issue: Issue, path: readonly string[], raw: Record<string, unknown>): string {
  const value = valueAt(path, raw);
  const isSaid = value === undefined && issue.code !== "invalid_value";
  if (path[0] === "secrets" || path[0] === "credentials" || isSaid) {
    return "";
  }
  return value === undefined ? ", got nothing" : `, got ${JSON.stringify(value)}`;
}

function valueAt(path: readonly string[], raw: Record<string, unknown>): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    raw,
  );
}

/** The keys that the schema knows in the object at the path. */
function keysAt(path: readonly string[]): string[] {
  let schema: unknown = configSchema;
  for (const key of path) {
    const definition = unwrap(schema);
    schema = definition.shape?.[key] ?? definition.valueType;
  }
  return Object.keys(unwrap(schema).shape ?? {});
}

interface Definition {
  innerType?: unknown;
  /** Of preprocess(): what takes the value that was made ready. */
  out?: unknown;
  shape?: Record<string, unknown>;
  valueType?: unknown;
}

/** The definition below optional(), default(), prefault() and preprocess(). */
function unwrap(schema: unknown): Definition {
  const definition = (schema as { def?: Definition } | undefined)?.def ?? {};
  const inner = definition.innerType ?? definition.out;
  return inner === undefined ? definition : unwrap(inner);
}
