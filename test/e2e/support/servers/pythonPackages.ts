import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findPython } from "../../../../src/tutor/python.js";
import { withLock } from "../../../../src/workspace/lock.js";
import { cacheSubfolder } from "../../../../src/workspace/paths.js";
import { runChecked } from "../../../../src/workspace/run.js";

/** The folder of the commands of these packages from PyPI, installed once for all tests. */
export async function pythonPackages(...requirements: string[]): Promise<string> {
  const folder = cacheSubfolder("emulators", requirements.join("-").replace(/[^a-z0-9.]+/g, "-"));
  const marker = join(folder, "complete");
  const bin = join(folder, "bin");
  await withLock(folder, async () => {
    if (!existsSync(marker)) {
      const { command } = await findPython();
      await runChecked(command, ["-m", "venv", "--clear", folder]);
      const options = ["--no-input", "--disable-pip-version-check", "--quiet"];
      await runChecked(join(bin, "python"), ["-m", "pip", "install", ...options, ...requirements]);
      writeFileSync(marker, `${requirements.join("\n")}\n`);
    }
  });
  return bin;
}
