import { homedir } from "node:os";
import { join, resolve } from "node:path";

/* The one reader of this process's environment; the linter refuses others. */

/** The environment of this process with more variables: for a child, and for what looks for tools and settings in it. */
export function processEnvironment(more: Readonly<NodeJS.ProcessEnv> = {}): NodeJS.ProcessEnv {
  return { ...process.env, ...more };
}

/** The variables whose names are wanted, for a child that must not see all. */
export function environmentWhere(isWanted: (name: string) => boolean): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isWanted(name)));
}

/** `OPENEDX_CACHE`, else `$XDG_CACHE_HOME/openedx-pulumi`, else `~/.cache/openedx-pulumi`. */
export function chosenCache(): string {
  const { OPENEDX_CACHE: chosen = "", XDG_CACHE_HOME: caches = join(homedir(), ".cache") } = process.env;
  return chosen === "" ? join(caches, "openedx-pulumi") : resolve(chosen);
}

/** `PATH`: where tools are looked for. */
export function searchPath(): string {
  return process.env.PATH ?? "";
}

/** `PULUMI_CONFIG`: the stack's config, as the engine hands it to a policy pack, by full key. */
export function engineConfig(): Readonly<Record<string, string>> {
  return JSON.parse(process.env.PULUMI_CONFIG ?? "{}") as Record<string, string>;
}

/** Sets `KUBECONFIG` for the whole process: the clusters that a program of the cloud `existing` takes by default. */
export function useKubeconfig(file: string): void {
  process.env.KUBECONFIG = file;
}
