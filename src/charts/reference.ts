import { resolve } from "node:path";
import { UserError } from "../workspace/errors.js";
import { programFolder } from "../workspace/paths.js";

/** A chart in a repository, in one exact version. */
export interface ChartReference {
  chart: string;
  /** Exact, as in Chart.yaml; a leading `v` may be missing. */
  version: string;
  /**
   * `https://` address of a chart repository, `oci://` address of the folder that the chart is in, or a folder of
   * archives, relative to the program.
   */
  repository: string;
}

/** What a chart's archive is called in the cache and in a mirror, as `helm pull` names it. */
export function archiveName({ chart, version }: Pick<ChartReference, "chart" | "version">): string {
  return `${chart}-${version}.tgz`;
}

/** Such as `traefik 41.3.0`. */
export function describeChart({ chart, version }: Pick<ChartReference, "chart" | "version">): string {
  return `${chart} ${version}`;
}

/** The folder of archives that a repository is, as an absolute path; undefined for one that has to be reached. */
export function localFolder(repository: string): string | undefined {
  return repository.includes("://") ? undefined : resolve(programFolder, repository);
}

/** What `helm pull` takes for the chart. Registries on the loopback speak plain http. */
export function helmArguments({ chart, version, repository }: ChartReference): string[] {
  const pinned = `--version=${version}`;
  if (!repository.startsWith("oci://")) {
    return [chart, `--repo=${repository}`, pinned];
  }
  const address = `${repository.replace(/\/+$/, "")}/${chart}`;
  return [address, pinned, ...(isLoopback(hostOf(repository).hostname) ? ["--plain-http"] : [])];
}

/**
 * Host and port that a repository is served from.
 * @throws UserError when the address is not valid.
 */
export function hostOf(repository: string): { hostname: string; port: number } {
  const [scheme, rest] = repository.split("://");
  if (!["oci", "https", "http"].includes(scheme ?? "") || !URL.canParse(`http://${rest}`)) {
    throw new UserError(
      `${repository} is not an address of a chart repository: it begins by oci:// or https://.`,
    );
  }
  const url = new URL(`http://${rest}`);
  const isPlain = scheme === "http" || (scheme === "oci" && isLoopback(url.hostname));
  return { hostname: url.hostname, port: Number(url.port || (isPlain ? 80 : 443)) };
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}

/** A repository's address as the name of a folder. */
export function folderOf(repository: string): string {
  return repository.replace(/^[a-z]+:\/\//, "").replace(/[^\w.-]+/g, "_");
}
