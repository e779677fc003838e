import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digest } from "../workspace/digest.js";
import { messageOf, UserError } from "../workspace/errors.js";
import { withLock } from "../workspace/lock.js";
import { cacheSubfolder } from "../workspace/paths.js";
import { withStep, type Progress } from "../workspace/progress.js";
import { run } from "../workspace/run.js";
import { findPython } from "./python.js";
import type { Requirements } from "./requirements.js";

/**
 * The Python of the virtual environment that holds exactly these requirements; made if need be, once for all instances
 * that want the same. A killed making leaves no marker behind and is begun anew, since an environment cannot be moved
 * into its place when it is done.
 * @returns The path of the environment's Python.
 * @throws UserError with the installer's last words and the instance.
 */
export async function tutorEnvironment(
  instance: string,
  requirements: Requirements,
  progress: Progress,
): Promise<string> {
  const python = await findPython();
  const lines = [...requirements.options, ...requirements.packages.map((each) => each.text).sort()];
  const key = digest(python.version, ...lines).slice(0, 20);
  const folder = join(cacheSubfolder("environments"), key);
  const marker = join(folder, "complete");
  const executable = join(folder, "bin", "python");
  const ready = (): boolean => existsSync(marker) && existsSync(executable);
  if (ready()) {
    return executable;
  }
  await withLock(folder, async () => {
    if (ready()) {
      return;
    }
    const release = requirements.packages.find((each) => each.name === "tutor")?.version ?? "";
    const text = `Installing Tutor ${release} and ${lines.length - 1} more packages for ${instance}`;
    await withStep(progress, text, async () => {
      rmSync(folder, { recursive: true, force: true });
      try {
        await makeVenv(python.command, folder);
        const list = join(folder, "requirements.txt");
        writeFileSync(list, `${lines.join("\n")}\n`);
        await install(instance, executable, list);
        writeFileSync(marker, `Python ${python.version}\n`);
      } catch (error) {
        rmSync(folder, { recursive: true, force: true });
        throw error instanceof UserError ? error : unmade(instance, folder, messageOf(error));
      }
    });
  });
  return executable;
}

async function makeVenv(python: string, folder: string): Promise<void> {
  const made = await run(python, ["-m", "venv", folder]);
  if (made.code !== 0) {
    const output = `${made.stdout}\n${made.stderr}`.trim().split("\n");
    throw new Error(output.findLast((line) => /^\w*Error:/.test(line)) ?? output.at(-1));
  }
}

function unmade(instance: string, folder: string, reason: string): UserError {
  return new UserError(
    `Instance ${instance}: its Python environment cannot be made in ${folder} (${reason}). Make room there, or set ` +
      "OPENEDX_CACHE to another folder.",
  );
}

async function install(instance: string, executable: string, list: string): Promise<void> {
  const quiet = ["--no-input", "--disable-pip-version-check", "--no-compile", "--quiet"];
  const installed = await run(executable, ["-m", "pip", "install", ...quiet, "-r", list]);
  if (installed.code !== 0) {
    const lines = installed.stderr.trim().split("\n");
    const errors = lines.filter((line) => line.startsWith("ERROR:"));
    const output = (errors.length > 0 ? errors : lines).slice(-6).map((line) => `  ${line}`);
    throw new UserError(
      `Instance ${instance}: its requirements.txt cannot be installed. Fix the lines named, or the network:\n${output.join("\n")}`,
    );
  }
}
