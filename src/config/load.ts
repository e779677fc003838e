import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../workspace/errors.js";
import { describeIssues, nearest } from "./issues.js";
import { configSchema, type Config } from "./schema.js";

/** In the SDK, though not in its types: whether the engine holds a config key to be secret. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };

/** The stack's config, checked, with all defaults filled in, and the stack that it belongs to. */
export interface StackConfig extends Config {
  stack: string;
}

/**
 * Reads and checks the stack's config: the only reader of Pulumi's config.
 * @throws UserError with every fault, each with its key path, what it got and what is allowed.
 */
export function loadConfig(): StackConfig {
  const stack = pulumi.getStack();
  const file = `stacks/Pulumi.${stack}.yaml`;
  const prefix = `${pulumi.getProject()}:`;
  const raw: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(pulumi.runtime.allConfig())) {
    if (key.startsWith(prefix)) {
      raw[key.slice(prefix.length)] = parseValue(text);
    } else if (nearest(key.split(":")[0] ?? "", [pulumi.getProject()], 2) !== undefined) {
      throw new UserError(
        `${file}: ${key} is in no namespace that anything reads; did you mean "${prefix}${key.split(":")[1]}"?`,
      );
    }
  }
  for (const [key, form] of [
    ["secrets", "INSTANCE.SETTING"],
    ["credentials", "SERVICE.NAME"],
  ] as const) {
    if (raw[key] !== undefined && !isConfigSecret(`${prefix}${key}`)) {
      throw new UserError(
        `${file}: ${prefix}${key} holds plain text. Take it out of the file and set each value with ` +
          `\`pulumi config set --secret --path ${prefix}${key}.${form}\``,
      );
    }
  }
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
