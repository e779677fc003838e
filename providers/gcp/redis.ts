import { Instance } from "@pulumi/gcp/redis/instance.js";
import * as pulumi from "@pulumi/pulumi";
import { cloudName } from "../../src/cloud/names.js";
import type { RedisServer, RedisServers } from "../../src/cloud/services.js";
import { after } from "../part.js";
import { type GcpContext, labelsOf } from "./context.js";
import { gcpNames } from "./facts.js";
import { redisMaintenance } from "./maintenance.js";
import type { Keys } from "./keys.js";
import type { Network } from "./network.js";

/** Two servers of Memorystore, reached from the network only. */
export function gcpRedis(context: GcpContext, network: Network, keys: Keys): RedisServers {
  const server = (what: keyof RedisServers): RedisServer => redisServer(context, network, keys, what);
  return { broker: server("broker"), cache: server("cache") };
}

function redisServer(
  context: GcpContext,
  network: Network,
  keys: Keys,
  what: keyof RedisServers,
): RedisServer {
  const { settings, name, base, opts, guarded, disposable } = context;
  // It holds what is nowhere else: written to disk, and protected.
  const keeps = what === "broker";
  const key = keys("redis");
  const server = new Instance(
    `${name}-${what}`,
    {
      name: cloudName(gcpNames.redis, base, what),
      region: settings.region,
      labels: labelsOf(context),
      tier: settings.redis.highAvailability ? "STANDARD_HA" : "BASIC",
      memorySizeGb: settings.redis[`${what}GiB`],
      redisVersion: "REDIS_7_2",
      redisConfigs: { "maxmemory-policy": keeps ? "noeviction" : "allkeys-lru" },
      authEnabled: true,
      transitEncryptionMode: "SERVER_AUTHENTICATION",
      connectMode: "DIRECT_PEERING",
      authorizedNetwork: network.id,
      ...(network.redis && { reservedIpRange: network.redis[what] }),
      persistenceConfig: keeps
        ? { persistenceMode: "RDB", rdbSnapshotPeriod: "ONE_HOUR" }
        : { persistenceMode: "DISABLED" },
      ...(key && { customerManagedKey: key.id }),
      maintenancePolicy: redisMaintenance(settings.maintenance),
      // The provider's own guard, which is on by default.
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
