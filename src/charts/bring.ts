import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import pLimit from "p-limit";
import { joinFaults, messageOf, UserError } from "../workspace/errors.js";
import { programFolder } from "../workspace/paths.js";
import { digestOf } from "./archive.js";
import { cannotBeHadPrefix, pullChart, type PulledChart } from "./pull.js";
import { archiveName, type ChartReference } from "./reference.js";

/** Downloads at once. */
const parallel = 8;
/** Seconds that one download may take where the run goes on without it. */
const planPatience = 30;

/** Where releases take their charts from, relative to the program: the same on every machine, and git-ignored. */
const folder = ".charts";

/** A release's `chart`: an archive in the program's folder, wherever the chart comes from. */
export function chartPath(chart: Pick<ChartReference, "chart" | "version">): string {
  return `./${folder}/${archiveName(chart)}`;
}

/** What a plan found of its charts, by `chartPath`: an archive on this machine, or why there is none. */
export type FoundCharts = Map<string, { archive: string } | { missing: string }>;

/** Holds in a plan, and not in runs beside it: a plan works without a network, and writes nothing beside the cache. */
const storage = new AsyncLocalStorage<FoundCharts>();

/** Runs `work` so that charts which cannot be had are not an error: what became of each is put into `found`. */
export function runAsPlan<T>(found: FoundCharts, work: () => Promise<T>): Promise<T> {
  return storage.run(found, work);
}

/**
 * Makes all charts that a stack deploys be where `chartPath` says, before any resource is made: from the cache, the
 * mirror or the source.
 * @param helm gives the path of the helm command; called only when there is something to pull or to check.
 * @throws UserError that names all that cannot be had; not in a plan.
 */
export async function bringCharts(
  references: readonly ChartReference[],
  helm: () => Promise<string>,
): Promise<void> {
  const found = storage.getStore();
  const limit = pLimit(parallel);
  const faults = await Promise.all(
    references.map((reference) =>
      limit(async () => {
        const path = chartPath(reference);
        try {
          const pulled = await pullChart({ ...reference, helm, ...(found && { seconds: planPatience }) });
          await (found?.set(path, { archive: pulled.archive }) ?? place(pulled, reference));
          return [];
        } catch (error) {
          if (!(error instanceof UserError)) {
            throw error;
          }
          found?.set(path, { missing: messageOf(error) });
          return [messageOf(error).replace(cannotBeHadPrefix(reference), (prefix) => nameIn(prefix))];
        }
      }),
    ),
  );
  if (found === undefined && faults.flat().length > 0) {
    throw joinFaults("These charts cannot be had", faults.flat().sort());
  }
}

/** The headline says already that it cannot be had. */
function nameIn(prefix: string): string {
  return prefix.replace(" cannot be had", "");
}

/** Copies an archive into the program's folder; another one of the same name gives way. */
async function place({ archive, digest }: PulledChart, reference: ChartReference): Promise<void> {
  const target = join(programFolder, folder, archiveName(reference));
  if (existsSync(target) && (await digestOf(target)) === digest) {
    return;
  }
  const partial = `${target}.${randomUUID()}`; // runs side by side may place the same at once
  try {
    await mkdir(join(programFolder, folder), { recursive: true });
    await copyFile(archive, partial);
    await rename(partial, target);
  } catch (error) {
    throw new UserError(
      `${archiveName(reference)} cannot be written to ${join(programFolder, folder)} (${messageOf(error)}); make ` +
        "space there or allow it.",
    );
  } finally {
    await rm(partial, { force: true });
  }
}
