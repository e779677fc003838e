import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "../workspace/run.js";
import { compareVersions, formatVersion, parseVersion, type Version } from "./version.js";

/** A command that people usually have, and which of its releases will do. */
export interface PathTool {
  name: string;
  /** Arguments that make it print its own release and touch no cluster. */
  versionArguments: readonly string[];
  /** The oldest release that will do. */
  minimum: Version;
  /** The first release that will not do any more. Default: none. */
  below?: Version;
  /** Why a release at or above `below` will not do, to end the sentence "… is too new". */
  tooNew?: string;
  /** The page that says how to install it. */
  installation: string;
}

export const kubectlTool: PathTool = {
  name: "kubectl",
  versionArguments: ["version", "--client", "--output=json"],
  minimum: { major: 1, minor: 31, patch: 0 },
  installation: "https://kubernetes.io/docs/tasks/tools/",
};

export const helmTool: PathTool = {
  name: "helm",
  versionArguments: ["version", "--short"],
  minimum: { major: 3, minor: 14, patch: 0 },
  below: { major: 4, minor: 0, patch: 0 },
  tooNew: "the Pulumi provider embeds Helm 3",
  installation: "https://helm.sh/docs/intro/install/",
};

/** The release that will do, in words: `3.14 or newer, but older than 4.0`. */
export function wantedRelease(tool: PathTool): string {
  const short = (version: Version): string => `${version.major}.${version.minor}`;
  return `${short(tool.minimum)} or newer${tool.below ? `, but older than ${short(tool.below)}` : ""}`;
}

/** The first executable file of that name on a search path. */
export function findOnPath(name: string, searchPath: string = process.env.PATH ?? ""): string | undefined {
  return searchPath
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
  const version = code === 0 ? parseVersion(statedVersion(stdout)) : undefined;
  if (version === undefined) {
    return { reason: `${path} does not tell its version: ${(stderr || stdout).trim().slice(0, 200)}` };
  }
  const reason = misfit(tool, version);
  return reason === undefined ? { path } : { reason: `${path} is ${formatVersion(version)}, ${reason}` };
}

/** Why a release will not do; undefined when it will. */
export function misfit(tool: PathTool, version: Version): string | undefined {
  if (compareVersions(version, tool.minimum) < 0) {
    return "which is too old";
  }
  if (tool.below !== undefined && compareVersions(version, tool.below) >= 0) {
    return `which is too new: ${tool.tooNew}`;
  }
  return undefined;
}

/** kubectl prints more releases than its own (kustomize's), so its field is named; others print one line. */
function statedVersion(stdout: string): string {
  return /"gitVersion":\s*"([^"]+)"/.exec(stdout)?.[1] ?? stdout;
}
