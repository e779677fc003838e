import { redisRights } from "../../src/data/redis/redis.js";
import type { Json } from "../../src/kubernetes/objects.js";
import type { InstanceSource, SettingToken } from "../../src/tutor/types.js";
import { behindProxy } from "./rendering.js";

const secret: SettingToken = { spec: { kind: "bound" }, secret: true };
const plain: SettingToken = { spec: { kind: "bound" }, secret: false };
const password: SettingToken = { spec: { kind: "password", length: 32 }, secret: true };

/** What data services that sites share give to one of them: all that the plugin can be told at once. */
export function sharedServices(name: string): Required<Pick<InstanceSource, "settings" | "tokens">> {
  const prefix = `${name.replaceAll("-", "_")}_`;
  const settings: Record<string, Json> = {
    ...behindProxy,
    RUN_MYSQL: false,
    MYSQL_PORT: 3306,
    MYSQL_ROOT_USERNAME: "administrator",
    OPENEDX_PULUMI_MYSQL_PREFIX: prefix,
    OPENEDX_PULUMI_MYSQL_TLS: "verify-ca",
    RUN_MONGODB: false,
    MONGODB_PORT: 27017,
    MONGODB_DATABASE: `${prefix}openedx`,
    FORUM_MONGODB_DATABASE: `${prefix}forum`,
    MONGODB_USERNAME: `${prefix}openedx`,
    MONGODB_AUTH_SOURCE: "admin",
    MONGODB_REPLICA_SET: "rs0",
    MONGODB_USE_SSL: true,
    OPENEDX_PULUMI_MONGODB_TLS: "verify-identity",
    OPENEDX_PULUMI_MONGODB_ADMIN_USERNAME: "administrator",
    RUN_REDIS: false,
    REDIS_PORT: 6379,
    REDIS_USERNAME: name,
    OPENEDX_PULUMI_REDIS_USERS: "acl",
    OPENEDX_PULUMI_REDIS_RIGHTS: redisRights(`${name}:`),
    OPENEDX_PULUMI_REDIS_PREFIX: `${name}:`,
    OPENEDX_PULUMI_REDIS_CACHE_PORT: 6379,
    OPENEDX_PULUMI_REDIS_CACHE_TLS: "verify-ca",
    OPENEDX_PULUMI_REDIS_BROKER_PORT: 6380,
    OPENEDX_PULUMI_REDIS_BROKER_TLS: "verify-identity",
    RUN_MEILISEARCH: false,
    MEILISEARCH_INDEX_PREFIX: prefix,
    MEILISEARCH_MASTER_KEY: "",
    RUN_SMTP: false,
    SMTP_HOST: "relay.example.com",
    SMTP_PORT: 587,
    SMTP_USE_TLS: true,
    SMTP_USE_SSL: false,
    OPENEDX_PULUMI_MAIL_RELAY: true,
    OPENEDX_PULUMI_STORAGE_KIND: "s3",
    OPENEDX_PULUMI_STORAGE_AUTH: "keys",
    OPENEDX_PULUMI_STORAGE_BUCKET: `openedx-${name}`,
    OPENEDX_PULUMI_STORAGE_REGION: "local",
    OPENEDX_PULUMI_STORAGE_ENDPOINT: "http://object-store.example.svc:8333",
    OPENEDX_PULUMI_STORAGE_BROWSER_HOST: "files.{{ LMS_HOST }}",
    OPENEDX_PULUMI_STORAGE_ADMIN_MASTER: "seaweedfs-master:9333",
    OPENEDX_PULUMI_STORAGE_ADMIN_FILER: "seaweedfs-filer:8888",
  };
  const tokens: Record<string, SettingToken> = {
    MYSQL_HOST: plain,
    MYSQL_ROOT_PASSWORD: secret,
    OPENEDX_PULUMI_MYSQL_CA: plain,
    MONGODB_HOST: { ...plain, template: "mongodb+srv://{}" },
    MONGODB_PASSWORD: password,
    OPENEDX_PULUMI_MONGODB_CA: plain,
    OPENEDX_PULUMI_MONGODB_ADMIN_PASSWORD: secret,
    REDIS_HOST: plain,
    REDIS_PASSWORD: password,
    OPENEDX_PULUMI_REDIS_CACHE_HOST: plain,
    OPENEDX_PULUMI_REDIS_CACHE_CA: plain,
    OPENEDX_PULUMI_REDIS_CACHE_ADMIN_PASSWORD: secret,
    OPENEDX_PULUMI_REDIS_BROKER_HOST: plain,
    OPENEDX_PULUMI_REDIS_BROKER_CA: plain,
    OPENEDX_PULUMI_REDIS_BROKER_ADMIN_PASSWORD: secret,
    MEILISEARCH_URL: { ...plain, template: "http://{}:7700" },
    MEILISEARCH_API_KEY_UID: plain,
    MEILISEARCH_API_KEY: {
      spec: {
        kind: "hmac",
        key: "OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY",
        message: "MEILISEARCH_API_KEY_UID",
      },
      secret: true,
    },
    OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY: secret,
    SMTP_USERNAME: secret,
    SMTP_PASSWORD: secret,
    OPENEDX_PULUMI_STORAGE_ACCESS_KEY: secret,
    OPENEDX_PULUMI_STORAGE_SECRET_KEY: password,
    OPENEDX_PULUMI_STORAGE_ADMIN_ACCESS_KEY: secret,
    OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY: secret,
  };
  return { settings, tokens };
}

/** The settings that only tasks which make accounts may hold. */
export const administrators = [
  "MYSQL_ROOT_PASSWORD",
  "OPENEDX_PULUMI_MONGODB_ADMIN_PASSWORD",
  "OPENEDX_PULUMI_REDIS_CACHE_ADMIN_PASSWORD",
  "OPENEDX_PULUMI_REDIS_BROKER_ADMIN_PASSWORD",
  "OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY",
  "OPENEDX_PULUMI_STORAGE_ADMIN_ACCESS_KEY",
  "OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY",
];
