import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { digest, digestFolder } from "../workspace/digest.js";
import { messageOf, UserError } from "../workspace/errors.js";
import { cacheSubfolder } from "../workspace/paths.js";
import { digestInstanceFiles } from "./folder.js";
import type { InstanceSource, Render } from "./types.js";

/** Renders of one instance that are kept: a branch or two, and the last few edits. */
const keptRenders = 8;

let program: string | undefined;

/**
 * The name of a render: a hash over everything that goes into it, this folder's own code included. Neither Python's nor
 * kubectl's version is part of it, so that a known render needs neither.
 */
export function renderKey(source: InstanceSource): string {
  program ??= digestFolder(dirname(fileURLToPath(import.meta.url)));
  return digest(
    program,
    source.name,
    source.namespace,
    JSON.stringify(sorted(source.settings)),
    JSON.stringify(sorted(source.tokens ?? {})),
    JSON.stringify([...source.givenSecrets].sort()),
    digestInstanceFiles(source.files),
  );
}

const sorted = <T>(entries: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));

/** The render of that name, or undefined if there is none or it cannot be read. */
export function readRender(instance: string, key: string): Render | undefined {
  try {
    const kept = readFileSync(fileOf(instance, key), "utf8");
    const end = kept.indexOf("\n");
    const text = kept.slice(end + 1);
    return kept.slice(0, end) === digest(text) ? (JSON.parse(text) as Render) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps a render. It appears whole or not at all.
 * @throws UserError when the cache cannot be written.
 */
export function writeRender(instance: string, key: string, render: Render): void {
  const file = fileOf(instance, key);
  const text = JSON.stringify(render);
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(unfinished, `${digest(text)}\n${text}`);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new UserError(
      `The render of ${instance} cannot be kept in ${dirname(file)} (${messageOf(error)}). ` +
        `Make room there, or set OPENEDX_CACHE to another folder.`,
    );
  }
  removeOld(dirname(file));
}

const fileOf = (instance: string, key: string): string =>
  join(cacheSubfolder("renders", instance), `${key}.json`);

function removeOld(folder: string): void {
  const files = readdirSync(folder)
    .map((name) => ({ path: join(folder, name), changed: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.changed - a.changed);
  for (const { path } of files.slice(keptRenders)) {
    rmSync(path, { force: true });
  }
}
