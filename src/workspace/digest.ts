import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** SHA-256 in hexadecimal over the parts, each preceded by its length so that no two lists look alike. */
export function digest(...parts: (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(`${Buffer.byteLength(part)}:`).update(part);
  }
  return hash.digest("hex");
}

/** Every file below `folder`, as sorted paths relative to it; Python's byte code is passed over. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".pyc"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** SHA-256 over the names and contents of all files below `folder`. */
export function digestFolder(folder: string): string {
  return digest(...filesBelow(folder).flatMap((file) => [file, readFileSync(join(folder, file))]));
}
