import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chosenCache } from "./environment.js";
import { messageOf, UserError } from "./errors.js";

/** The folder that holds Pulumi.yaml, stacks/, instances/ and charts/: this repository, wherever it is checked out. */
export const programFolder = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * The folder for everything that can be made again: tools, Tutor environments, renders, the sandbox. Only `pulumi-state`
 * cannot: it is the state of what `npm start -- --kubeconfig` deploys where nobody is logged in, its secrets encrypted.
 * No other part of it holds a secret of an instance.
 */
export function cacheFolder(): string {
  return chosenCache();
}

/**
 * Makes a folder inside the cache and returns its path.
 * @throws UserError that names the folder when it cannot be written.
 */
export function cacheSubfolder(...parts: string[]): string {
  const folder = join(cacheFolder(), ...parts);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new UserError(
      `The cache folder ${folder} cannot be written (${messageOf(error)}). ` +
        `Free or allow it, or set OPENEDX_CACHE to another folder.`,
    );
  }
  return folder;
}

const partialPrefix = ".partial-";

/**
 * Makes an empty folder inside a folder of the cache, for what is to be moved into its place when it is whole. Such
 * folders that runs left behind which were cut short are removed: hold the folder's lock.
 */
export function partialFolder(folder: string): string {
  for (const leftover of readdirSync(folder).filter((name) => name.startsWith(partialPrefix))) {
    rmSync(join(folder, leftover), { recursive: true, force: true });
  }
  return mkdtempSync(join(folder, partialPrefix));
}
