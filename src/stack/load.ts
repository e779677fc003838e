import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../workspace/errors.js";
import { programFolder } from "../workspace/paths.js";
import { nearest } from "../workspace/nearest.js";
import { parseYaml } from "../workspace/yaml.js";
import { describeIssues } from "./issues.js";
import { refusePlainSecrets } from "../config/plainSecrets.js";
import { configSchema, type Config } from "./schema.js";

/** In the SDK, though not in its types: whether the engine holds a config key to be secret. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };

/** The stack's config, checked, with all defaults filled in, and the stack that it belongs to. */
export interface StackConfig extends Config {
  stack: string;
}

/**
 * Reads and checks the stack's config: the only reader of Pulumi's config.
 * @param folder where the stack's file is, if it is there: whether a secret is encrypted shows in it alone. Default: the
 * program's stacks/.
 * @throws UserError with every fault, each with its key path, what it got and what is allowed.
 */
export function loadConfig(folder: string = join(programFolder, "stacks")): StackConfig {
  const stack = pulumi.getStack();
  const file = `stacks/Pulumi.${stack}.yaml`;
  const project = pulumi.getProject();
  const prefix = `${project}:`;
  const raw: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(pulumi.runtime.allConfig())) {
    if (key.startsWith(prefix)) {
      raw[key.slice(prefix.length)] = parseValue(text);
    } else if (nearest(key.split(":")[0] ?? "", [project], 2) !== undefined) {
      throw new UserError(
        `${file}: ${key} is in no namespace that anything reads; did you mean "${prefix}${key.split(":")[1]}"?`,
      );
    }
  }
  refusePlainSecrets(file, project, fileConfig(join(folder, `Pulumi.${stack}.yaml`), file));
  const open = Object.entries(raw).filter(([key]) => !isConfigSecret(prefix + key));
  refusePlainSecrets(file, project, Object.fromEntries(open));
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success) {
    throw describeIssues(file, prefix, raw, parsed.error.issues);
  }
  for (const name of Object.keys(parsed.data.secrets)) {
    if (parsed.data.instances[name] === undefined) {
      throw new UserError(
        `${file}: ${prefix}secrets.${name}: there is no instance "${name}" in ${prefix}instances ` +
          `(${Object.keys(parsed.data.instances).join(", ") || "none"})`,
      );
    }
  }
  return { ...parsed.data, stack };
}

/** The engine hands objects, numbers and booleans over as JSON text and strings as they are. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What the stack's file has under `config`; nothing where the config comes from elsewhere. */
function fileConfig(path: string, shown: string): Record<string, unknown> {
  const content = existsSync(path) ? parseYaml(readFileSync(path, "utf8"), shown).content : undefined;
  return (content as { config?: Record<string, unknown> | null } | null | undefined)?.config ?? {};
}
