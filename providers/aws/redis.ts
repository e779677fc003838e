import * as elasticache from "@pulumi/aws/elasticache/index.js";
import * as pulumi from "@pulumi/pulumi";
import { cloudName } from "../../src/cloud/names.js";
import { awsNames } from "./facts.js";
import type { RedisServer, RedisServers } from "../../src/cloud/services.js";
import { type DataParts, groupForCluster } from "./dataParts.js";
import type { AwsContext } from "./context.js";
import { password } from "../part.js";

/** Without a version the engine cannot be made. */
const engineVersion = "8.2";
const family = "valkey8";

const evictions = { broker: "noeviction", cache: "allkeys-lru" } as const;

/** ElastiCache for Valkey, twice, since what is dropped when memory is full is a property of the whole server. */
export function awsRedis(context: AwsContext, parts: DataParts): RedisServers {
  const { settings } = context;
  const subnetGroup = new elasticache.SubnetGroup(
    `${settings.name}-redis`,
    { name: `${settings.name}-redis`, subnetIds: parts.network.dataSubnets },
    context.opts,
  );
  const group = groupForCluster(context, {
    name: `${settings.name}-redis`,
    description: "Redis",
    port: 6379,
    ...parts,
  });
  const server = (role: keyof typeof evictions): RedisServer => {
    const name = `${settings.name}-${role}`;
    const many = settings.redis.nodes > 1;
    const adminPassword = password(context, name);
    const parameterGroup = new elasticache.ParameterGroup(
      name,
      { name, family, parameters: [{ name: "maxmemory-policy", value: evictions[role] }] },
      context.opts,
    );
    const keepsTasks = role === "broker" && !context.disposable;
    const replicationGroupId = cloudName(awsNames.cacheGroup, name);
    const made = new elasticache.ReplicationGroup(
      name,
      {
        replicationGroupId,
        description: `${settings.name}: ${role === "broker" ? "task queues" : "caches"}`,
        engine: "valkey",
        engineVersion,
        nodeType: settings.redis.nodeType,
        port: 6379,
        parameterGroupName: parameterGroup.name,
        // Celery's commands touch keys of several slots.
        clusterMode: "disabled",
        numCacheClusters: settings.redis.nodes,
        automaticFailoverEnabled: many,
        multiAzEnabled: many,
        subnetGroupName: subnetGroup.name,
        securityGroupIds: [group.id],
        transitEncryptionEnabled: true,
        transitEncryptionMode: "required",
        atRestEncryptionEnabled: true,
        kmsKeyId: parts.keys.data.arn,
        authToken: adminPassword,
        authTokenUpdateStrategy: "ROTATE",
        snapshotRetentionLimit: keepsTasks ? 7 : 0,
        ...(keepsTasks && { finalSnapshotIdentifier: `${replicationGroupId}-final` }),
        tags: { Name: name },
      },
      role === "broker" ? context.guarded : context.opts,
    );
    return { host: made.primaryEndpointAddress, adminPassword: pulumi.secret(adminPassword) };
  };
  return { broker: server("broker"), cache: server("cache") };
}
