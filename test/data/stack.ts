import { existingAbilities } from "../../providers/existing/abilities.js";
import type { CloudAbilities } from "../../src/cloud/types.js";
import type { StackConfig } from "../../src/stack/load.js";
import { configSchema } from "../../src/stack/schema.js";
import { planServices } from "../../src/data/plan.js";
import type { ServicesPlan } from "../../src/data/table.js";

/** A cloud with every service, in shapes that differ from those on a cluster. */
export const fullCloud: CloudAbilities = {
  ...existingAbilities,
  backup: true,
  managed: {
    mysql: { port: 3307, tls: "verify-identity", adminUser: "admin", privateCa: true },
    mongodb: { address: "srv", port: 27017, tls: "verify-identity", adminUser: "owner", authSource: "admin" },
    redis: { port: 6380, tls: "verify-identity", users: "password" },
    search: { port: 443, tls: "verify-identity", adminUser: "" },
    objectStore: { kind: "s3", auth: "identity" },
    mail: {
      host: "smtp.cloud.example",
      port: 587,
      tls: "starttls",
      auth: true,
      users: "managed",
      domain: "example.com",
    },
  },
};

/** A stack with the instances `campus` and `academy`, and what it says of the data services. */
export function stackWith(
  services: Record<string, unknown>,
  more: {
    credentials?: Record<string, Record<string, string>>;
    instances?: object;
    scope?: string;
    disposable?: boolean;
  } = {},
): StackConfig {
  const config = configSchema.parse({
    cloud: "existing",
    instances: { campus: {}, academy: {} },
    ...more,
    services,
  });
  return { ...config, stack: "test" };
}

export function planOf(
  services: Record<string, unknown>,
  abilities: CloudAbilities = existingAbilities,
  more: Parameters<typeof stackWith>[1] = {},
): ServicesPlan {
  return planServices(stackWith(services, more), abilities);
}

/** Every service on the cluster. */
export const allOnCluster = {
  mysql: { mode: "cluster" },
  mongodb: { mode: "cluster" },
  redis: { mode: "cluster" },
  search: { mode: "cluster" },
  objectStore: { mode: "cluster" },
};

/** Every service elsewhere, with what that takes. */
export const allExternal = {
  mysql: { mode: "external", external: { host: "db.example.com", adminUser: "admin" } },
  mongodb: { mode: "external", external: { host: "mongo.example.com", srv: true, replicaSet: "atlas-1" } },
  redis: {
    mode: "external",
    external: { broker: { host: "broker.example.com" }, cache: { host: "cache.example.com", port: 6390 } },
  },
  search: { mode: "external", external: { url: "https://{instance}.search.example.com" } },
  objectStore: {
    mode: "external",
    external: {
      endpoint: "https://s3.example.com",
      region: "eu-west-1",
      buckets: { campus: "media-campus", academy: "media-academy" },
    },
  },
  mail: {
    mode: "external",
    from: "{instance}@mail.example.com",
    external: { host: "relay.example.com", port: 465, tls: "implicit" },
  },
};
export const externalCredentials = {
  mysql: { adminPassword: "mysql-admin-secret" },
  mongodb: { adminPassword: "mongodb-admin-secret" },
  redis: { brokerPassword: "broker-admin-secret", cachePassword: "cache-admin-secret" },
  search: { masterKey: "search-master-secret" },
  "search-academy": { masterKey: "search-master-of-academy" },
  objectStore: { accessKey: "store-access", secretKey: "store-secret" },
  mail: { username: "sites", password: "relay$#&%secret" },
  "mail-academy": { username: "academy", password: "relay-secret-of-academy" },
  "objectStore-academy": { accessKey: "academy-access", secretKey: "academy-secret" },
};
