import { z } from "zod";
import type { ServiceFacts } from "../facts.js";
import { ca, clusterKeys, host, mode, port, tls } from "../schemaParts.js";

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

export const redisFacts = {
  title: "Redis",
  schema: redisSchema.prefault({}),
  charts: ["valkey"],
  isInContract: true,
  workloads: {
    redis: { size: { cpu: "50m", memory: "64Mi", memoryLimit: "1Gi" } },
    valkey: {},
  },
  ports: [6379, 6380, 10000],
  operatorGroups: ["redis\\.", "valkey\\."],
  credentials: { names: ["brokerPassword", "cachePassword"] },
  ownKeys: /^(RUN_REDIS|REDIS_HOST)$/,
  claims: [
    {
      setting: /^OPENEDX_PULUMI_REDIS_PREFIX$/,
      kind: "prefix",
      clash: (one, other) =>
        one.startsWith(other) || other.startsWith(one) ? "one begins with the other" : undefined,
    },
  ],
  authorityFiles: {
    OPENEDX_PULUMI_REDIS_BROKER_CA: "redis-broker.pem",
    OPENEDX_PULUMI_REDIS_CACHE_CA: "redis-cache.pem",
  },
  loss: (whose) => `the Redis servers with the tasks that ${whose} has queued`,
  retained: ({ instance, redisPrefix }) => `the Redis user ${instance} with its keys ${redisPrefix}*`,
} satisfies ServiceFacts;
