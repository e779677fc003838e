import { z } from "zod";

/** Where a data service comes from. */
export const serviceModes = ["bundled", "cluster", "external", "managed"] as const;
export type ServiceMode = (typeof serviceModes)[number];

/** Sizes that src/data/sizes.ts gives numbers for. */
export const serviceSizes = ["small", "medium", "large"] as const;
export type ServiceSize = (typeof serviceSizes)[number];

/** Charts of the services in `cluster` mode. */
export const serviceCharts = [
  "ps-operator",
  "ps-db",
  "psmdb-operator",
  "psmdb-db",
  "valkey",
  "meilisearch",
  "opensearch",
  "seaweedfs",
] as const;

const mode = z
  .enum(serviceModes)
  .default("bundled")
  .describe(
    "bundled: Tutor's own, one an instance; cluster: shared, on the cluster; external: exists elsewhere; managed: the cloud's.",
  );

const quantity = z
  .string()
  .regex(
    /^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/,
    "is not a Kubernetes quantity, such as 20Gi for storage and memory, or 500m for processors",
  );
const host = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/,
    "is not a host: a name or an address without scheme and port",
  );
const url = z
  .string()
  .regex(/^https?:\/\/[^\s/]+\/?$/, "is not a URL of a server, such as https://s3.internal");
const port = z.int().min(1).max(65535);
const tls = z
  .enum(["off", "require", "verify-ca", "verify-identity"])
  .default("verify-identity")
  .describe(
    "off: in plain text; require: any certificate; verify-ca: one of the authority; verify-identity: with the server's name too.",
  );
const ca = z
  .string()
  .optional()
  .describe(
    "Authority of the server's certificate: PEM text, or a file relative to the program. Default: those that clients know.",
  );

/** What `cluster` mode takes, besides the mode. */
const clusterKeys = {
  size: z.enum(serviceSizes).optional().describe("Default: `services.size`."),
  storage: quantity.optional().describe("Of each volume, such as 20Gi. Default: the size's."),
  cpu: quantity.optional().describe("Processors that each server asks for. Default: the size's."),
  memory: quantity.optional().describe("Memory of each server, request and limit. Default: the size's."),
};
const replicas = z.int().min(1).max(9).optional().describe("Servers, an odd number. Default: the size's, 3.");

const mysqlSchema = z.strictObject({
  mode,
  ...clusterKeys,
  replicas,
  proxies: z
    .int()
    .min(1)
    .max(9)
    .optional()
    .describe("HAProxy pods before the servers. Default: 2; 1 where there is one server."),
  external: z
    .strictObject({
      host: host.optional(),
      port: port.default(3306),
      adminUser: z
        .string()
        .default("root")
        .describe("May make databases and users. Its password: openedx:credentials.mysql.adminPassword."),
      tls,
      ca,
    })
    .prefault({})
    .describe("For `mode: external`."),
});

const mongodbSchema = z.strictObject({
  mode,
  ...clusterKeys,
  replicas,
  external: z
    .strictObject({
      host: z
        .string()
        .regex(
          /^[A-Za-z0-9.-]+(:\d+)?(,[A-Za-z0-9.-]+(:\d+)?)*$/,
          "is neither a host nor a list of host:port by commas; the scheme is `srv`'s to say",
        )
        .optional()
        .describe("One host, or several as `host:port` by commas."),
      port: port.default(27017),
      srv: z.boolean().default(false).describe("True: the host is a DNS name that lists the members."),
      replicaSet: z.string().optional(),
      authSource: z.string().default("admin").describe("Database that holds the users."),
      adminUser: z
        .string()
        .default("admin")
        .describe("May make users. Its password: openedx:credentials.mongodb.adminPassword."),
      tls,
      ca,
    })
    .prefault({})
    .describe("For `mode: external`."),
});

const redisServer = z.strictObject({ host: host.optional(), port: port.default(6379) });
const redisCluster = z.strictObject(clusterKeys).prefault({});

const redisSchema = z.strictObject({
  mode,
  size: clusterKeys.size,
  broker: redisCluster.describe(
    "In `mode: cluster`: the server of Celery and the event bus, which evicts nothing.",
  ),
  cache: redisCluster.describe(
    "In `mode: cluster`: the server of Django's caches, which evicts what was used least.",
  ),
  external: z
    .strictObject({
      broker: redisServer
        .prefault({})
        .describe("Its password: openedx:credentials.redis.brokerPassword. Its policy must be `noeviction`."),
      cache: redisServer
        .prefault({})
        .describe(
          "Its password: openedx:credentials.redis.cachePassword. Its policy should be `allkeys-lru`.",
        ),
      users: z
        .enum(["acl", "password", "none"])
        .default("acl")
        .describe("acl: a user for each instance; password: all share one; none: open, for closed networks."),
      adminUser: z
        .string()
        .default("default")
        .describe("With `acl` who may make users; with `password` the user that all are."),
      tls,
      ca,
    })
    .prefault({})
    .describe(
      "For `mode: external`: two servers without cluster mode, since eviction is a whole server's property.",
    ),
});

const searchSchema = z.strictObject({
  mode: mode.describe(
    "Of Meilisearch, one an instance. `managed`: Meilisearch on the cluster, and the cloud's OpenSearch beside it.",
  ),
  ...clusterKeys,
  external: z
    .strictObject({
      url: z
        .string()
        .regex(
          /^https?:\/\/[A-Za-z0-9.{}-]+(:\d+)?$/,
          "is not a URL of a server, such as https://{instance}.search.internal:7700",
        )
        .optional()
        .describe(
          "`{instance}` stands for the instance's name. Its key: openedx:credentials.search.masterKey, or " +
            "openedx:credentials.search-INSTANCE.masterKey.",
        ),
    })
    .prefault({})
    .describe("For `mode: external`."),
  legacy: z
    .strictObject({
      mode: z
        .enum(["bundled", "cluster", "external", "managed"])
        .optional()
        .describe(
          "bundled: what Tutor 18 and the plugins bring; cluster: OpenSearch, one an instance. Default: bundled; " +
            "with `search.mode: managed`, the cloud's.",
        ),
      ...clusterKeys,
      replicas,
      external: z
        .strictObject({ host: host.optional(), port: port.default(9200), tls })
        .prefault({})
        .describe(
          "For `mode: external`: a server that trusts the cluster's network; clients send no password.",
        ),
    })
    .prefault({})
    .describe("OpenSearch or Elasticsearch, for Tutor 18 and for discovery."),
});

const objectStoreSchema = z.strictObject({
  mode: mode.describe(
    "bundled: none, or a plugin's own; cluster: SeaweedFS; external: any S3; managed: the cloud's.",
  ),
  ...clusterKeys,
  replicas: z
    .int()
    .min(2)
    .max(99)
    .optional()
    .describe("Volume servers; each file is on two of them. Default: 3."),
  publicMedia: z
    .boolean()
    .default(false)
    .describe(
      "With `mode: managed`: what is meant for everyone, such as profile images, is read without signed URLs.",
    ),
  external: z
    .strictObject({
      endpoint: url
        .optional()
        .describe(
          "Default: Amazon's. Its keys: openedx:credentials.objectStore.accessKey and .secretKey, or objectStore-INSTANCE's.",
        ),
      region: z.string().default("us-east-1"),
      buckets: z
        .record(z.string(), z.string())
        .default({})
        .describe("The bucket of each instance, which exists already."),
    })
    .prefault({})
    .describe("For `mode: external`."),
});

const backupSchema = z.strictObject({
  enabled: z.boolean().default(true).describe("Backups of MySQL and MongoDB in `mode: cluster`."),
  schedule: z
    .string()
    .regex(/^(\S+\s+){4}\S+$/, "is not a cron schedule of five fields, such as 0 2 * * *")
    .default("0 2 * * *")
    .describe("Cron schedule, in UTC."),
  retention: z.int().positive().default(7).describe("Backups that are kept of each service."),
  store: z
    .strictObject({
      kind: z.enum(["s3", "azure", "gcs"]).default("s3"),
      bucket: z.string().describe("Bucket, or container."),
      account: z.string().optional().describe("Azure's storage account."),
      endpoint: url.optional().describe("Default: the kind's own."),
      region: z.string().default("us-east-1"),
    })
    .optional()
    .describe(
      "Its keys: openedx:credentials.backup.accessKey and .secretKey. Default: the cloud's store for backups.",
    ),
});

const chartSchema = z.strictObject({
  version: z.string().optional().describe("Exact. Default: the one that this project was tested with."),
  repository: z.string().optional().describe("`https://` or `oci://` address. Default: the chart's own."),
  values: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("Put over what the stack makes: maps are merged, lists and all else are replaced."),
});

export const servicesSchema = z.strictObject({
  namespace: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "is not a name of a namespace")
    .default("openedx-data")
    .describe("Namespace of the shared services, and of the Jobs that know their administrators' passwords."),
  size: z
    .enum(serviceSizes)
    .default("small")
    .describe("Of the services in `mode: cluster`: small for a few sites, medium for tens, large for more."),
  mysql: mysqlSchema.prefault({}),
  mongodb: mongodbSchema.prefault({}),
  redis: redisSchema.prefault({}),
  search: searchSchema.prefault({}),
  objectStore: objectStoreSchema.prefault({}),
  backup: backupSchema.prefault({}).describe("Dumps of the services on the cluster, to object storage."),
  charts: z
    .strictObject(
      Object.fromEntries(serviceCharts.map((name) => [name, chartSchema.optional()])) as Record<
        (typeof serviceCharts)[number],
        z.ZodOptional<typeof chartSchema>
      >,
    )
    .prefault({})
    .describe("What differs from this project's charts and values in `mode: cluster`."),
});

export type ServicesConfig = z.output<typeof servicesSchema>;
export type BackupConfig = z.output<typeof backupSchema>;
