import { copyFileSync, existsSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { digest } from "../../workspace/digest.js";
import { UserError } from "../../workspace/errors.js";
import { withLock } from "../../workspace/lock.js";
import { cacheSubfolder, programFolder } from "../../workspace/paths.js";
import { type Progress, withStep } from "../../workspace/progress.js";
import { run } from "../../workspace/run.js";

/** npm writes it last, so that it tells a finished installation from one that was stopped. */
const installed = "node_modules/.package-lock.json";

/**
 * Gives a checkout the packages of its own lock file. They are installed once, and shared by all commits that have the
 * same; where they are the working folder's, those serve.
 * @throws UserError when npm cannot install them.
 */
export async function linkDependencies(
  folder: string,
  ref: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const modules = join(folder, "node_modules");
  if (existsSync(modules)) {
    return;
  }
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
  if (existsSync(join(programFolder, installed)) && lock === lockOf(programFolder)) {
    symlinkSync(join(programFolder, "node_modules"), modules, "junction");
    return;
  }
  const shared = cacheSubfolder("packages", digest(lock, process.version, process.arch).slice(0, 16));
  if (!existsSync(join(shared, installed))) {
    await withStep(progress, `Installing npm packages of ${ref}`, () =>
      withLock(join(shared, "installing"), () => install(folder, shared, signal)),
    );
  }
  symlinkSync(join(shared, "node_modules"), modules, "junction");
}

async function install(folder: string, shared: string, signal?: AbortSignal): Promise<void> {
  if (existsSync(join(shared, installed))) {
    return; // who held the lock before did it
  }
  for (const file of ["package.json", "package-lock.json", ".npmrc"]) {
    if (existsSync(join(folder, file))) {
      copyFileSync(join(folder, file), join(shared, file));
    }
  }
  try {
    const finished = await run("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
      cwd: shared,
      signal,
    });
    if (finished.code !== 0) {
      throw new UserError(`npm could not install the packages:\n${finished.stderr.trim().slice(-2000)}`);
    }
  } catch (error) {
    rmSync(join(shared, "node_modules"), { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
}

function lockOf(folder: string): string | undefined {
  const file = join(folder, "package-lock.json");
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
