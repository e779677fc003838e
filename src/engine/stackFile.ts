import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { isSecure, qualify, refusePlainSecrets } from "../config/plainSecrets.js";
import { messageOf, UserError } from "../workspace/errors.js";
import { programFolder } from "../workspace/paths.js";
import { standIn } from "../workspace/standIns.js";
import { isMap, parseYaml } from "../workspace/yaml.js";
import { type Decrypt, givenPassphrase, passphraseDecrypter } from "./passphrase.js";

/** What stands in a plan for a secret of the stack file that could not be decrypted. */
const withheld = "withheld";

/** A stack's config as a program run takes it. */
export interface StackFile {
  project: string;
  stack: string;
  /** Fully qualified keys; objects as JSON text. */
  config: Record<string, string>;
  /** The keys that hold a secret, in whole or in part. */
  secretKeys: string[];
  /** Those among them that hold `withheld` in place of a secret, for want of the passphrase. */
  withheldKeys: string[];
}

export interface ReadStackOptions {
  /**
   * `required`: an encrypted value that cannot be decrypted is an error. `optional`: it reads as `withheld`, which does
   * for a plan. `stand-ins`: none is decrypted, each is a stand-in by its name. Default: `optional`.
   */
  secrets?: "required" | "optional" | "stand-ins";
}

type Yaml = null | boolean | number | string | Yaml[] | { [key: string]: Yaml };

/** What the Pulumi CLI knows at the top of a stack's file. */
const stackKeys = ["config", "encryptionsalt", "encryptedkey", "secretsprovider", "environment"];

function readYaml(file: string): { [key: string]: Yaml } {
  const shown = relative(process.cwd(), file);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError(`${shown} cannot be read: ${messageOf(error)}`);
  }
  const content = parseYaml(text, shown).content as Yaml;
  if (content !== null && !isMap(content)) {
    throw new UserError(`${shown} must hold a map of settings, such as \`config:\`.`);
  }
  return content ?? {};
}

/** Names of the stacks that have a file in the folder, sorted. Default: the program's stacks/. */
export function stackNames(folder: string = join(programFolder, "stacks")): string[] {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files.flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []).sort();
}

/** Whether there is a file for a stack. */
export function hasStack(stack: string, folder: string = join(programFolder, "stacks")): boolean {
  return stackNames(folder).includes(stack);
}

/** Keys sorted, as the Pulumi CLI writes objects. */
function sortedJson(value: Yaml): string {
  return JSON.stringify(value, (_key, item: Yaml) =>
    isMap(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}

/** The value with its `secure:` parts opened by `open`, which is also told their path and learns that there were any. */
function openSecrets(value: Yaml, open: (secure: string, path: string) => string, path = ""): Yaml {
  if (Array.isArray(value)) {
    return value.map((item, index) => openSecrets(item, open, `${path}.${index}`));
  }
  if (!isMap(value)) {
    return value;
  }
  if (isSecure(value)) {
    return open(value.secure, path);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, openSecrets(item, open, `${path}.${key}`)]),
  );
}

function makeDecrypter(
  content: { [key: string]: Yaml },
  file: string,
  options: ReadStackOptions,
): Decrypt | undefined {
  const salt = content.encryptionsalt;
  const passphrase = typeof salt === "string" ? givenPassphrase() : undefined;
  if (typeof salt === "string" && passphrase !== undefined) {
    return passphraseDecrypter(passphrase, salt, file);
  }
  if (options.secrets !== "required") {
    return undefined;
  }
  throw new UserError(
    typeof salt === "string"
      ? `${file} holds encrypted secrets. Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to the ` +
          "stack's passphrase."
      : `${file} holds secrets that only the Pulumi CLI can decrypt, by the stack's secrets provider. ` +
          "Use `pulumi up` for this stack.",
  );
}

/** The defaults for all stacks that Pulumi.yaml may give under `config:`. */
function projectDefaults(project: { [key: string]: Yaml }): { [key: string]: Yaml } {
  const defaults: { [key: string]: Yaml } = {};
  for (const [key, entry] of isMap(project.config) ? Object.entries(project.config) : []) {
    const value = isMap(entry) ? (entry.value ?? entry.default) : entry;
    if (value !== undefined && value !== null) {
      defaults[key] = value;
    }
  }
  return defaults;
}

/**
 * Reads `Pulumi.<stack>.yaml` and the Pulumi.yaml above it as the Pulumi CLI does.
 * @param folder where the stack files are; Pulumi.yaml is in the folder above. Default: the program's stacks/.
 * @throws UserError for a stack that is not there, broken YAML, plain text in the place of secrets, a wrong passphrase, or
 * secrets that cannot be had although they are required.
 */
export function readStack(
  stack: string,
  folder: string = join(programFolder, "stacks"),
  options: ReadStackOptions = {},
): StackFile {
  const path = join(folder, `Pulumi.${stack}.yaml`);
  const file = relative(process.cwd(), path);
  const names = stackNames(folder);
  if (!names.includes(stack)) {
    throw new UserError(
      `There is no stack ${stack}: ${file} does not exist. Known stacks: ${names.join(", ") || "none"}.`,
    );
  }
  const projectFile = readYaml(join(dirname(folder), "Pulumi.yaml"));
  const project = projectFile.name;
  if (typeof project !== "string") {
    throw new UserError(`${relative(process.cwd(), join(dirname(folder), "Pulumi.yaml"))} has no name.`);
  }
  const content = readYaml(path);
  const [stray] = Object.keys(content).filter((key) => !stackKeys.includes(key));
  if (content.config === undefined && stray !== undefined) {
    throw new UserError(`${file}: unknown key "${stray}"; settings must stand under "config".`);
  }
  const settings = content.config ?? {};
  if (!isMap(settings)) {
    throw new UserError(`${file}: \`config\` must be a map of keys and values.`);
  }
  refusePlainSecrets(file, project, settings);
  const result: StackFile = { project, stack, config: {}, secretKeys: [], withheldKeys: [] };
  let decrypter: { decrypt: Decrypt | undefined } | undefined;
  for (const [key, value] of Object.entries({ ...projectDefaults(projectFile), ...settings })) {
    const name = qualify(key, project);
    let secret = false;
    let hidden = false;
    const opened = openSecrets(value, (secure, path) => {
      if (options.secrets === "stand-ins") {
        secret = true;
        return standIn(`${name.split(":").at(-1)}${path}`);
      }
      decrypter ??= { decrypt: makeDecrypter(content, file, options) };
      secret = true;
      hidden ||= decrypter.decrypt === undefined;
      return decrypter.decrypt?.(secure) ?? withheld;
    });
    result.config[name] =
      typeof opened === "object" && opened !== null ? sortedJson(opened) : String(opened ?? "");
    if (secret) {
      result.secretKeys.push(name);
    }
    if (hidden) {
      result.withheldKeys.push(name);
    }
  }
  return result;
}
