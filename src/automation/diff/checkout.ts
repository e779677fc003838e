import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { digest } from "../../workspace/digest.js";
import { messageOf, UserError } from "../../workspace/errors.js";
import { withLock } from "../../workspace/lock.js";
import { cacheSubfolder, programFolder } from "../../workspace/paths.js";
import { type Progress, withStep } from "../../workspace/progress.js";
import { run, runChecked } from "../../workspace/run.js";

/** The program as it stands at one commit, or in the working folder. */
export interface Checkout {
  /** As the person named it; `working folder` for files that may not be committed. */
  ref: string;
  /** Full hash; undefined for the working folder. */
  commit?: string;
  /** Folder with Pulumi.yaml. */
  folder: string;
}

/** The working folder as it is, changes and all. */
export function workingFolder(): Checkout {
  return { ref: "working folder", folder: programFolder };
}

/**
 * The commit of a ref.
 * @throws UserError when there is no such ref, or no repository.
 */
export async function commitOf(ref: string): Promise<string> {
  const found = await git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
  if (found.code === 0) {
    return found.stdout.trim();
  }
  const inside = await git(["rev-parse", "--is-inside-work-tree"]);
  if (inside.code !== 0) {
    throw new UserError(
      `${programFolder} is in no git repository, so that there is nothing to compare with.`,
    );
  }
  const branches = await git(["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes"]);
  const known = branches.stdout.split("\n").filter((name) => name !== "");
  throw new UserError(
    `There is no commit "${ref}" here. If it is a branch of a remote, fetch it first: \`git fetch origin ${ref}\`. ` +
      `Branches there are: ${known.slice(0, 12).join(", ") || "none"}${known.length > 12 ? " …" : ""}.`,
  );
}

/**
 * Checks a ref out beside the working folder for as long as `work` takes, with the dependencies that its own lock file
 * names.
 * @throws UserError when the ref does not exist, or holds another program.
 */
export async function withCheckout<T>(
  ref: string,
  progress: Progress,
  work: (checkout: Checkout) => Promise<T>,
): Promise<T> {
  const commit = await commitOf(ref);
  const prefix = (
    await runChecked("git", ["rev-parse", "--show-prefix"], { cwd: programFolder })
  ).stdout.trim();
  const worktree = mkdtempSync(join(cacheSubfolder("worktrees"), `${commit.slice(0, 12)}-`));
  const leave = (): void => {
    rmSync(worktree, { recursive: true, force: true });
  };
  process.once("exit", leave); // whatever way this process ends
  try {
    await runChecked("git", ["worktree", "add", "--detach", "--force", worktree, commit], {
      cwd: programFolder,
    });
    const folder = join(worktree, prefix);
    checkProgram(ref, folder);
    await withStep(progress, `Installing npm packages of ${ref}`, () => linkDependencies(folder));
    return await work({ ref, commit, folder });
  } finally {
    process.removeListener("exit", leave);
    leave();
    await git(["worktree", "prune"]);
  }
}

function checkProgram(ref: string, folder: string): void {
  const missing = ["Pulumi.yaml", "package-lock.json", "src/automation/cli.ts"].filter(
    (file) => !existsSync(join(folder, file)),
  );
  if (missing.length > 0) {
    throw new UserError(
      `${ref} does not hold this program (${missing.join(", ")} missing). Compare with a commit that does.`,
    );
  }
}

/** The packages of a lock file are installed once, and shared by all commits that have the same one. */
async function linkDependencies(folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  if (existsSync(modules)) {
    return;
  }
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
  if (lock === currentLock() && existsSync(join(programFolder, "node_modules/.package-lock.json"))) {
    symlinkSync(join(programFolder, "node_modules"), modules, "junction");
    return;
  }
  const shared = cacheSubfolder("packages", digest(lock, process.version, process.arch).slice(0, 16));
  await withLock(join(shared, "installing"), async () => {
    if (!existsSync(join(shared, "node_modules/.package-lock.json"))) {
      await install(folder, shared);
    }
  });
  symlinkSync(join(shared, "node_modules"), modules, "junction");
}

async function install(folder: string, shared: string): Promise<void> {
  const files = ["package.json", "package-lock.json", ".npmrc"];
  const { copyFileSync } = await import("node:fs");
  for (const file of files.filter((each) => existsSync(join(folder, each)))) {
    copyFileSync(join(folder, file), join(shared, file));
  }
  const finished = await run("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], { cwd: shared });
  if (finished.code !== 0) {
    rmSync(join(shared, "node_modules"), { recursive: true, force: true });
    throw new UserError(`npm could not install the packages:\n${finished.stderr.trim().slice(-2000)}`);
  }
}

function currentLock(): string | undefined {
  try {
    return readFileSync(join(programFolder, "package-lock.json"), "utf8");
  } catch (error) {
    throw new UserError(`package-lock.json cannot be read: ${messageOf(error)}`);
  }
}

function git(args: readonly string[]): ReturnType<typeof run> {
  return run("git", args, { cwd: programFolder });
}
