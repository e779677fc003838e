import { isAbsolute, join, relative } from "node:path/posix";
import type { ChartsConfig } from "../config/platform.js";
import { programFolder } from "../workspace/paths.js";
import { type ChartName, charts } from "./charts.js";

/** What a stack may say of one chart. */
export interface ChartOverrides {
  /** Exact. */
  version?: string;
  /** `https://` or `oci://`; goes before the mirror. */
  repository?: string;
}

/** Where Helm gets a chart, as the inputs of a release. */
export interface ChartSource {
  chart: string;
  version: string;
  repositoryOpts?: { repo: string };
}

/**
 * Where a chart comes from: the repository that the config names for it, else the mirror, else its own repository.
 *
 * A folder gives a path relative to the program: an absolute one would be a change on every other machine.
 */
export function chartSource(
  name: ChartName,
  { mirror }: ChartsConfig,
  overrides: ChartOverrides = {},
): ChartSource {
  const { chart, version: tested, repository } = charts[name];
  const version = overrides.version ?? tested;
  const from = overrides.repository ?? mirror ?? repository;
  if (from.startsWith("oci://")) {
    return { chart: `${from.replace(/\/+$/, "")}/${chart}`, version };
  }
  if (/^https?:\/\//.test(from)) {
    return { chart, version, repositoryOpts: { repo: from } };
  }
  return { chart: `./${join(relativeFolder(from), chartArchive(name, version))}`, version };
}

/** File name of a chart's archive, as `helm pull` writes it. */
export function chartArchive(name: ChartName, version: string = charts[name].version): string {
  return `${charts[name].chart}-${version}.tgz`;
}

function relativeFolder(folder: string): string {
  return isAbsolute(folder) ? relative(programFolder, folder) : folder;
}
