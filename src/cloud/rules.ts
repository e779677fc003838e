/** Inputs of a resource, as plain values. */
type Inputs = Readonly<Record<string, unknown>>;

/** What a cloud's API takes in one input of a type, so that what it would refuse is seen before it is asked. */
export interface InputRule {
  /**
   * Where the value stands: `settings.tier`; `[]` for each of a list, `{}` for each value of a map, `{key}` for each of
   * its keys: `securityRules[].destinationPortRanges[]`.
   */
  path: string;
  /** The only values. */
  oneOf?: readonly unknown[];
  /** The whole value, as text. */
  pattern?: RegExp;
  /** What the value, as text, must not hold. */
  not?: RegExp;
  /** Bounds of a number, of a text's length in characters, of a list's length. */
  min?: number;
  max?: number;
  /** It must be set. */
  required?: true;
  /** It must not be set beside this other path. */
  without?: string;
  /** What several inputs must be to each other; the sentence that says what is wrong, or undefined. `path` names them. */
  check?: (inputs: Inputs) => string | undefined;
  /** Where the cloud says so: page, API description, or public thread. */
  source: string;
}

/** One value that the API would refuse. */
export interface Breach {
  path: string;
  /** What is wrong, such as `is 5000, more than 730`. */
  message: string;
  source: string;
}

/**
 * What of a resource's inputs its API would refuse.
 * @param isUnknown tells what stands for a value that is not known yet, which passes. Default: nothing does.
 */
export function breaches(
  inputs: Inputs,
  rules: readonly InputRule[],
  isUnknown: (value: unknown) => boolean = () => false,
): Breach[] {
  const known = withoutUnknown(inputs, isUnknown) as Inputs;
  return rules.flatMap((rule) =>
    messagesOf(inputs, known, rule).map((message) => ({ path: rule.path, message, source: rule.source })),
  );
}

function withoutUnknown(value: unknown, isUnknown: (value: unknown) => boolean): unknown {
  if (isUnknown(value)) {
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.map((item) => withoutUnknown(item, isUnknown));
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutUnknown(item, isUnknown)]))
    : value;
}

/** @param known the inputs without what is not known yet, which is set all the same */
function messagesOf(inputs: Inputs, known: Inputs, rule: InputRule): string[] {
  const { path, check, required, without } = rule;
  const values = valuesAt(inputs, path);
  const whole = check?.(known);
  return [
    ...(whole === undefined ? [] : [whole]),
    ...(required && values.length === 0 ? ["is not set"] : []),
    ...(without !== undefined && values.length > 0 && valuesAt(inputs, without).length > 0
      ? [`is set beside ${without}`]
      : []),
    ...valuesAt(known, path).flatMap((value) => wrongIn(value, rule)),
  ];
}

function wrongIn(value: unknown, { oneOf, pattern, not, min, max }: InputRule): string[] {
  const shown = JSON.stringify(value);
  const text = String(value);
  const size = typeof value === "number" ? value : ((value as { length?: number }).length ?? 0);
  const measure = typeof value === "number" ? shown : `${shown}, of length ${size}`;
  return [
    ...(oneOf !== undefined && !oneOf.includes(value) ? [`is ${shown}, none of ${oneOf.join(", ")}`] : []),
    ...(pattern !== undefined && !new RegExp(`^(?:${pattern.source})$`, pattern.flags).test(text)
      ? [`is ${shown}, not ${pattern.source}`]
      : []),
    ...(not?.test(text) ? [`is ${shown}, which holds ${not.source}`] : []),
    ...(min !== undefined && size < min ? [`is ${measure}, less than ${min}`] : []),
    ...(max !== undefined && size > max ? [`is ${measure}, more than ${max}`] : []),
  ];
}

/** All values that stand where the path says; those that are not known or not set are left out. */
export function valuesAt(inputs: unknown, path: string): unknown[] {
  const steps = path.match(/[^.[\]{}]+|\[\]|\{key\}|\{\}/g) ?? [];
  return steps.reduce<unknown[]>(stepInto, [inputs]).filter((value) => value !== undefined && value !== null);
}

function stepInto(values: readonly unknown[], step: string): unknown[] {
  return values.flatMap((value) => {
    if (typeof value !== "object" || value === null) {
      return [];
    }
    if (step === "[]") {
      return Array.isArray(value) ? (value as unknown[]) : [];
    }
    if (step === "{}") {
      return Object.values(value) as unknown[];
    }
    return step === "{key}" ? Object.keys(value) : [(value as Record<string, unknown>)[step]];
  });
}
