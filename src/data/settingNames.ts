import type { Json } from "../kubernetes/objects.js";
import type { SettingToken } from "../tutor/types.js";

/**
 * The contract with this project's Tutor plugin (src/tutor/plugin): the settings of its own that the services give to an
 * instance, and what each means. Their defaults in the plugin mean "leave it as Tutor has it".
 */
export const pluginSettings = {
  OPENEDX_PULUMI_MYSQL_PREFIX: "Before every database and user, those of plugins too.",
  OPENEDX_PULUMI_MYSQL_TLS: "off, require, verify-ca or verify-identity.",
  OPENEDX_PULUMI_MYSQL_CA: "PEM of the authority, only if clients do not know it.",
  OPENEDX_PULUMI_MONGODB_TLS: "As for MySQL.",
  OPENEDX_PULUMI_MONGODB_CA: "As for MySQL.",
  OPENEDX_PULUMI_MONGODB_ADMIN_USERNAME: "Makes the instance's user.",
  OPENEDX_PULUMI_MONGODB_ADMIN_PASSWORD: "An administrator's.",
  OPENEDX_PULUMI_MONGODB_ADMIN_AUTH_SOURCE: "Database in which the administrator is.",
  OPENEDX_PULUMI_REDIS_USERS: "acl: a user for each instance; password: one for all; none.",
  OPENEDX_PULUMI_REDIS_PREFIX: "Before every key, channel and topic; ends with `:`.",
  OPENEDX_PULUMI_REDIS_BROKER_HOST: "Server of Celery and the event bus; evicts nothing.",
  OPENEDX_PULUMI_REDIS_BROKER_PORT: "Its port.",
  OPENEDX_PULUMI_REDIS_BROKER_TLS: "As for MySQL.",
  OPENEDX_PULUMI_REDIS_BROKER_CA: "As for MySQL.",
  OPENEDX_PULUMI_REDIS_BROKER_USERNAME: "The instance's user there. Default: REDIS_USERNAME.",
  OPENEDX_PULUMI_REDIS_BROKER_PASSWORD: "Of that user. Default: REDIS_PASSWORD.",
  OPENEDX_PULUMI_REDIS_BROKER_ADMIN_USERNAME: "Makes the instance's user.",
  OPENEDX_PULUMI_REDIS_BROKER_ADMIN_PASSWORD: "An administrator's.",
  OPENEDX_PULUMI_REDIS_CACHE_HOST: "Server of Django's caches; evicts what was used least.",
  OPENEDX_PULUMI_REDIS_CACHE_PORT: "Its port.",
  OPENEDX_PULUMI_REDIS_CACHE_TLS: "As for MySQL.",
  OPENEDX_PULUMI_REDIS_CACHE_CA: "As for MySQL.",
  OPENEDX_PULUMI_REDIS_CACHE_ADMIN_USERNAME: "Makes the instance's user.",
  OPENEDX_PULUMI_REDIS_CACHE_ADMIN_PASSWORD: "An administrator's.",
  OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY: "An administrator's: makes the key MEILISEARCH_API_KEY.",
  OPENEDX_PULUMI_STORAGE_KIND: "s3, azure or gcs; empty: the pods' own disks.",
  OPENEDX_PULUMI_STORAGE_AUTH: "identity (of the pods, by the cloud) or keys.",
  OPENEDX_PULUMI_STORAGE_BUCKET: "Bucket, or container.",
  OPENEDX_PULUMI_STORAGE_REGION: "Of the bucket.",
  OPENEDX_PULUMI_STORAGE_ENDPOINT: "URL of the store; empty: the kind's own.",
  OPENEDX_PULUMI_STORAGE_BROWSER_HOST:
    "Host of Caddy's by which browsers reach a store that only pods reach.",
  OPENEDX_PULUMI_STORAGE_ACCOUNT: "Azure's storage account.",
  OPENEDX_PULUMI_STORAGE_ACCESS_KEY: "With keys: the instance's.",
  OPENEDX_PULUMI_STORAGE_SECRET_KEY: "With keys: the instance's.",
  OPENEDX_PULUMI_STORAGE_SIGNER: "Google's service account that signs URLs.",
  OPENEDX_PULUMI_STORAGE_PUBLIC_PREFIX: "Folder (Azure: container) whose content everyone may read.",
  OPENEDX_PULUMI_STORAGE_PUBLIC_URL: "Address that the folder and a file's name are added to.",
  OPENEDX_PULUMI_STORAGE_ADMIN_ACCESS_KEY: "An administrator's: makes the instance's bucket and user.",
  OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY: "An administrator's.",
  OPENEDX_PULUMI_STORAGE_ADMIN_MASTER: "SeaweedFS' master, which its shell asks: host:port.",
  OPENEDX_PULUMI_STORAGE_ADMIN_FILER: "Its filer, in which buckets and users are: host:port.",
  OPENEDX_PULUMI_IMAGE_SEAWEEDFS: "Image of that shell: of the server's version.",
} as const;

/** Settings of Tutor and its plugins that the services give. */
export const tutorSettings = [
  "RUN_MYSQL",
  "MYSQL_HOST",
  "MYSQL_PORT",
  "MYSQL_ROOT_USERNAME",
  "MYSQL_ROOT_PASSWORD",
  "OPENEDX_MYSQL_DATABASE",
  "OPENEDX_MYSQL_USERNAME",
  "RUN_MONGODB",
  "MONGODB_HOST",
  "MONGODB_PORT",
  "MONGODB_DATABASE",
  "FORUM_MONGODB_DATABASE",
  "MONGODB_USERNAME",
  "MONGODB_PASSWORD",
  "MONGODB_AUTH_SOURCE",
  "MONGODB_REPLICA_SET",
  "MONGODB_USE_SSL",
  "RUN_REDIS",
  "REDIS_HOST",
  "REDIS_PORT",
  "REDIS_USERNAME",
  "REDIS_PASSWORD",
  "RUN_MEILISEARCH",
  "MEILISEARCH_URL",
  "MEILISEARCH_INDEX_PREFIX",
  "MEILISEARCH_MASTER_KEY",
  "MEILISEARCH_API_KEY",
  "MEILISEARCH_API_KEY_UID",
  // Tutor 18.
  "RUN_ELASTICSEARCH",
  "ELASTICSEARCH_HOST",
  "ELASTICSEARCH_PORT",
  "ELASTICSEARCH_SCHEME",
  // The discovery plugin from Tutor 19 on.
  "DISCOVERY_RUN_ELASTICSEARCH",
  "DISCOVERY_ELASTICSEARCH_HOST",
  "DISCOVERY_ELASTICSEARCH_PORT",
  "DISCOVERY_ELASTICSEARCH_SCHEME",
] as const;

export type SettingName = keyof typeof pluginSettings | (typeof tutorSettings)[number];

/** The settings that make their owner an administrator of a shared service. */
export const administratorSettings = [
  "MYSQL_ROOT_PASSWORD",
  "OPENEDX_PULUMI_MONGODB_ADMIN_PASSWORD",
  "OPENEDX_PULUMI_REDIS_BROKER_ADMIN_PASSWORD",
  "OPENEDX_PULUMI_REDIS_CACHE_ADMIN_PASSWORD",
  "OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY",
  "OPENEDX_PULUMI_STORAGE_ADMIN_ACCESS_KEY",
  "OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY",
] as const satisfies readonly SettingName[];

/** What one service gives to an instance. */
export interface ServiceSettings {
  settings: Partial<Record<SettingName, Json>>;
  tokens: Partial<Record<SettingName, SettingToken>>;
}

/** A secret that comes with the service. */
export const boundSecret: SettingToken = { spec: { kind: "bound" }, secret: true };
/** What comes with the service and is not a secret: an address, a certificate. */
export const boundPlain: SettingToken = { spec: { kind: "bound" }, secret: false };
/** A secret that is made for the instance alone. */
export const ownPassword: SettingToken = { spec: { kind: "password", length: 32 }, secret: true };
