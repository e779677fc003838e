import { existsSync } from "node:fs";
import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../workspace/errors.js";
import { withLock } from "../workspace/lock.js";
import { cacheSubfolder } from "../workspace/paths.js";
import { type Finished, run } from "../workspace/run.js";
import { checkArchive, digestOf, lastLine } from "./archive.js";
import { isReachable } from "./hosts.js";
import {
  archiveName,
  type ChartReference,
  describeChart,
  folderOf,
  helmArguments,
  hostOf,
  localFolder,
} from "./reference.js";

export interface PullRequest extends ChartReference {
  /** Gives the path of the helm command. */
  helm: () => Promise<string>;
  /** Seconds that one download may take. Default: 120. */
  seconds?: number;
  signal?: AbortSignal;
}

export interface PulledChart {
  /** Absolute path. */
  archive: string;
  /** Of the archive: `sha256:` and hexadecimal digits. */
  digest: string;
  from: "cache" | "folder" | "repository";
}

/**
 * A chart's archive: from a folder, from the cache, or pulled by helm into the cache. Runs side by side, in this process
 * and others, pull it once.
 * @throws UserError, one line, that names the chart and why it cannot be had.
 */
export async function pullChart(request: PullRequest): Promise<PulledChart> {
  const folder = localFolder(request.repository);
  if (folder !== undefined) {
    const archive = join(folder, archiveName(request));
    if (!existsSync(archive)) {
      throw cannotBeHad(
        request,
        `there is no ${archiveName(request)} in ${folder}; \`openedx charts pull\` fills such a folder`,
      );
    }
    await checkArchive(archive, request, await request.helm());
    return { archive, digest: await digestOf(archive), from: "folder" };
  }
  const cache = cacheSubfolder("charts", folderOf(request.repository));
  const archive = join(cache, archiveName(request));
  const isPulled = !existsSync(archive) && (await withLock(archive, () => pullInto(cache, archive, request)));
  return { archive, digest: await digestOf(archive), from: isPulled ? "repository" : "cache" };
}

/** @returns false if another run has brought it meanwhile. */
async function pullInto(cache: string, archive: string, request: PullRequest): Promise<boolean> {
  if (existsSync(archive)) {
    return false;
  }
  if (!(await isReachable(request.repository))) {
    throw cannotBeHad(request, unreachable(request));
  }
  const helm = await request.helm();
  const scratch = await mkdtemp(join(cache, "pulling-"));
  try {
    const finished = await download(helm, scratch, request);
    if (finished.code !== 0) {
      throw cannotBeHad(request, explain(finished.stderr, request));
    }
    const [file] = await readdir(scratch);
    if (file === undefined) {
      throw cannotBeHad(request, `${request.repository} gave nothing`);
    }
    await checkArchive(join(scratch, file), request, helm);
    await rename(join(scratch, file), archive);
    return true;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function download(helm: string, destination: string, request: PullRequest): Promise<Finished> {
  const { seconds = 120 } = request;
  const timeout = AbortSignal.timeout(seconds * 1000);
  const signal = AbortSignal.any([timeout, ...(request.signal === undefined ? [] : [request.signal])]);
  try {
    return await run(helm, ["pull", ...helmArguments(request), `--destination=${destination}`], { signal });
  } catch (error) {
    request.signal?.throwIfAborted();
    throw timeout.aborted
      ? cannotBeHad(request, `${request.repository} did not deliver it within ${seconds} s`)
      : error;
  }
}

/** Helm's words for what people can do something about. */
function explain(stderr: string, request: PullRequest): string {
  const { chart, version, repository } = request;
  const problem = lastLine(stderr);
  if (/dial tcp|no such host|connection refused|i\/o timeout|unreachable|handshake timeout/.test(problem)) {
    return unreachable(request);
  }
  if (/index\.yaml.*404|is not a valid chart repository/.test(problem)) {
    return `${repository} is not a chart repository: it has no index.yaml`;
  }
  if (/not found|no chart (version|name) found|404/i.test(problem)) {
    return `${repository} has no ${chart} in version ${version}`;
  }
  if (/\b40[13]\b|unauthorized|denied/i.test(problem)) {
    return `${repository} refuses it; log in by \`helm registry login\`, or correct the address`;
  }
  return problem;
}

function unreachable({ repository }: ChartReference): string {
  return `${hostOf(repository).hostname} cannot be reached`;
}

function cannotBeHad(reference: ChartReference, why: string): UserError {
  return new UserError(`${cannotBeHadPrefix(reference)}${why}.`);
}

/** What the message on a chart that cannot be had begins with. */
export function cannotBeHadPrefix(reference: ChartReference): string {
  return `${describeChart(reference)} cannot be had: `;
}
