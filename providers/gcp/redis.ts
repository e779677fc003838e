import { Instance } from "@pulumi/gcp/redis/instance.js";
import * as pulumi from "@pulumi/pulumi";
import { cloudName } from "../../src/cloud/names.js";
import type { RedisServer, RedisServers } from "../../src/cloud/services.js";
import { after } from "../part.js";
import { type GcpContext, labelsOf } from "./context.js";
import { gcpNames } from "./facts.js";
import type { Keys } from "./keys.js";
import type { Network } from "./network.js";

/** Two servers of Memorystore, reached from the network only. */
export function gcpRedis(context: GcpContext, network: Network, keys: Keys): RedisServers {
  const { brokerGiB, cacheGiB } = context.settings.redis;
  return {
    broker: redisServer(context, network, keys, {
      what: "broker",
      memoryGiB: brokerGiB,
      policy: "noeviction",
      keeps: true,
    }),
    cache: redisServer(context, network, keys, {
      what: "cache",
      memoryGiB: cacheGiB,
      policy: "allkeys-lru",
      keeps: false,
    }),
  };
}

interface Role {
  what: "broker" | "cache";
  memoryGiB: number;
  policy: "noeviction" | "allkeys-lru";
  /** Holds what is nowhere else: written to disk, and protected. */
  keeps: boolean;
}

function redisServer(
  context: GcpContext,
  network: Network,
  keys: Keys,
  { what, memoryGiB, policy, keeps }: Role,
): RedisServer {
  const { settings, name, base, opts, guarded, disposable } = context;
  const key = keys("redis");
  const server = new Instance(
    `${name}-${what}`,
    {
      name: cloudName(gcpNames.redis, base, what),
      region: settings.region,
      labels: labelsOf(context),
      tier: settings.redis.highAvailability ? "STANDARD_HA" : "BASIC",
      memorySizeGb: memoryGiB,
      redisVersion: "REDIS_7_2",
      redisConfigs: { "maxmemory-policy": policy },
      authEnabled: true,
      transitEncryptionMode: "SERVER_AUTHENTICATION",
      connectMode: "DIRECT_PEERING",
      authorizedNetwork: network.id,
      ...(network.redis && { reservedIpRange: network.redis[what] }),
      persistenceConfig: keeps
        ? { persistenceMode: "RDB", rdbSnapshotPeriod: "ONE_HOUR" }
        : { persistenceMode: "DISABLED" },
      ...(key && { customerManagedKey: key.id }),
      // Google's guard is on where nobody turns it off.
      deletionProtection: keeps && !disposable,
    },
    after(keeps ? guarded : opts, key?.ready ?? []),
  );
  return {
    host: server.host,
    adminPassword: pulumi.secret(server.authString),
    // While Google changes its authority, there are two.
    ca: server.serverCaCerts.apply((certificates) => certificates.map(({ cert }) => cert).join("\n")),
  };
}
