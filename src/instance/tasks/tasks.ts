import { knownServices } from "../../data/factsTable.js";
import type { InitTask, TokenEntry } from "../../tutor/types.js";

/**
 * When a task runs: `accounts` (databases, users and keys on shared services) and `admin` (those on the instance's own),
 * before any consumer; `init` (migrations, before the rollout); `accounts-after` and `admin-after` (admin tasks that need
 * those migrations); `live` (tasks that need a site that serves).
 */
export type Phase = "accounts" | "admin" | "init" | "accounts-after" | "admin-after" | "live";

/** Container of `live` that ends once the site answers. */
export const waitName = "wait-for-site";

/** In the order in which they run; the rollout comes after `init`. */
export const phases: readonly Phase[] = [
  "accounts",
  "admin",
  "init",
  "accounts-after",
  "admin-after",
  "live",
];

/**
 * Whether a phase's Job makes an instance's accounts on shared services. It runs in the services' namespace, the only
 * place where the administrators' secrets are.
 */
export function isAccountPhase(phase: Phase): boolean {
  return phase === "accounts" || phase === "accounts-after";
}

/** Whether what reads a config object, as `Kind.name`, is the Job of a phase before it has its hash. */
export function isTaskJob(consumer: string): boolean {
  return phases.some((phase) => consumer === `Job.${phase}`);
}

/** The settings that make their owner an administrator of a data service. */
const adminSettings = new RegExp(
  `(^|_)(${knownServices.flatMap(({ settingPrefixes = [] }) => settingPrefixes).join("|")})_(ROOT|ADMIN|MASTER)_(PASSWORD|KEY)$`,
);

/** Services whose tasks call the LMS: discovery asks its API, first by its Service, then by its public address. */
const liveServices = new Set(["discovery"]);

/**
 * Sorts Tutor's init tasks into phases; within each they keep Tutor's order.
 *
 * A task is an administrator's if its script holds an administrator's password. A plugin's admin task that follows one
 * of the plugin's other tasks works on what that one made, and so comes after the rollout. Those of the core come first
 * in any case: what precedes them there is for mounted source folders only.
 * @param shared Settings that make their owner an administrator of a service which other instances use too.
 */
export function phaseTasks(
  tasks: readonly InitTask[],
  tokens: readonly TokenEntry[],
  shared: readonly string[] = [],
): Record<Phase, InitTask[]> {
  const textsOf = (holds: (key: string) => boolean): string[] =>
    tokens.filter(({ key }) => holds(key)).flatMap((entry) => entry.tokens.map(({ text }) => text));
  const sharedTokens = textsOf((key) => shared.includes(key));
  const adminTokens = textsOf((key) => adminSettings.test(key) && !shared.includes(key));
  const begun = new Set<string>();
  const sorted: Record<Phase, InitTask[]> = {
    accounts: [],
    admin: [],
    init: [],
    "accounts-after": [],
    "admin-after": [],
    live: [],
  };
  for (const task of tasks.filter(({ script }) => script.trim() !== "")) {
    const after = begun.has(task.owner) && task.owner !== "core";
    if (sharedTokens.some((token) => task.script.includes(token))) {
      sorted[after ? "accounts-after" : "accounts"].push(task);
    } else if (adminTokens.some((token) => task.script.includes(token))) {
      sorted[after ? "admin-after" : "admin"].push(task);
    } else {
      begun.add(task.owner);
      sorted[liveServices.has(task.service) ? "live" : "init"].push(task);
    }
  }
  return sorted;
}
