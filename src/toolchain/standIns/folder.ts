import { chmodSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const program = join(import.meta.dirname, "plugin.mjs");

/**
 * Puts a command for each plugin into a folder, by the name under which the engine looks for it on the PATH.
 * @returns the folder.
 */
export function standInPlugins(
  plugins: readonly { name: string; version: string }[],
  folder: string,
): string {
  for (const { name, version } of plugins) {
    const file = join(folder, `pulumi-resource-${name}`);
    const partial = `${file}.${process.pid}`;
    writeFileSync(
      partial,
      `#!/bin/sh\nOPENEDX_STAND_IN_VERSION=${version} exec '${process.execPath}' '${program}' "$@"\n`,
    );
    chmodSync(partial, 0o755);
    renameSync(partial, file);
  }
  return folder;
}
