import semver from "semver";
import type { Facts } from "../cloud/facts.js";
import { chartChanges } from "./charts.js";
import { type Compared, exposureWarnings } from "./exposure.js";
import type { Side } from "./side.js";
import type { ChartChange, InstanceImpact, ResourceChange, Warning } from "./types.js";

/** What a reviewer must not overlook: data in danger, protection gone, a step without a way back, more exposure. */
export function findWarnings(change: Compared): Warning[] {
  const { before, after, resources, instances, facts } = change;
  return [
    ...dataWarnings(resources, facts),
    ...resources.flatMap((change) => protectionWarnings(change, before, after)),
    ...instances.flatMap(releaseWarnings),
    ...exposureWarnings(change),
    ...chartChanges(before, after).flatMap(chartWarnings),
    ...instances.flatMap(hostWarnings),
  ];
}

/** Kubernetes objects that hold data for good. */
const dataTypes = /^kubernetes:core\/v1:(PersistentVolumeClaim|PersistentVolume|Namespace)$/;

/** What holds data, or may: of a type that no cloud lists nobody knows. */
function holdsData(type: string, facts: Facts): boolean {
  const known = facts.of(type);
  return known === undefined ? facts.isCloud(type) || dataTypes.test(type) : known.data !== undefined;
}

function dataWarnings(resources: readonly ResourceChange[], facts: Facts): Warning[] {
  const inDanger = resources.filter(
    ({ kind, type, protect }) =>
      (kind === "delete" || kind === "replace") && (protect || holdsData(type, facts)),
  );
  const sites = new Map<string, ResourceChange[]>();
  for (const change of inDanger.filter(({ kind }) => kind === "delete")) {
    if (change.instance !== undefined) {
      sites.set(change.instance, [...(sites.get(change.instance) ?? []), change]);
    }
  }
  const grouped = new Set([...sites.values()].filter(({ length }) => length > 1).flat());
  return [
    ...[...sites]
      .filter(([, { length }]) => length > 1)
      .map(([instance, changes]) => {
        const names = changes.map(({ type, name }) => `${shortType(type)} ${name}`).join(" and ");
        return `${instance}: ${names} would be deleted, and the site's data with them.${stop(changes)}`;
      }),
    ...inDanger
      .filter((change) => !grouped.has(change))
      .map((change) => {
        const { kind, type, name, changes, because } = change;
        const why = kind === "replace" ? ` (${(because ?? changes.map(({ path }) => path)).join(", ")})` : "";
        const done = kind === "delete" ? "deleted" : "replaced";
        return `${shortType(type)} ${name} would be ${done}${why}, and what it holds with it.${stop([change])}`;
      }),
  ].map((text) => ({ about: "data", text }));
}

function stop(changes: readonly ResourceChange[]): string {
  const guarded = changes.filter(({ protect }) => protect).length;
  if (guarded === 0) {
    return "";
  }
  const which =
    changes.length === 1 ? "It is" : guarded === changes.length ? "They are" : `${guarded} of them are`;
  return ` ${which} protected: the update stops there until the protection is lifted.`;
}

function protectionWarnings({ urn, kind, type, name }: ResourceChange, before: Side, after: Side): Warning[] {
  const dropped = before.resources.get(urn)?.protect === true && after.resources.get(urn)?.protect === false;
  return kind !== "delete" && dropped
    ? [{ about: "protection", text: `${shortType(type)} ${name} is no longer protected from deletion.` }]
    : [];
}

/** Open edX and Tutor go one major release at a time, and never back. */
function releaseWarnings({ instance, versions }: InstanceImpact): Warning[] {
  const tutor = versions.find(({ what }) => what === "Tutor");
  const [was, is] = [semver.coerce(tutor?.before)?.major, semver.coerce(tutor?.after)?.major];
  if (was === undefined || is === undefined || is === was) {
    return [];
  }
  const release = versions.find(({ what }) => what === "Open edX");
  const names = release === undefined ? "" : ` (Open edX ${release.before} to ${release.after})`;
  const upgrade = `${instance}: Tutor ${tutor?.before} to ${tutor?.after}${names}`;
  const text =
    is < was
      ? `${upgrade} is a downgrade; Open edX's databases can't be taken back a release.`
      : is - was > 1
        ? `${upgrade} skips ${is - was - 1} release${is - was > 2 ? "s" : ""}; upgrade one at a time, with a backup before each.`
        : `${upgrade} is a new release: its migrations can't be undone; make a backup first.`;
  return [{ about: "release", text }];
}

function chartWarnings({ release, before, after }: ChartChange): Warning[] {
  const [was, is] = [semver.parse(before, { loose: true }), semver.parse(after, { loose: true })];
  if (was === null || is === null || is.compare(was) > 0) {
    return [];
  }
  return is.compare(was) === 0
    ? []
    : [{ about: "release", text: `Chart of ${release} goes back from ${before} to ${after}.` }];
}

function hostWarnings({ instance, kind, hosts }: InstanceImpact): Warning[] {
  const [added] = hosts.added;
  return kind === "update" && hosts.removed.length > 0 && added !== undefined
    ? [
        {
          about: "hosts",
          text: `${instance} moves to other hosts: ${added} and the rest need DNS records and certificates first, and links and sign-ins by the old ones end.`,
        },
      ]
    : [];
}

function shortType(type: string): string {
  return type.split(":").at(-1) ?? type;
}
