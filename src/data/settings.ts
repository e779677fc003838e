import { accountNames } from "./names.js";
import { claimsOf } from "./claims.js";
import { mongodbSettings } from "./mongodb/settings.js";
import { mysqlSettings } from "./mysql/settings.js";
import { objectStoreSettings } from "./objectStore/settings.js";
import { redisSettings } from "./redis/settings.js";
import { legacySearchSettings, searchSettings } from "./search/settings.js";
import { administratorSettings, type ServiceSettings } from "./settingNames.js";
import type { InstanceServices, ServicesPlan } from "./types.js";

/** A part of the services that an instance can have to itself, and the keys of config.yml that say so. */
const ownKeys = {
  mysql: /^(RUN_MYSQL|MYSQL_HOST)$/,
  mongodb: /^(RUN_MONGODB|MONGODB_HOST)$/,
  redis: /^(RUN_REDIS|REDIS_HOST)$/,
  search: /^(RUN_MEILISEARCH|MEILISEARCH_URL)$/,
  legacySearch: /^(DISCOVERY_)?(RUN_ELASTICSEARCH|ELASTICSEARCH_HOST)$/,
  objectStore: /^(OPENEDX_AWS_|MINIO_|S3_|AZURE_)/,
} as const;
export type OwnedService = keyof typeof ownKeys;

/** Whether an instance's config.yml gives a service's address or switch, and so has that service to itself. */
export function isOwn(service: OwnedService, written: ReadonlySet<string>): boolean {
  return [...written].some((key) => ownKeys[service].test(key));
}

/**
 * What an instance's Tutor must be told about the services.
 * @param written Keys of the instance's config.yml, which wins: a service whose address stands there is the instance's own.
 */
export function instanceServices(
  plan: ServicesPlan,
  instance: string,
  written: ReadonlySet<string>,
): InstanceServices {
  const names = accountNames(instance);
  const parts: [OwnedService, ServiceSettings | undefined][] = [
    ["mysql", mysqlSettings(plan.mysql, names)],
    ["mongodb", mongodbSettings(plan.mongodb, names)],
    ["redis", redisSettings(plan.redis, names)],
    ["search", searchSettings(plan.search, instance, names)],
    ["legacySearch", legacySearchSettings(plan.search.legacy, instance)],
    ["objectStore", objectStoreSettings(plan.objectStore, instance)],
  ];
  const ours = parts.flatMap(([service, part]) =>
    part === undefined || isOwn(service, written) ? [] : [part],
  );
  const settings = Object.assign({}, ...ours.map((part) => part.settings)) as InstanceServices["settings"];
  const tokens = Object.assign({}, ...ours.map((part) => part.tokens)) as InstanceServices["tokens"];
  return {
    settings,
    tokens,
    adminSettings: administratorSettings.filter((key) => tokens[key] !== undefined),
    claims: claimsOf(settings),
  };
}
