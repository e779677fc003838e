import type { PlanDiff, ResourceChange } from "./types.js";
import { count, fromTo, list, shortType } from "./wording.js";

/** Most telling first. */
const order: readonly ResourceChange["kind"][] = ["delete", "replace", "update", "create"];
const labels = { create: "new", update: "changed", replace: "replaced", delete: "deleted" } as const;

/** Longest change that fits into a title. */
const longestStep = 80;

/** What changes beside sites, for a title: charts, then the resources that sites share. */
export function replacedOrChanged({ charts, resources, secrets }: PlanDiff): string[] {
  const bumped = new Map(charts.map((chart) => [chart.release, chart]));
  const shared = resources.filter(
    ({ instance, type, name }) =>
      instance === undefined && !(type === "kubernetes:helm.sh/v3:Release" && bumped.has(name)),
  );
  const named = [...shared]
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
    .map(({ kind, type, name, changes, because }) => {
      const telling = changes.find(({ path }) => because?.includes(path)) ?? changes[0];
      const step = telling === undefined ? "" : `: ${telling.path} ${fromTo(telling.before, telling.after)}`;
      const detail = shared.length <= 2 && step.length <= longestStep ? step : "";
      return `${shortType(type)} ${name} (${labels[kind]}${detail})`;
    });
  return [
    ...(charts.length > 0
      ? [
          `chart ${list(charts.map(({ release, before, after }) => `${release} ${before ?? "new"} → ${after ?? "gone"}`))}`,
        ]
      : []),
    ...(named.length > 0
      ? [named.length > 3 ? `${count(named.length, "shared resource")}: ${list(named, 2)}` : list(named, 3)]
      : []),
    ...(secrets.length > 0 ? [`secret settings ${list(secrets)}`] : []),
  ];
}
