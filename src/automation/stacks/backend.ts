import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Progress } from "../../workspace/progress.js";
import { parseYaml } from "../../workspace/yaml.js";

/** `prod` of `my-org/openedx/prod`: the name of a stack's file. */
export function bareName(stack: string): string {
  return stack.slice(stack.lastIndexOf("/") + 1);
}

/** The backend that somebody has chosen: by the environment, or by `pulumi login`. Undefined: nobody has. */
export function chosenBackend(env: NodeJS.ProcessEnv): string | undefined {
  if (env.PULUMI_BACKEND_URL !== undefined) {
    return env.PULUMI_BACKEND_URL;
  }
  if (env.PULUMI_ACCESS_TOKEN !== undefined) {
    return "https://api.pulumi.com";
  }
  const file = join(env.PULUMI_HOME ?? join(homedir(), ".pulumi"), "credentials.json");
  if (!existsSync(file)) {
    return undefined;
  }
  const { current } = JSON.parse(readFileSync(file, "utf8")) as { current?: string };
  return current === "" ? undefined : current;
}

/** The folder of a backend that is one. `file://~` and `file://./state` are not proper URLs, but the CLI takes them. */
export function backendFolder(url: string | undefined): string | undefined {
  if (url === undefined || !url.startsWith("file://")) {
    return undefined;
  }
  const path = url.slice("file://".length);
  if (path.startsWith("~")) {
    return join(homedir(), path.slice(1));
  }
  return path.startsWith("/") ? fileURLToPath(url) : path;
}

/**
 * Puts the last whole state in the place of one that a killed engine left empty or away: it writes the state in two
 * steps, with the one before beside it (`.bak`). What it did since is among that one's pending operations.
 * @param folder with Pulumi.yaml
 */
export function restoreState(
  stack: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): void {
  const root = backendFolder(chosenBackend(env));
  const project = join(folder, "Pulumi.yaml");
  if (root === undefined || !existsSync(project)) {
    return;
  }
  const { name } = parseYaml(readFileSync(project, "utf8"), project).content as { name: string };
  const state = join(root, ".pulumi/stacks", name, `${bareName(stack)}.json`);
  const isWhole = (file: string): boolean =>
    existsSync(file) && readFileSync(file, "utf8").trimEnd().endsWith("}");
  // Without its .attrs a stack was removed on purpose, and the copy is of no stack.
  if (!isWhole(state) && existsSync(`${state}.attrs`) && isWhole(`${state}.bak`)) {
    copyFileSync(`${state}.bak`, state);
    progress.note(`${stack}: a run was killed while it wrote the state; the state before that is taken`);
  }
}
