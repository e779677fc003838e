import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import semver from "semver";
import { searchPath } from "../workspace/environment.js";
import { run } from "../workspace/run.js";
import { oldestTools } from "../workspace/versions.js";

/** A command that people usually have, and which of its releases will do. */
export interface PathTool {
  name: string;
  /** Arguments that make it print its own release and touch no cluster. */
  versionArguments: readonly string[];
  /** The oldest release that will do. */
  minimum: string;
  /** The first release that will not do any more. Default: none. */
  below?: string;
  /** Why a release at or above `below` will not do, to end the sentence "… is too new". */
  tooNew?: string;
  /** The page that says how to install it. */
  installation: string;
}

export const kubectlTool: PathTool = {
  name: "kubectl",
  versionArguments: ["version", "--client", "--output=json"],
  minimum: `${oldestTools.kubectl}.0`,
  installation: "https://kubernetes.io/docs/tasks/tools/",
};

export const helmTool: PathTool = {
  name: "helm",
  versionArguments: ["version", "--short"],
  minimum: `${oldestTools.helm}.0`,
  below: "4.0.0",
  tooNew: "the Pulumi provider embeds Helm 3",
  installation: "https://helm.sh/docs/intro/install/",
};

/** The release that will do, in words: `3.14 or newer, but older than 4.0`. */
export function wantedRelease(tool: PathTool): string {
  const short = (version: string): string => version.replace(/\.\d+$/, "");
  return `${short(tool.minimum)} or newer${tool.below ? `, but older than ${short(tool.below)}` : ""}`;
}

/** The first executable file of that name on a search path. */
export function findOnPath(name: string, path: string = searchPath()): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** What the search path offers: a tool that will do, or why there is none. */
export type Probe = { path: string } | { reason: string };

/** Looks for a tool on the search path of `env` and asks it for its release. It never fails. */
export async function probePath(tool: PathTool, env: NodeJS.ProcessEnv): Promise<Probe> {
  const path = findOnPath(tool.name, env.PATH);
  if (path === undefined) {
    return { reason: `${tool.name} is not on the PATH` };
  }
  const { stdout, stderr, code } = await run(path, tool.versionArguments, {
    env,
    signal: AbortSignal.timeout(10_000),
  }).catch((error: Error) => ({ stdout: "", stderr: error.message, code: 1 }));
  const version = code === 0 ? semver.coerce(statedVersion(stdout)) : null;
  if (version === null) {
    return { reason: `${path} does not tell its version: ${(stderr || stdout).trim().slice(0, 200)}` };
  }
  const reason = misfit(tool, version);
  return reason === undefined ? { path } : { reason: `${path} is ${version.version}, ${reason}` };
}

/** Why a release will not do; undefined when it will. */
export function misfit(tool: PathTool, version: semver.SemVer): string | undefined {
  if (semver.lt(version, tool.minimum)) {
    return "which is too old";
  }
  if (tool.below !== undefined && semver.gte(version, tool.below)) {
    return `which is too new: ${tool.tooNew}`;
  }
  return undefined;
}

/** kubectl prints more releases than its own (kustomize's), so its field is named; others print one line. */
function statedVersion(stdout: string): string {
  return /"gitVersion":\s*"([^"]+)"/.exec(stdout)?.[1] ?? stdout;
}
