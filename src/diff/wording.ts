import type { Json } from "../kubernetes/objects.js";
import { isList } from "./properties.js";
import { isMap } from "../workspace/yaml.js";
import type { InstanceImpact, ObjectChange, PlanDiff, PropertyChange, ResourceChange } from "./types.js";

/*
 * How changes are put into words, for whatever shows them. Everything here is plain text: who shows it escapes it.
 */

/** Longest value that is shown, in characters. */
const longestValue = 160;

/** `1 task`, `3 tasks`. */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** `a, b and 3 more`. */
export function list(names: readonly string[], shown = 4): string {
  const more = names.length > shown ? ` and ${names.length - shown} more` : "";
  return `${names.slice(0, shown).join(", ")}${more}`;
}

/** `lms` of `Deployment/lms`. */
export function bare(workload: string): string {
  return workload.slice(workload.indexOf("/") + 1);
}

/** `Deployment` of `kubernetes:apps/v1:Deployment`. */
export function shortType(type: string): string {
  return type.split(":").at(-1) ?? type;
}

const kindWords = [
  ["create", "created"],
  ["update", "changed"],
  ["replace", "replaced"],
  ["delete", "deleted"],
] as const;

/** `2 created, 1 replaced`. */
export function tally(changes: readonly Pick<ResourceChange, "kind">[]): string {
  return kindWords
    .map(([kind, label]) => [changes.filter((change) => change.kind === kind).length, label] as const)
    .filter(([number]) => number > 0)
    .map(([number, label]) => `${number} ${label}`)
    .join(", ");
}

/** `2 new, 1 changed, 3 removed`. */
export function objectTally(changes: readonly Pick<ObjectChange, "kind">[]): string {
  const words = [
    ["create", "new"],
    ["update", "changed"],
    ["delete", "removed"],
  ] as const;
  return words
    .map(([kind, label]) => [changes.filter((change) => change.kind === kind).length, label] as const)
    .filter(([number]) => number > 0)
    .map(([number, label]) => `${number} ${label}`)
    .join(", ");
}

/** A change of a value: `a → b`, `new, b`, `gone, was a`; of a list of plain items, what comes and goes. */
export function fromTo(before: Json | undefined, after: Json | undefined): string {
  if (before === undefined) {
    return after === undefined ? "" : `new, ${shownValue(after)}`;
  }
  if (after === undefined) {
    return `gone, was ${shownValue(before)}`;
  }
  if (isPlainList(before) && isPlainList(after)) {
    const [gone, fresh] = [without(before, after), without(after, before)];
    if (gone.length + fresh.length > 0 && before.length > 1) {
      return [
        ...fresh.map((item) => `+ ${shownValue(item)}`),
        ...gone.map((item) => `− ${shownValue(item)}`),
      ].join(", ");
    }
  }
  return `${shownValue(before)} → ${shownValue(after)}`;
}

function isPlainList(value: Json): value is Json[] {
  return isList(value) && value.every((item) => !isList(item) && !isMap(item));
}

function without(items: readonly Json[], others: readonly Json[]): Json[] {
  return items.filter((item) => !others.includes(item));
}

function shownValue(json: Json): string {
  if (isPlainList(json) && json.length === 1) {
    return shownValue(json[0] ?? null);
  }
  const text = typeof json === "string" ? json : JSON.stringify(json);
  if (text.includes("\n")) {
    return `(a text of ${count(text.split("\n").length, "line")})`;
  }
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text === "" ? '""' : text;
}

/** What changes of a site, as titles with items; without what does not change. */
export function siteFacts(impact: InstanceImpact): [title: string, items: string[]][] {
  const { downtime, rolls, images, hosts, replicas, settings } = impact;
  const facts: [string, string[]][] = [
    ["Down meanwhile", downtime.map(({ workload, reason }) => `${bare(workload)} (${reason})`)],
    ["Pods restart one by one", rolls.map(bare)],
    ["Tasks run", taskFacts(impact)],
    [
      "Images",
      images.map(
        ({ before, after, workloads }) => `${before} → ${after} (${workloads.map(bare).join(", ")})`,
      ),
    ],
    ["Hosts", [...hosts.added.map((host) => `+ ${host}`), ...hosts.removed.map((host) => `− ${host}`)]],
    [
      "Replicas",
      replicas.map(
        ({ workload, before, after }) =>
          `${bare(workload)} ${before ?? "by a scaler"} → ${after ?? "by a scaler"}`,
      ),
    ],
    ["Versions", versionFacts(impact)],
    [
      "Settings",
      settings.map(
        ({ key, before, after, secret }) => `${key}: ${secret ? "changed (secret)" : fromTo(before, after)}`,
      ),
    ],
  ];
  return facts.filter(([, items]) => items.length > 0);
}

/** `init, core: lms, lms (changed), cms`, by phase and plugin. */
function taskFacts({ kind, tasks }: InstanceImpact): string[] {
  const groups = new Map<string, string[]>();
  for (const { phase, plugin, service, changed } of tasks) {
    const group = plugin === "" ? phase : `${phase}, ${plugin}`;
    const text = changed && kind === "update" ? `${service} (changed)` : service;
    groups.set(group, [...(groups.get(group) ?? []), text]);
  }
  return [...groups].map(([group, entries]) => `${group}: ${entries.join(", ")}`);
}

/** Of a site that comes or goes, one side alone is there to be named. */
export function versionFacts({ kind, versions }: InstanceImpact): string[] {
  return versions.map(({ what, before, after }) => {
    if (before !== undefined && after !== undefined) {
      return `${what} ${before} → ${after}`;
    }
    const text = before === undefined ? " is new" : " is gone";
    return `${what} ${after ?? before ?? ""}${kind === "update" ? text : ""}`;
  });
}

const fileTypes = /^kubernetes:core\/v1:(ConfigMap|Secret)$/;

/**
 * The changes of a resource as lines, without those that the objects below show as diffs, the same change at many
 * places once.
 */
export function changeLines(change: ResourceChange, { objects }: Pick<PlanDiff, "objects">): string[] {
  const isRendered =
    change.type === "kubernetes:helm.sh/v3:Release" && objects.some(({ release }) => release === change.name);
  const hasVersion = change.changes.some(({ path }) => path === "version");
  const shown = change.changes.filter(
    ({ path }) =>
      // A mirror's archives have the version in their names.
      !(hasVersion && path === "chart") &&
      !(isRendered && /^values\b/.test(path)) &&
      !(fileTypes.test(change.type) && /^(data|stringData|binaryData)\b/.test(path)),
  );
  const groups = new Map<string, PropertyChange[]>();
  for (const each of shown) {
    const text = fromTo(each.before, each.after);
    groups.set(text, [...(groups.get(text) ?? []), each]);
  }
  return [...groups].map(([text, [first, ...rest]]) => {
    const more = rest.length > 0 ? ` and ${count(rest.length, "more place")}` : "";
    return `${first?.path}${more}: ${text}`;
  });
}

/** Why a resource is touched of which no line tells; undefined: it is told. */
export function untold(
  { kind, type, changes }: ResourceChange,
  lines: readonly string[],
): string | undefined {
  if (lines.length > 0 || kind === "create" || kind === "delete") {
    return undefined;
  }
  if (type === "kubernetes:batch/v1:Job") {
    return "runs again: what it reads is changed";
  }
  return changes.length > 0 ? "its diffs are below" : "follows from others' content";
}

/** What an object's diff is called. */
export function objectTitle({ kind, release, object, added, removed }: ObjectChange): string {
  const where = release === undefined ? "" : ` in ${release}`;
  const text = { create: "new", delete: "removed", update: `+${added} −${removed}` }[kind];
  return `${object}${where}: ${text}`;
}

/** Groups by instance; what belongs to none comes first, with no name. */
export function byInstance<T extends { instance?: string }>(
  changes: readonly T[],
): [instance: string | undefined, T[]][] {
  const groups = new Map<string | undefined, T[]>();
  for (const change of changes) {
    groups.set(change.instance, [...(groups.get(change.instance) ?? []), change]);
  }
  return [...groups].sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
}
