import { resolve } from "node:path";
import { Command } from "commander";
import { type Collected, fillFolder, verifyCharts } from "../../charts/collection.js";
import { type ChartLock, readLock, writeLock } from "../../charts/lockFile.js";
import { archiveName, type ChartReference } from "../../charts/reference.js";
import { createToolchain } from "../../toolchain/toolchain.js";
import { joinFaults, UserError } from "../../workspace/errors.js";
import { terminalProgress } from "../../workspace/progress.js";
import { formatTable } from "./table.js";

/** `openedx charts …`: the archives of the community charts. */
export function chartsCommand(): Command {
  const command = new Command("charts")
    .description("The community charts of the catalogue: archives for places without the internet.")
    .addHelpText(
      "after",
      `
charts.lock.json holds the digest of each archive, to know it again by whatever way it comes.

Examples:
  npm run openedx -- charts pull ./mirror
  npm run openedx -- charts verify --mirror ./mirror`,
    );
  command
    .command("pull")
    .argument("<folder>", "where the archives go: NAME-VERSION.tgz")
    .description("Fill a folder with the charts, for `charts.mirror` of a stack.")
    .option(
      "--stack <stack>",
      "only what this stack deploys, in the versions and from the repositories that it names",
    )
    .option("--only <charts>", "some charts only, by name, with commas between")
    .option("--record", "record the digests of archives that differ from charts.lock.json, too")
    .addHelpText(
      "after",
      `
An archive that is there already is checked and kept. A chart without a recorded digest gets one; an archive whose
digest differs from the recorded one is an error and stays out.

Examples:
  npm run openedx -- charts pull ./mirror
  npm run openedx -- charts pull ./mirror --only traefik,cert-manager`,
    )
    .action(async (folder: string, options: { stack?: string; only?: string; record?: true }) => {
      const progress = terminalProgress();
      const { chartsOf } = await import("../stackPlan.js");
      const charts = choose(await chartsOf(named(options.stack), () => undefined), options.only);
      const lock = readLock();
      const { helm } = createToolchain({ progress });
      const accept = options.record === true;
      const results = await fillFolder(resolve(folder), { charts, lock, helm, progress, accept });
      const recorded = record(results, lock);
      print(results, folder);
      if (recorded.length > 0) {
        process.stdout.write(`Recorded in charts.lock.json: ${recorded.join(", ")}\n`);
      }
      fail(results, "Not all charts could be pulled");
    });
  command
    .command("verify")
    .description(
      "Compare the archives with the digests in charts.lock.json; exit code 1 if any differs or is missing.",
    )
    .option(
      "--mirror <source>",
      "a folder or an oci:// registry; default: the stack's `charts.mirror`, else each chart's own repository",
    )
    .option(
      "--stack <stack>",
      "only what this stack deploys, in the versions and from the repositories that it names",
    )
    .option("--only <charts>", "some charts only, by name, with commas between")
    .addHelpText(
      "after",
      `
What is in the cache is not asked for again.

Examples:
  npm run openedx -- charts verify
  npm run openedx -- charts verify --mirror oci://registry.example.com/charts`,
    )
    .action(async (options: { mirror?: string; stack?: string; only?: string }) => {
      const progress = terminalProgress();
      const { chartsOf } = await import("../stackPlan.js");
      const { mirror } = options;
      const charts = choose(
        await chartsOf(named(options.stack), (ofStack) => (mirror === undefined ? ofStack : source(mirror))),
        options.only,
      );
      const { helm } = createToolchain({ progress });
      const results = await verifyCharts({ charts, lock: readLock(), helm, progress });
      print(results, "folder");
      fail(results, "Not all charts could be verified");
    });
  return command;
}

function named(stack: string | undefined): { stack: string } | undefined {
  return stack === undefined ? undefined : { stack };
}

/** A folder on the command line is relative to where the person is. */
function source(mirror: string): string {
  return mirror.includes("://") ? mirror : resolve(mirror);
}

/** @throws UserError for a name that no chart has. */
function choose(charts: readonly ChartReference[], only: string | undefined): readonly ChartReference[] {
  if (only === undefined) {
    return charts;
  }
  const names = only.split(",").map((name) => name.trim());
  const known = charts.map(({ chart }) => chart);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new UserError(
      `--only: there is no chart ${unknown.join(", ")}. Known charts: ${known.sort().join(", ")}.`,
    );
  }
  return charts.filter(({ chart }) => names.includes(chart));
}

/** Writes the digests that the lock lacks, or has otherwise; returns the archives' names. */
function record(results: readonly Collected[], lock: ChartLock): string[] {
  const fresh = results.flatMap((each) =>
    each.fault === undefined && each.verdict.kind !== "same"
      ? [[archiveName(each.reference), each.digest] as const]
      : [],
  );
  if (fresh.length > 0) {
    writeLock({ ...lock, ...Object.fromEntries(fresh) });
  }
  return fresh.map(([name]) => name);
}

function print(results: readonly Collected[], folder: string): void {
  const words = { same: "as recorded", unrecorded: "no digest recorded", differs: "differs; recorded now" };
  const places = { cache: "the cache", repository: "repository", folder };
  const rows = results.map((each) => [
    each.reference.chart,
    each.reference.version,
    ...(each.fault === undefined ? [places[each.from], words[each.verdict.kind]] : ["-", "see below"]),
  ]);
  process.stdout.write(`${formatTable(["CHART", "VERSION", "FROM", "DIGEST"], rows)}\n`);
}

function fail(results: readonly Collected[], headline: string): void {
  const faults = results.flatMap((each) => each.fault ?? []);
  if (faults.length > 0) {
    throw joinFaults(headline, faults);
  }
}
