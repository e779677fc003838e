import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, UserError } from "../workspace/errors.js";
import { programFolder } from "../workspace/paths.js";
import { archiveName, type ChartReference } from "./reference.js";

/** Digests of charts' archives by the archives' names, whatever repository or mirror they come from. */
export type ChartLock = Record<string, string>;

/** The lock file of this program; it is checked in. */
const lockFile = join(programFolder, "charts.lock.json");

/**
 * The recorded digests; none where there is no file yet.
 * @throws UserError when the file holds something else.
 */
export function readLock(file: string = lockFile): ChartLock {
  if (!existsSync(file)) {
    return {};
  }
  let content: Record<string, unknown>;
  try {
    content = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  } catch (error) {
    throw new UserError(`${file} is not valid JSON: ${messageOf(error)}`);
  }
  const lock: ChartLock = {};
  for (const [archive, digest] of Object.entries(content)) {
    if (typeof digest !== "string" || !/^sha256:[0-9a-f]{64}$/.test(digest)) {
      throw new UserError(`${file}: ${archive} has no digest of the form sha256:HEX.`);
    }
    lock[archive] = digest;
  }
  return lock;
}

export function writeLock(lock: ChartLock, file: string = lockFile): void {
  const sorted = Object.fromEntries(Object.entries(lock).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(`${file}.partial`, `${JSON.stringify(sorted, undefined, 2)}\n`);
  renameSync(`${file}.partial`, file);
}

/** How an archive's digest compares with the recorded one. */
export type Verdict = { kind: "same" } | { kind: "unrecorded" } | { kind: "differs"; recorded: string };

export function compareDigest(lock: ChartLock, reference: ChartReference, digest: string): Verdict {
  const recorded = lock[archiveName(reference)];
  if (recorded === undefined) {
    return { kind: "unrecorded" };
  }
  return recorded === digest ? { kind: "same" } : { kind: "differs", recorded };
}
