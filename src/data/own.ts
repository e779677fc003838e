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
