import type { InitTask, TokenEntry } from "../tutor/types.js";

/**
 * When a task runs: `admin` (databases, users and keys, before any consumer), `init` (migrations, before the rollout),
 * `admin-after` (admin tasks that need those migrations), `live` (tasks that need a site that serves).
 */
export type Phase = "admin" | "init" | "admin-after" | "live";

/** In the order in which they run; the rollout comes after the second. */
export const phases: readonly Phase[] = ["admin", "init", "admin-after", "live"];

/** The settings that make their owner an administrator of a data service. */
const adminSettings =
  /(^|_)(MYSQL|MARIADB|POSTGRES|POSTGRESQL|MONGO|MONGODB|CLICKHOUSE|MEILISEARCH|ELASTICSEARCH|OPENSEARCH)_(ROOT|ADMIN|MASTER)_(PASSWORD|KEY)$/;

/** Services whose tasks call the LMS: discovery asks its API, first by its Service, then by its public address. */
const liveServices = new Set(["discovery"]);

/**
 * Sorts Tutor's init tasks into phases; within each they keep Tutor's order.
 *
 * A task is an administrator's if its script holds an administrator's password. A plugin's admin task that follows one
 * of the plugin's other tasks works on what that one made, and so comes after the rollout. Those of the core come first
 * in any case: what precedes them there is for mounted source folders only.
 */
export function phaseTasks(
  tasks: readonly InitTask[],
  tokens: readonly TokenEntry[],
): Record<Phase, InitTask[]> {
  const adminTokens = tokens
    .filter(({ key }) => adminSettings.test(key))
    .flatMap((entry) => entry.tokens.map(({ text }) => text));
  const begun = new Set<string>();
  const sorted: Record<Phase, InitTask[]> = { admin: [], init: [], "admin-after": [], live: [] };
  for (const task of tasks.filter(({ script }) => script.trim() !== "")) {
    const isAdmin = adminTokens.some((token) => task.script.includes(token));
    if (isAdmin) {
      sorted[begun.has(task.owner) && task.owner !== "core" ? "admin-after" : "admin"].push(task);
    } else {
      begun.add(task.owner);
      sorted[liveServices.has(task.service) ? "live" : "init"].push(task);
    }
  }
  return sorted;
}
