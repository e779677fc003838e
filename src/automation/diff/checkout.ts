import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../workspace/errors.js";
import { cacheSubfolder, programFolder } from "../../workspace/paths.js";
import type { Progress } from "../../workspace/progress.js";
import { linkDependencies } from "./dependencies.js";
import { git, gitChecked } from "./git.js";

/** The program as it stands at one commit, or in the working folder. */
export interface Checkout {
  /** As the person named it; `working folder` for files that may not be committed. */
  ref: string;
  /** Full hash; undefined for the working folder. */
  commit?: string;
  /** Folder with Pulumi.yaml. */
  folder: string;
}

/** What a process that was killed left behind goes after so long, in milliseconds. */
const leftBehind = 24 * 60 * 60 * 1000;

/** The working folder as it is, changes and all. */
export function workingFolder(): Checkout {
  return { ref: "working folder", folder: programFolder };
}

/**
 * The commit of a ref.
 * @throws UserError when there is no such ref, or no repository.
 */
export async function commitOf(ref: string): Promise<string> {
  const found = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
  const commit = found.stdout.trim().split("\n").at(-1) ?? "";
  if (found.code === 0 && /^[0-9a-f]{40,64}$/.test(commit)) {
    return commit;
  }
  const inside = await git("rev-parse", "--is-inside-work-tree");
  if (inside.code !== 0) {
    const why = /not a git repository/.test(inside.stderr)
      ? "is in no git repository"
      : `cannot be read by git (${inside.stderr.trim()})`;
    throw new UserError(`${programFolder} ${why}, so that there is nothing to compare with.`);
  }
  const listed = await git("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes");
  const known = listed.stdout.split("\n").filter((name) => name !== "");
  throw new UserError(
    `There is no commit "${ref}" here. A branch of a remote is fetched by \`git fetch origin\` first, all of a ` +
      `shallow clone's history by \`git fetch --unshallow\`. Branches there are: ` +
      `${known.slice(0, 12).join(", ") || "none"}${known.length > 12 ? " …" : ""}.`,
  );
}

/**
 * Checks a ref out beside the working folder for as long as `work` takes, with the dependencies that its own lock file
 * names.
 * @throws UserError when the ref does not exist, or holds another program.
 */
export async function withCheckout<T>(
  ref: string,
  { progress, signal }: { progress: Progress; signal?: AbortSignal },
  work: (checkout: Checkout) => Promise<T>,
): Promise<T> {
  const commit = await commitOf(ref);
  const prefix = await gitChecked("rev-parse", "--show-prefix");
  const worktrees = cacheSubfolder("worktrees");
  sweep(worktrees);
  const worktree = mkdtempSync(join(worktrees, `${commit.slice(0, 12)}-`));
  const remove = (): void => rmSync(worktree, { recursive: true, force: true, maxRetries: 5 });
  process.once("exit", remove); // whatever way this process ends
  try {
    signal?.throwIfAborted();
    await gitChecked("worktree", "add", "--quiet", "--detach", "--force", worktree, commit);
    const folder = join(worktree, prefix);
    checkProgram(ref, folder);
    await linkDependencies(folder, ref, progress, signal);
    signal?.throwIfAborted();
    return await work({ ref, commit, folder });
  } finally {
    process.removeListener("exit", remove);
    await git("worktree", "remove", "--force", "--force", worktree);
    remove();
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

function sweep(worktrees: string): void {
  for (const name of readdirSync(worktrees)) {
    const folder = join(worktrees, name);
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > leftBehind) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
