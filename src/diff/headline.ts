import type { InstanceImpact, PlanDiff, Warning } from "./types.js";

/** The result for one stack: what changes, or why nobody can say. */
export type StackResult =
  { stack: string; diff: PlanDiff } | { stack: string; error: string; side: "base" | "head" };

/** What a reviewer must know before all else, one sentence each. */
export interface Headline {
  /** What changes. */
  what: string;
  /** What people notice. */
  people: string;
  /** What runs on databases. */
  runs: string;
  /** What to be careful of. */
  careful: string;
}

/** Names in one line before the rest is counted. */
const shownNames = 4;

/** Sums a comparison up. Pure. */
export function headlineOf(results: readonly StackResult[], faults: readonly string[]): Headline {
  const diffs = results.flatMap((result) => ("diff" in result ? [result.diff] : []));
  const broken = results.flatMap((result) => ("error" in result ? [result.stack] : []));
  const several = results.length > 1;
  const sites = diffs.flatMap(({ stack, instances }) =>
    instances.map((impact) => ({
      ...impact,
      title: several ? `${impact.instance} (${stack})` : impact.instance,
    })),
  );
  const warnings = diffs.flatMap((diff) => diff.warnings);
  return {
    what: whatChanges(diffs, sites, broken, faults),
    people: whatPeopleNotice(sites, broken),
    runs: whatRuns(sites, broken),
    careful: whatToBeCarefulOf(warnings),
  };
}

type Site = InstanceImpact & { title: string };

function whatChanges(
  diffs: readonly PlanDiff[],
  sites: readonly Site[],
  broken: readonly string[],
  faults: readonly string[],
): string {
  const of = (kind: Site["kind"]): string[] =>
    sites.filter((site) => site.kind === kind).map(({ title }) => title);
  const others = diffs.filter(
    ({ resources, instances }) =>
      resources.length > 0 &&
      !resources.some(({ instance }) => instance !== undefined) &&
      instances.length === 0,
  );
  const shared = diffs.flatMap(({ resources }) =>
    resources.filter(({ instance }) => instance === undefined),
  ).length;
  const parts = [
    ...(broken.length > 0 ? [`cannot be planned: ${list(broken)}`] : []),
    ...(faults.length > 0 ? ["the program does not type-check"] : []),
    ...statement(of("create"), "is new", "are new"),
    ...statement(of("delete"), "is removed", "are removed"),
    ...statement(of("update"), "changes", "change"),
    ...(shared > 0
      ? [`${count(shared, "resource")} that sites share ${shared === 1 ? "changes" : "change"}`]
      : []),
  ];
  const none = others.length === 0 && parts.length === 0;
  return none ? "nothing changes" : parts.join("; ");
}

function whatPeopleNotice(sites: readonly Site[], broken: readonly string[]): string {
  const down = sites.flatMap(({ title, downtime }) =>
    downtime.length === 0 ? [] : [`${title}: ${list(downtime.map(({ workload }) => bare(workload)))}`],
  );
  const gone = sites.filter(({ kind }) => kind === "delete").map(({ title }) => title);
  const rolled = sites.filter(({ rolls }) => rolls.length > 0);
  const moved = sites.filter(({ kind, hosts }) => kind === "update" && hosts.removed.length > 0);
  const parts = [
    ...(gone.length > 0 ? [`${list(gone)} no longer answers`] : []),
    ...(moved.length > 0
      ? moved.map(({ title, hosts }) => `${title} no longer answers at ${list(hosts.removed)}`)
      : []),
    ...(down.length > 0 ? [`downtime of ${down.join("; ")}`] : []),
  ];
  if (parts.length === 0) {
    parts.push(broken.length > 0 ? "not known" : "no downtime");
  }
  const pods = rolled.map(({ title, rolls }) => `${list(rolls.map(bare))} of ${title}`);
  return [
    ...parts,
    ...(pods.length > 0 ? [`pods restart one by one: ${pods.slice(0, 2).join("; ")}${more(pods, 2)}`] : []),
  ].join("; ");
}

function whatRuns(sites: readonly Site[], broken: readonly string[]): string {
  const migrated = sites.filter(({ migrations }) => migrations);
  const other = sites.filter(({ migrations, tasks }) => !migrations && tasks.length > 0);
  if (migrated.length === 0 && other.length === 0) {
    return broken.length > 0 ? "not known" : "no migrations";
  }
  const tasks = migrated.map(({ title, tasks: runs }) => {
    const changed = runs.filter((task) => task.changed).length;
    const note = changed === 0 ? "their scripts as before" : `${changed} of them changed`;
    return `${title} (${count(runs.length, "task")}, ${note})`;
  });
  return [
    ...(migrated.length > 0
      ? [`migrations run before the new pods start: ${list(tasks)}`]
      : ["no migrations"]),
    ...(other.length > 0 ? [`other tasks run for ${list(other.map(({ title }) => title))}`] : []),
  ].join("; ");
}

function whatToBeCarefulOf(warnings: readonly Warning[]): string {
  if (warnings.length === 0) {
    return "nothing stands out";
  }
  const rest = warnings.length - 1;
  return `${warnings[0]?.text ?? ""}${rest > 0 ? ` And ${count(rest, "more warning")}, below.` : ""}`;
}

function statement(names: readonly string[], one: string, several: string): string[] {
  return names.length === 0 ? [] : [`${list(names)} ${names.length === 1 ? one : several}`];
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, shownNames).join(", ");
  return `${shown}${more(names, shownNames)}`;
}

function more(names: readonly string[], shown: number): string {
  return names.length > shown ? ` and ${names.length - shown} more` : "";
}

/** `1 task`, `3 tasks`. */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** `lms` of `Deployment/lms`. */
export function bare(workload: string): string {
  return workload.slice(workload.indexOf("/") + 1);
}
