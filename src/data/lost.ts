import { accountNames } from "./names.js";
import type { ServicesPlan } from "./types.js";

/** Where the services of a stack come from: a stack output, so that the next deployment can tell what it would change. */
export interface ServiceModes {
  namespace: string;
  /** By service. */
  modes: Record<ServiceName, string>;
  /** Who uses them, sorted. Empty lists are not kept by every state. */
  instances?: string[];
}

const serviceNames = ["mysql", "mongodb", "redis", "search", "legacySearch", "objectStore"] as const;
type ServiceName = (typeof serviceNames)[number];

/** The modes of a plan, as the stack's output `services` has them. */
export function serviceModes(plan: ServicesPlan, instances: readonly string[]): ServiceModes {
  return {
    namespace: plan.namespace,
    modes: {
      mysql: plan.mysql.mode,
      mongodb: plan.mongodb.mode,
      redis: plan.redis.mode,
      search: plan.search.mode,
      legacySearch: plan.search.legacy.mode,
      objectStore: plan.objectStore.mode,
    },
    instances: [...instances].sort(),
  };
}

/** What goes with the servers of a service, `whose` being the instances' names. */
const losses: Record<ServiceName, (whose: string) => string> = {
  mysql: (whose) => `the MySQL servers with the databases of ${whose}, and their volumes`,
  mongodb: (whose) =>
    `the MongoDB servers with the course structures, files and forums of ${whose}, and their volumes`,
  redis: (whose) => `the Redis servers with the tasks that ${whose} has queued`,
  search: (whose) => `the Meilisearch servers with the indexes of ${whose}, which can be built anew`,
  legacySearch: (whose) => `the OpenSearch servers with the indexes of ${whose}, which can be built anew`,
  objectStore: (whose) => `the object storage with the files and uploads of ${whose}`,
};

/** What stays where it is when a service comes from elsewhere, and is missed there. */
const leftBehind: Partial<Record<ServiceName, (whose: string) => string>> = {
  mysql: (whose) => `the databases of ${whose}`,
  mongodb: (whose) => `the course structures, files and forums of ${whose}`,
  objectStore: (whose) => `the files and uploads of ${whose}`,
};

/**
 * What would be lost by deploying `after` where `before` is deployed, or left behind on servers that stay; one sentence a
 * service. None for a service that comes from where it came from.
 */
export function servicesLost(before: ServiceModes | undefined, after: ServiceModes | undefined): string[] {
  if (before === undefined) {
    return [];
  }
  const whose = list(before.instances ?? []);
  return serviceNames.flatMap((service) => {
    const was = before.modes[service];
    const becomes = after?.modes[service] ?? "bundled";
    const isMoved = (was === "cluster" || service === "search") && before.namespace !== after?.namespace;
    // Meilisearch stays where it is when a cloud's OpenSearch comes beside it, or goes.
    const isCluster = [was, becomes].every(
      (mode) => mode === "cluster" || (service === "search" && mode === "managed"),
    );
    if ((was === becomes || isCluster) && !isMoved) {
      return [];
    }
    const change =
      was === becomes || isCluster
        ? `openedx:services.namespace from ${before.namespace} to ${after?.namespace}`
        : `openedx:services.${key(service)}.mode from ${was} to ${becomes}`;
    if (was === "bundled" || was === "external") {
      const what = leftBehind[service]?.(whose);
      return what === undefined || was === becomes
        ? []
        : [`${change} leaves ${what} behind, where they are now.`];
    }
    return [`${change} gives up ${losses[service](whose)}.`];
  });
}

function key(service: ServiceName): string {
  return service === "legacySearch" ? "search.legacy" : service;
}

function list(names: readonly string[]): string {
  return names.length < 2
    ? (names[0] ?? "no instance")
    : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/**
 * What stays of instances that are deployed no longer; one sentence each. Nothing here deletes databases, users or
 * buckets: that takes an administrator's own hands.
 */
export function dataRetained(before: ServiceModes | undefined, after: ServiceModes | undefined): string[] {
  if (before === undefined) {
    return [];
  }
  const gone = (before.instances ?? []).filter((name) => !(after?.instances ?? []).includes(name));
  return gone.flatMap((name) => {
    const names = accountNames(name);
    const kept = [
      ...(isShared(before.modes.mysql) ? [`MySQL's databases and users ${names.mysqlPrefix}*`] : []),
      ...(isShared(before.modes.mongodb) ? [`MongoDB's databases and user ${names.mongodbPrefix}*`] : []),
      ...(isShared(before.modes.redis)
        ? [`the Redis user ${names.redisUser} with its keys ${names.redisPrefix}*`]
        : []),
      ...(isShared(before.modes.objectStore) ? ["its bucket"] : []),
    ];
    return kept.length === 0 ? [] : [`${name} is deployed no longer, and its data stays: ${list(kept)}.`];
  });
}

function isShared(mode: string): boolean {
  return mode !== "bundled";
}
