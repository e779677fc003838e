import type { ChartReference } from "../charts/reference.js";

/** A Release's inputs that say where its chart comes from. */
export interface ChartInputs {
  chart: string;
  version?: string;
  repositoryOpts?: { repo?: string };
}

/** True for a chart that a repository or a registry serves. */
export function isRemote({ chart, repositoryOpts }: ChartInputs): boolean {
  return repositoryOpts?.repo !== undefined || chart.startsWith("oci://");
}

/** The chart of a release that comes from a repository; undefined if its version is not pinned. */
export function remoteChart({ chart, version, repositoryOpts }: ChartInputs): ChartReference | undefined {
  if (version === undefined || version === "") {
    return undefined;
  }
  const repository = repositoryOpts?.repo;
  if (repository !== undefined) {
    return { chart, version, repository };
  }
  const end = chart.lastIndexOf("/");
  return { chart: chart.slice(end + 1), version, repository: chart.slice(0, end) };
}
