import { processEnvironment } from "../../workspace/environment.js";
import { UserError } from "../../workspace/errors.js";
import { runChecked } from "../../workspace/run.js";
import { cliEnvironment } from "./pulumiCli.js";
import { explain } from "./failures.js";
import type { OpenedStack } from "./openStack.js";

export interface ConfigOptions {
  /** The key is a path into an object, such as `openedx:instances.campus.quota`. Default: false. */
  path?: boolean;
}

/** One value of a stack's config. */
export interface ConfigEntry {
  value: string;
  secret: boolean;
}

/**
 * A value of the stack's config; undefined where the key is not set. A secret one is decrypted: mind where it goes.
 * @throws UserError when the key is not valid, or the secret cannot be opened.
 */
export async function getConfig(
  { stack, name }: OpenedStack,
  key: string,
  { path = false }: ConfigOptions = {},
): Promise<ConfigEntry | undefined> {
  try {
    const { value, secret } = await stack.getConfig(key, path);
    return { value, secret: secret ?? false };
  } catch (error) {
    if (/configuration key '?.+'? not found/.test(String(error))) {
      return undefined;
    }
    throw explain(error, name);
  }
}

/**
 * Sets a value that everybody may know, in the stack's file.
 * @throws UserError when the key is not valid.
 */
export async function setConfig(
  { stack, name }: OpenedStack,
  key: string,
  value: string | number | boolean,
  { path = false }: ConfigOptions = {},
): Promise<void> {
  try {
    await stack.setConfig(key, { value: String(value), secret: false }, path);
  } catch (error) {
    throw explain(error, name);
  }
}

/**
 * Sets a secret, encrypted, in the stack's file. It goes to the CLI on standard input: the SDK would put it among the
 * arguments, which all users of a machine can list.
 * @throws UserError when the key is not valid or there is no passphrase; it never holds the value.
 */
export async function setSecret(
  { cli, name, folder, environment }: OpenedStack,
  key: string,
  value: string,
  { path = false }: ConfigOptions = {},
): Promise<void> {
  if (value === "") {
    throw new UserError(`${key}: a secret must not be empty.`);
  }
  const args = ["config", "set", ...(path ? ["--path"] : []), "--secret", "--non-interactive"];
  try {
    await runChecked(cli.command, [...args, "--stack", name, "--", key], {
      cwd: folder,
      env: cliEnvironment(cli.command, processEnvironment(environment)),
      input: value,
    });
  } catch (error) {
    throw explain(new Error(String(error).replaceAll(value, "[secret]")), name);
  }
}

/** Removes a value; one that does not exist is ignored. */
export async function removeConfig(
  { stack, name }: OpenedStack,
  key: string,
  { path = false }: ConfigOptions = {},
): Promise<void> {
  try {
    await stack.removeConfig(key, path);
  } catch (error) {
    throw explain(error, name);
  }
}
