import { UserError } from "../workspace/errors.js";
import { isMap } from "../workspace/yaml.js";

/** What everything under these keys of a stack is, and how each value is called. */
const secretKeys: Readonly<Record<string, readonly string[]>> = {
  secrets: ["INSTANCE", "SETTING"],
  credentials: ["SERVICE", "NAME"],
};

/** An encrypted value, as the Pulumi CLI writes it. */
export function isSecure(value: unknown): value is { secure: string } {
  return isMap(value) && typeof value.secure === "string" && Object.keys(value).length === 1;
}

/** A key as the language host gets it: with a namespace, and without the `config` that old files have in the middle. */
export function qualify(key: string, project: string): string {
  const parts = key.split(":");
  return parts.length === 1 ? `${project}:${key}` : `${parts[0]}:${parts.at(-1)}`;
}

/**
 * Refuses plain text where only secrets may stand. To the engine a whole object is secret once one value in it is, so
 * that only the stack's file tells which ones are encrypted.
 * @param file how the stack's file is called in the error
 * @param config by key, as in the file: encrypted values are still closed.
 * @throws UserError that names the keys, and no value.
 */
export function refusePlainSecrets(
  file: string,
  project: string,
  config: Readonly<Record<string, unknown>>,
): void {
  const plain = Object.entries(config).flatMap(([key, value]) => {
    const name = qualify(key, project);
    const [namespace = "", own = ""] = name.split(":");
    const form = namespace === project ? secretKeys[own] : undefined;
    return form === undefined ? [] : plainPaths(value, []).map((path) => ({ name, path, form }));
  });
  const [first] = plain;
  if (first === undefined) {
    return;
  }
  const keys = plain.map(({ name, path }) => pathText(name, path));
  const { name, path, form } = first;
  const whole = pathText(name, [...path, ...form.slice(path.length)]);
  const [it, its] = plain.length === 1 ? ["it", "the value"] : ["them", "each value"];
  throw new UserError(
    `${file}: ${keys.join(", ")} ${plain.length === 1 ? "holds" : "hold"} plain text. Take ${it} out of the file and ` +
      `set ${its} with \`pulumi config set --secret --path ${whole}\`, which asks for it or reads it from standard input.`,
  );
}

/** The paths of all values but the encrypted ones; what is empty has none. */
function plainPaths(value: unknown, path: readonly string[]): (readonly string[])[] {
  if (isSecure(value) || value === null || value === undefined) {
    return [];
  }
  return typeof value === "object"
    ? Object.entries(value).flatMap(([key, item]) => plainPaths(item, [...path, key]))
    : [path];
}

/** `openedx:secrets.campus.SMTP_PASSWORD`; keys that are not words are quoted, as the CLI's paths have it. */
function pathText(name: string, path: readonly string[]): string {
  return name + path.map((key) => (/^[\w-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`)).join("");
}
