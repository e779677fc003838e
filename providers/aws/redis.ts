import * as elasticache from "@pulumi/aws/elasticache/index.js";
import * as pulumi from "@pulumi/pulumi";
import { cloudName } from "../../src/cloud/names.js";
import { digest } from "../../src/workspace/digest.js";
import { awsNames } from "./facts.js";
import type { Account, RedisAccountRequest, RedisServer, RedisServers } from "../../src/cloud/services.js";
import { type DataParts, groupForCluster } from "./dataParts.js";
import { type AwsContext, instanceTag, siteName } from "./context.js";
import { after, password } from "../part.js";

/** Without a version the engine cannot be made. */
const engineVersion = "8.2";
const family = "valkey8";
/** Users, groups of them and servers must be of the same. */
const engine = "valkey";

const evictions = { broker: "noeviction", cache: "allkeys-lru" } as const;
type Role = keyof typeof evictions;

/** The servers, and what sites' users are made with. */
export interface Redis {
  servers: RedisServers;
  /** Both servers let its users in; undefined where all sites are one user. */
  users?: elasticache.UserGroup;
  groups: elasticache.ReplicationGroup[];
}

/**
 * ElastiCache for Valkey, twice, since what is dropped when memory is full is a property of the whole server.
 * @param users `managed`: each site gets one of its own, by `redisAccount`; `password`: all are one
 */
export function awsRedis(context: AwsContext, parts: DataParts, users: "managed" | "password"): Redis {
  const { settings } = context;
  const name = `${settings.name}-redis`;
  const subnetGroup = new elasticache.SubnetGroup(
    name,
    { name, subnetIds: parts.network.dataSubnets },
    context.opts,
  );
  const { id } = groupForCluster(context, { name, description: "Redis", port: 6379, ...parts });
  const allowed = users === "managed" ? userGroup(context, name) : undefined;
  const reach = { subnetGroupName: subnetGroup.name, securityGroupIds: [id], kmsKeyId: parts.keys.data.arn };
  const broker = server(context, "broker", reach, allowed, []);
  // While one server takes the group of users on, another is refused it.
  const cache = server(context, "cache", reach, allowed, [broker.group]);
  return {
    servers: { broker: broker.server, cache: cache.server },
    ...(allowed && { users: allowed }),
    groups: [broker.group, cache.group],
  };
}

/** Without the user `default`, which every group must have, no site could be told from another; here it may do nothing. */
function userGroup(context: AwsContext, name: string): elasticache.UserGroup {
  const id = cloudName(awsNames.cacheUser, name);
  const nobody = new elasticache.User(
    `${name}-default`,
    {
      userId: cloudName(awsNames.cacheUser, name, "default"),
      userName: "default",
      engine,
      accessString: "off ~keys* -@all +get",
      passwords: [password(context, `${name}-default`)],
      tags: { Name: name },
    },
    context.opts,
  );
  return new elasticache.UserGroup(
    name,
    { userGroupId: id, engine, userIds: [nobody.userId], tags: { Name: name } },
    // The sites' users are added by resources of their own.
    { ...context.opts, ignoreChanges: ["userIds"] },
  );
}

function server(
  context: AwsContext,
  role: Role,
  reach: Pick<elasticache.ReplicationGroupArgs, "subnetGroupName" | "securityGroupIds" | "kmsKeyId">,
  users: elasticache.UserGroup | undefined,
  earlier: readonly elasticache.ReplicationGroup[],
): { server: RedisServer; group: elasticache.ReplicationGroup } {
  const { settings } = context;
  const name = `${settings.name}-${role}`;
  const many = settings.redis.nodes > 1;
  const adminPassword = users === undefined ? password(context, name) : undefined;
  const parameterGroup = new elasticache.ParameterGroup(
    name,
    { name, family, parameters: [{ name: "maxmemory-policy", value: evictions[role] }] },
    context.opts,
  );
  const keepsTasks = role === "broker" && !context.disposable;
  const replicationGroupId = cloudName(awsNames.cacheGroup, name);
  const { window, backupWindow, applyImmediately } = settings.maintenance;
  const group = new elasticache.ReplicationGroup(
    name,
    {
      replicationGroupId,
      description: `${settings.name}: ${role === "broker" ? "task queues" : "caches"}`,
      engine,
      engineVersion,
      nodeType: settings.redis.nodeType,
      port: 6379,
      parameterGroupName: parameterGroup.name,
      // Celery's commands touch keys of several slots.
      clusterMode: "disabled",
      numCacheClusters: settings.redis.nodes,
      automaticFailoverEnabled: many,
      multiAzEnabled: many,
      ...reach,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      atRestEncryptionEnabled: true,
      ...(users === undefined
        ? { authToken: adminPassword, authTokenUpdateStrategy: "ROTATE" }
        : // A server that had a token gives it up for users; the provider sends it no empty one then.
          { userGroupIds: [users.userGroupId], authTokenUpdateStrategy: "DELETE" }),
      applyImmediately,
      maintenanceWindow: window,
      ...(keepsTasks
        ? {
            snapshotRetentionLimit: 7,
            snapshotWindow: backupWindow,
            finalSnapshotIdentifier: `${replicationGroupId}-final`,
          }
        : { snapshotRetentionLimit: 0 }),
      tags: { Name: name },
    },
    after(role === "broker" ? context.guarded : context.opts, earlier),
  );
  return {
    server: {
      host: group.primaryEndpointAddress,
      ...(adminPassword !== undefined && { adminPassword: pulumi.secret(adminPassword) }),
    },
    group,
  };
}

/** An id of a user: unlike names of instances, it has no two hyphens in a row. */
function userId(name: string, instance: string): string {
  const whole = `${name}-${siteName(instance)}`;
  return whole.includes("--")
    ? cloudName(awsNames.cacheUser, whole.replace(/-{2,}/g, "-"), digest(whole).slice(0, 8))
    : cloudName(awsNames.cacheUser, whole);
}

/** A site's user on both servers, with rights on the site's keys and channels alone. ElastiCache takes no `ACL SETUSER`. */
export function redisAccount(
  context: AwsContext,
  { users, groups }: Redis,
  { instance, user: userName, rights }: RedisAccountRequest,
): Account {
  const { settings } = context;
  const name = `${settings.name}-${siteName(instance)}-redis`;
  const secret = password(context, name);
  const user = new elasticache.User(
    name,
    {
      userId: userId(settings.name, instance),
      userName,
      engine,
      accessString: `on ${rights}`,
      passwords: [secret],
      tags: { Name: name, ...instanceTag(instance) },
    },
    context.opts,
  );
  if (users === undefined) {
    throw new Error("the servers have no users of sites");
  }
  // A group cannot change while servers are made with it.
  const member = new elasticache.UserGroupAssociation(
    name,
    { userGroupId: users.userGroupId, userId: user.userId },
    // It changes for one site after the other, within minutes each.
    { ...context.granting, dependsOn: groups, customTimeouts: { create: "2h", delete: "2h" } },
  );
  return { password: pulumi.secret(secret), ready: [member] };
}
