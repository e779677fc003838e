import { type JsonObject } from "../../kubernetes/objects.js";
import { type CarriedObject, objectsOf, unchecked, unknown, unreadReleases } from "../objects.js";
import { quantity } from "../../kubernetes/quantity.js";
import { mapOf } from "../../workspace/yaml.js";
import { quantityText } from "../quantities.js";
import type { Finding, Rule } from "../types.js";
import { addDemand, demandOf } from "./demand.js";

/** What does not fit is not refused: pods just do not come, hours after the change was approved. */
export const quotas: Rule = {
  name: "fits-quota",
  level: "mandatory",
  description: "What an instance asks for fits its namespace's ResourceQuota.",
  check: (stack) => {
    const objects = objectsOf(stack);
    return [
      ...unreadReleases(stack),
      ...objects
        .filter(({ object }) => object.kind === "ResourceQuota")
        .flatMap((quota) => quotaFindings(quota, objects)),
    ];
  },
};

function quotaFindings(
  { urn, label, namespace, object }: CarriedObject,
  all: readonly CarriedObject[],
): Finding[] {
  const { hard: limits, scopes, scopeSelector } = mapOf(object.spec);
  const neighbours = all.filter((other) => other.namespace === namespace);
  if (limits === unknown) {
    return [unchecked(urn, `What ${label} allows`, label)];
  }
  if (scopes !== undefined || scopeSelector !== undefined) {
    return []; // for some of the pods only
  }
  const demands = neighbours.map(({ object }) => demandOf(object, neighbours));
  const total = addDemand(demands.map(({ always }) => always));
  const jobs = demands.flatMap(({ job }) => (job === undefined ? [] : [job]));
  const scaled = addDemand(demands.map(({ scaled, always }) => scaled ?? always));
  const hasLimitRange = neighbours.some(({ object: { kind } }) => kind === "LimitRange");
  return Object.entries(limits as JsonObject).flatMap(([name, hard]): Finding[] => {
    const limit = quantity(hard);
    const resource = aliases[name] ?? name;
    if (limit === undefined || !countable.test(resource)) {
      return [];
    }
    // Jobs run one after another: the largest counts.
    const largestJob = Math.max(0, ...jobs.map((job) => job[resource] ?? 0));
    const needed = (total[resource] ?? 0) + largestJob;
    const grown = (scaled[resource] ?? 0) + largestJob;
    const sentence = (amount: number): string =>
      `${namespace}: ${quantityText(resource, amount)} of ${name} against ${quantityText(resource, limit)} in ${label}`;
    const unsaid = hasLimitRange ? [] : demands.flatMap(({ unsaid }) => unsaid[resource] ?? []);
    return [
      ...(needed > limit
        ? [{ urn, object: label, message: `${sentence(needed)}: pods would be missing. ${remedy}` }]
        : grown > limit
          ? [
              {
                urn,
                object: label,
                level: "advisory" as const,
                message: `${sentence(grown)} when all of its autoscalers are at their maximum: the last pods would be missing. ${remedy}`,
              },
            ]
          : []),
      ...(unsaid.length > 0
        ? [
            {
              urn,
              object: label,
              message: `${namespace}: ${label} limits ${name}, so that every container must say it; ${unsaid.slice(0, 5).join(", ")}${unsaid.length > 5 ? ` and ${unsaid.length - 5} more` : ""} do not, and their pods would be refused. Give them ${resource}, or make a LimitRange.`,
            },
          ]
        : []),
      ...(demands.some(({ unknown }) => unknown)
        ? [unchecked(urn, `${sentence(needed)}, and what is not known yet,`, label)]
        : []),
    ];
  });
}

const remedy = "Raise the quota in the instance's settings, or ask for less.";

/** What Kubernetes also calls them. */
const aliases: Record<string, string> = {
  cpu: "requests.cpu",
  memory: "requests.memory",
  "count/pods": "pods",
  "count/persistentvolumeclaims": "persistentvolumeclaims",
};
const countable = /^((requests|limits)\.(cpu|memory)|requests\.storage|pods|persistentvolumeclaims)$/;
