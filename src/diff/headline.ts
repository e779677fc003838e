import { replacedOrChanged } from "./sharedChanges.js";
import type { InstanceImpact, PlanDiff } from "./types.js";
import { bare, count, list, tally, versionFacts } from "./wording.js";

/** The result for one stack: what changes, or why nobody can say. */
export type StackResult =
  { stack: string; diff: PlanDiff } | { stack: string; error: string; side: "base" | "head" };

/** What a reviewer must know before all else, one sentence each, in the order in which it is read. */
export interface Headline {
  /** What changes. */
  what: string;
  /** What people notice. */
  people: string;
  /** What runs on databases. */
  databases: string;
  /** What to be careful of. */
  careful: string;
  /** What the engine touches, in numbers. */
  resources: string;
}

/** Sites whose changes fit into a title. */
const detailedSites = 2;

type Site = InstanceImpact & { title: string };

interface Summed {
  diffs: readonly PlanDiff[];
  sites: readonly Site[];
  /** Stacks that cannot be planned, with why. */
  broken: readonly { stack: string; error: string; side: string }[];
  faults: readonly string[];
}

/** Sums a comparison up. Pure. */
export function headlineOf(results: readonly StackResult[], faults: readonly string[]): Headline {
  const all = results.flatMap((result) => ("diff" in result ? [result.diff] : []));
  const diffs = all.filter(({ only }) => only !== "base");
  const several = results.length > 1;
  const sites = diffs.flatMap(({ stack, instances }) =>
    instances.map((impact) => ({
      ...impact,
      title: several ? `${impact.instance} (${stack})` : impact.instance,
    })),
  );
  const broken = results.flatMap((result) => ("error" in result ? [result] : []));
  const summed = { diffs, sites, broken, faults };
  return {
    what: whatChanges(summed, all),
    people: whatPeopleNotice(summed),
    databases: whatRuns(summed),
    careful: whatToBeCarefulOf(summed, all),
    resources: whatIsTouched(summed),
  };
}

function whatChanges({ diffs, sites, broken, faults }: Summed, all: readonly PlanDiff[]): string {
  const of = (kind: Site["kind"]): string[] =>
    sites.filter((site) => site.kind === kind).map(({ title }) => title);
  const updated = sites.filter(({ kind }) => kind === "update");
  const parts = [
    ...statement(
      broken.map(({ stack }) => `stack ${stack}`),
      "cannot be planned",
      "cannot be planned",
    ),
    ...(faults.length > 0 ? ["the program does not type-check"] : []),
    ...statement(ofOnly(all, "base"), "is gone from the repository", "are gone from the repository"),
    ...statement(ofOnly(all, "head"), "is new", "are new"),
    ...created(sites.filter(({ kind }) => kind === "create")),
    ...statement(of("delete"), "is removed", "are removed"),
    ...(updated.length > detailedSites
      ? statement(of("update"), "changes", "change")
      : updated.map((site) => `${site.title} changes${causes(site)}`)),
    ...diffs.filter(({ only }) => only === undefined).flatMap(replacedOrChanged),
  ];
  const touched = diffs.some(({ resources }) => resources.length > 0);
  const none = touched ? "only resources within sites change" : "nothing changes";
  return parts.length === 0 ? none : parts.join("; ");
}

/** The name once, where only the tag is another. */
function imageStep(before: string, after: string): string {
  const [was, is] = [before.lastIndexOf(":"), after.lastIndexOf(":")];
  return was > 0 && before.slice(0, was) === after.slice(0, is)
    ? `${before.slice(0, was)} ${before.slice(was + 1)} → ${after.slice(is + 1)}`
    : `${before} → ${after}`;
}

function created(sites: readonly Site[]): string[] {
  return sites.length > detailedSites
    ? statement(
        sites.map(({ title }) => title),
        "is new",
        "are new",
      )
    : sites.map((site) => {
        const facts = [...site.hosts.added.slice(0, 1), ...versionFacts(site).slice(0, 2)];
        return `${site.title} is new${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
      });
}

function ofOnly(all: readonly PlanDiff[], side: PlanDiff["only"]): string[] {
  return all.filter(({ only }) => only === side).map(({ stack }) => `stack ${stack}`);
}

/** Why a site changes, in a few words. */
function causes(site: Site): string {
  const { versions, images, hosts, settings, replicas } = site;
  const keys = settings
    .map(({ key }) => key)
    .filter((key) => !(key === "PLUGINS" && versions.some(({ what }) => what.startsWith("plugin "))));
  const details = [
    ...versionFacts(site),
    ...images.slice(0, 1).map(({ before, after }) => `image ${imageStep(before, after)}`),
    ...(hosts.removed.length > 0 && hosts.added.length > 0
      ? [`host ${hosts.removed[0]} → ${hosts.added[0]}`]
      : hosts.added.slice(0, 1).map((host) => `host + ${host}`)),
    ...replicas.slice(0, 1).map(({ workload }) => `replicas of ${bare(workload)}`),
    ...(keys.length > 0 ? [`${keys.length === 1 ? "setting" : "settings"} ${list(keys, 3)}`] : []),
  ];
  return details.length === 0 ? "" : ` (${list(details, 3)})`;
}

function whatPeopleNotice({ diffs, sites, broken }: Summed): string {
  const down = sites.flatMap(({ title, downtime }) =>
    downtime.length === 0 ? [] : [`${title} (${list(downtime.map(({ workload }) => bare(workload)))})`],
  );
  const gone = sites.filter(({ kind }) => kind === "delete").map(({ title }) => title);
  const rolled = sites.filter(({ rolls }) => rolls.length > 0);
  const moved = sites.filter(({ kind, hosts }) => kind === "update" && hosts.removed.length > 0);
  const nodes = diffs.flatMap((diff) => diff.nodes);
  const unknown = broken.length > 0 && sites.length === 0;
  const parts = [
    ...(gone.length > 0 ? [`${list(gone)} no longer ${gone.length === 1 ? "answers" : "answer"}`] : []),
    ...moved.map(({ title, hosts }) => `${title} no longer answers at ${list(hosts.removed, 2)}`),
    ...(down.length > 0 ? [`downtime of ${list(down)}`] : unknown ? ["not known"] : []),
    ...(down.length + gone.length + moved.length + nodes.length === 0 && !unknown ? ["no downtime"] : []),
    ...(nodes.length > 0
      ? [
          `nodes of ${list(nodes)} are replaced, and the pods on them move, so that what has one pod is down meanwhile`,
        ]
      : []),
  ];
  const unknownCharts = diffs.flatMap(({ charts }) =>
    charts.filter(({ rendered }) => !rendered).map(({ release }) => release),
  );
  const pods = rolled.map(({ title, rolls }) => `${title} (${list(rolls.map(bare))})`);
  const shared = sharedWorkloads(diffs);
  return [
    ...parts,
    ...(pods.length > 0 ? [`pods restart one by one: ${list(pods, 2)}`] : []),
    ...(shared.length > 0 ? [`what sites share may restart: ${list(shared)}`] : []),
    ...(unknownCharts.length > 0
      ? [`what the chart of ${list(unknownCharts)} restarts is not known, since it could not be rendered`]
      : []),
  ].join("; ");
}

function sharedWorkloads(diffs: readonly PlanDiff[]): string[] {
  return diffs.flatMap(({ objects }) =>
    objects
      .filter(
        ({ kind, instance, release, object }) =>
          kind !== "create" &&
          instance === undefined &&
          release !== undefined &&
          /^(Deployment|StatefulSet|DaemonSet)\//.test(object),
      )
      .map(({ object }) => bare(object)),
  );
}

function whatRuns({ sites, broken }: Summed): string {
  const migrated = sites.filter(({ migrations }) => migrations);
  const other = sites.filter(({ migrations, tasks }) => !migrations && tasks.length > 0);
  if (migrated.length === 0 && other.length === 0) {
    return broken.length > 0 && sites.length === 0 ? "not known" : "no migrations";
  }
  const tasks = migrated.map(({ title, kind, tasks: runs }) => {
    const changed = runs.filter((task) => task.changed).length;
    const note =
      kind === "create"
        ? "all for the first time"
        : changed === 0
          ? "all as before"
          : `${changed} of them changed`;
    return `${title} (${count(runs.length, "task")}, ${note})`;
  });
  return [
    ...(migrated.length > 0
      ? [`migrations run before the new pods start: ${list(tasks)}`]
      : ["no migrations"]),
    ...(other.length > 0 ? [`other tasks run for ${list(other.map(({ title }) => title))}`] : []),
  ].join("; ");
}

function whatToBeCarefulOf({ diffs, broken, faults }: Summed, all: readonly PlanDiff[]): string {
  const left = all
    .filter(({ only }) => only === "base")
    .map(({ stack }) => `what stack ${stack} deployed stays, and costs, until \`pulumi destroy\``);
  const texts = [
    ...broken.map(({ error }) => firstLine(error)),
    ...faults.map(firstLine),
    ...left,
    ...diffs.flatMap((diff) => diff.warnings.map(({ text }) => text)),
  ];
  const rest = texts.length - 1;
  return texts.length === 0
    ? "nothing stands out"
    : `${texts[0]}${rest > 0 ? `${texts[0]?.endsWith(".") ? "" : "."} And ${count(rest, "more warning")}, below.` : ""}`;
}

function firstLine(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

function whatIsTouched({ diffs, broken, sites }: Summed): string {
  const resources = diffs.flatMap((diff) => diff.resources);
  if (resources.length === 0) {
    return broken.length > 0 && sites.length === 0 ? "not known" : "none touched";
  }
  return tally(resources);
}

function statement(names: readonly string[], one: string, several: string): string[] {
  return names.length === 0 ? [] : [`${list(names)} ${names.length === 1 ? one : several}`];
}
