import type { RedisShape } from "../../cloud/services.js";
import type { ServicesConfig } from "../../config/services.js";
import { readAuthority } from "../authority.js";
import { missingCredentials } from "../credentials.js";
import { sharedNames } from "../names.js";
import { needsHost, type PlanContext, type Planned, planManaged, sizeFaults } from "../planning.js";
import type { RedisAddress, ServicePlan } from "../types.js";

const port = 6379;

export function planRedis(context: PlanContext): Planned<ServicePlan<RedisShape, RedisAddress>> {
  const { services, abilities } = context;
  const { redis, namespace } = services;
  switch (redis.mode) {
    case "bundled":
      return { plan: { mode: "bundled" }, faults: [] };
    case "managed":
      return planManaged(context, "redis", abilities.managed.redis);
    case "cluster":
      return {
        plan: {
          mode: "cluster",
          // Within the cluster's network, and only for the sites' namespaces: see createDataNamespace.
          shape: { port, tls: "off", users: "acl", adminUser: "default" },
          address: {
            broker: { host: `${sharedNames.broker}.${namespace}.svc`, port },
            cache: { host: `${sharedNames.cache}.${namespace}.svc`, port },
          },
        },
        faults: (["broker", "cache"] as const).flatMap((role) =>
          sizeFaults(`redis.${role}`, redis[role], { storage: "1Gi", memory: "128Mi" }),
        ),
      };
    case "external":
      return planExternal(context, redis.external);
  }
}

function planExternal(
  { config }: PlanContext,
  { broker, cache, users, adminUser, tls, ca }: ServicesConfig["redis"]["external"],
): Planned<ServicePlan<RedisShape, RedisAddress>> {
  const key = "openedx:services.redis.external";
  const authority = readAuthority(ca, `${key}.ca`);
  const isOne = broker.host !== undefined && broker.host === cache.host && broker.port === cache.port;
  return {
    plan: {
      mode: "external",
      shape: { port: broker.port, tls, users, adminUser },
      address: {
        broker: { host: broker.host ?? "", port: broker.port },
        cache: { host: cache.host ?? "", port: cache.port },
        ...(authority.ca !== undefined && { ca: authority.ca }),
      },
    },
    faults: [
      ...needsHost("redis.external.broker.host", broker.host),
      ...needsHost("redis.external.cache.host", cache.host),
      ...(isOne
        ? [
            `${key}.cache: is the broker's server, too; one evicts what is used least and the other must evict nothing, ` +
              "which is a property of the whole server. Give it a server of its own",
          ]
        : []),
      ...(users === "none" ? [] : missingCredentials(config, "redis", "external")),
      ...authority.faults,
    ],
  };
}
