import { environmentWhere } from "../../workspace/environment.js";
import { programFolder } from "../../workspace/paths.js";
import { run, runChecked } from "../../workspace/run.js";

/** A hook sets variables that tie every git to its own repository and index; its caller's hooks are not ours to run. */
function options(): { cwd: string; env: NodeJS.ProcessEnv } {
  const ties = /^GIT_(DIR|INDEX_FILE|WORK_TREE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY)$/;
  return { cwd: programFolder, env: { ...environmentWhere((name) => !ties.test(name)), LC_ALL: "C" } };
}

const noHooks = ["-c", "core.hooksPath=/dev/null"];

/** Runs git in the program's folder, whatever its exit code. */
export function git(...args: string[]): ReturnType<typeof run> {
  return run("git", [...noHooks, ...args], options());
}

/**
 * Runs git in the program's folder and returns what it printed.
 * @throws UserError when it fails.
 */
export async function gitChecked(...args: string[]): Promise<string> {
  return (await runChecked("git", [...noHooks, ...args], options())).stdout.trim();
}
