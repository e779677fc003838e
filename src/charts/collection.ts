import { existsSync } from "node:fs";
import { copyFile, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import pLimit from "p-limit";
import { messageOf, UserError } from "../workspace/errors.js";
import { type Progress, withStep } from "../workspace/progress.js";
import { checkArchive, digestOf } from "./archive.js";
import { type ChartLock, compareDigest, type Verdict } from "./lockFile.js";
import { pullChart, type PulledChart } from "./pull.js";
import { archiveName, type ChartReference, describeChart } from "./reference.js";

/** Downloads at once. */
const parallel = 4;

/** What became of one chart of many. */
export type Collected = { reference: ChartReference } & (
  { fault: string } | { fault?: undefined; digest: string; verdict: Verdict; from: PulledChart["from"] }
);

interface CollectRequest {
  charts: readonly ChartReference[];
  lock: ChartLock;
  helm: () => Promise<string>;
  progress: Progress;
}

/** Compares what folder, cache or repository gives of each chart with the digests of the lock. */
export function verifyCharts(request: CollectRequest): Promise<Collected[]> {
  const { lock, helm } = request;
  return collect(request, async (reference) => {
    const { digest, from } = await pullChart({ ...reference, helm });
    const verdict = compareDigest(lock, reference, digest);
    if (verdict.kind === "differs") {
      throw new UserError(differs(reference, digest, verdict.recorded));
    }
    return { reference, digest, verdict, from };
  });
}

/**
 * Fills a folder with the charts' archives, as `charts.mirror` takes it. What is there is checked and left alone; an
 * archive whose digest is not the recorded one stays out.
 * @param accept takes such archives, too.
 */
export function fillFolder(
  folder: string,
  request: CollectRequest & { accept: boolean },
): Promise<Collected[]> {
  const { lock, helm, accept } = request;
  return collect(request, async (reference) => {
    await mkdir(folder, { recursive: true });
    const target = join(folder, archiveName(reference));
    const isThere = existsSync(target);
    if (isThere) {
      await checkArchive(target, reference, await helm());
    }
    const pulled = isThere
      ? { archive: target, digest: await digestOf(target), from: "folder" as const }
      : await pullChart({ ...reference, helm });
    const verdict = compareDigest(lock, reference, pulled.digest);
    if (verdict.kind === "differs" && !accept) {
      throw new UserError(differs(reference, pulled.digest, verdict.recorded));
    }
    if (!isThere) {
      await copyFile(pulled.archive, `${target}.partial`);
      await rename(`${target}.partial`, target);
    }
    return { reference, digest: pulled.digest, verdict, from: pulled.from };
  });
}

function collect(
  { charts, progress }: CollectRequest,
  work: (reference: ChartReference) => Promise<Collected>,
): Promise<Collected[]> {
  const limit = pLimit(parallel);
  const one = async (reference: ChartReference): Promise<Collected> => {
    try {
      return await withStep(progress, describeChart(reference), () => work(reference));
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      return { reference, fault: messageOf(error) };
    }
  };
  return Promise.all(charts.map((reference) => limit(one, reference)));
}

function differs(reference: ChartReference, digest: string, recorded: string): string {
  return `${describeChart(reference)} has the digest ${digest}, but ${recorded} is recorded in charts.lock.json.`;
}
