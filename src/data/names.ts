import { digest } from "../workspace/digest.js";

/** What an instance is called on the shared servers. */
export interface AccountNames {
  /** The instance's own name. */
  instance: string;
  /**
   * Before each database, user and index of the instance: the name with `_` for `-`, and `_`. A MySQL user has at most 32
   * characters, so this has at most 20: the longest user that Tutor's plugins bring (`credentials`) fits behind it.
   */
  prefix: string;
  /** Before each key in Redis: the name and `:`, so that no instance's prefix begins with another's. */
  redisPrefix: string;
  /** Where this stack names it. */
  bucket: string;
}

const maxPrefix = 20;
const hashLength = 5;

export function accountNames(instance: string): AccountNames {
  return {
    instance,
    prefix: databasePrefix(instance),
    redisPrefix: `${instance}:`,
    bucket: `openedx-${instance}`,
  };
}

/** A name that is too long is cut, and told from others that begin alike by a hash. */
function databasePrefix(instance: string): string {
  const name = instance.replaceAll("-", "_");
  if (name.length < maxPrefix) {
    return `${name}_`;
  }
  const kept = name.slice(0, maxPrefix - hashLength - 2).replace(/_+$/, "");
  return `${kept}_${digest(instance).slice(0, hashLength)}_`;
}

/** Releases and Services of what each instance has for itself, in the services' namespace. */
export function meilisearchName(instance: string): string {
  return `${instance}-meilisearch`;
}

export function opensearchName(instance: string): string {
  return `${instance}-opensearch`;
}

/** Names of the releases and Services of what the instances share. */
export const sharedNames = {
  mysql: "mysql",
  mongodb: "mongodb",
  broker: "redis-broker",
  cache: "redis-cache",
  objectStore: "object-store",
} as const;

/** A template such as a URL with `{instance}` in it, filled in. */
export function forInstance(template: string, instance: string): string {
  return template.replaceAll("{instance}", instance);
}
