import * as pulumi from "@pulumi/pulumi";
import type { MongoServer, MySqlServer, RedisServer, RedisServers } from "../cloud/services.js";
import type { Cloud } from "../cloud/types.js";
import type { StackConfig } from "../stack/load.js";
import type { ClusterContext } from "./cluster.js";
import { credential } from "./credentials.js";
import { createMongodb } from "./mongodb/create.js";
import { createMysql } from "./mysql/create.js";
import { createRedis } from "./redis/create.js";

/** A server wherever it is, and what must be there before it is used. */
export type Ready<Server> = Server & { ready: pulumi.Resource[] };

/** MySQL's server; undefined where each instance has its own. */
export function mysqlServer(
  context: ClusterContext,
  cloud: Cloud,
  backupKeys: pulumi.Resource[],
): Ready<MySqlServer> | undefined {
  const { config, plan } = context;
  switch (plan.mysql.mode) {
    case "bundled":
      return undefined;
    case "managed":
      return { ...asked("mysql", cloud.managed.mysql)(), ready: [] };
    case "cluster":
      return { ...plan.mysql.address, ...createMysql(context, plan.mysql, backupKeys) };
    case "external":
      return { ...plan.mysql.address, adminPassword: given(config, "mysql", "adminPassword"), ready: [] };
  }
}

/** MongoDB's; as above. */
export function mongodbServer(
  context: ClusterContext,
  cloud: Cloud,
  backupKeys: pulumi.Resource[],
): Ready<MongoServer> | undefined {
  const { config, plan } = context;
  switch (plan.mongodb.mode) {
    case "bundled":
      return undefined;
    case "managed":
      return { ...asked("mongodb", cloud.managed.mongodb)(), ready: [] };
    case "cluster":
      return { ...plan.mongodb.address, ...createMongodb(context, plan.mongodb, backupKeys) };
    case "external":
      return { ...plan.mongodb.address, adminPassword: given(config, "mongodb", "adminPassword"), ready: [] };
  }
}

/** Both of Redis' servers; as above. */
export function redisServers(context: ClusterContext, cloud: Cloud): Ready<RedisServers> | undefined {
  const { config, plan } = context;
  switch (plan.redis.mode) {
    case "bundled":
      return undefined;
    case "managed":
      return { ...asked("redis", cloud.managed.redis)(), ready: [] };
    case "cluster": {
      const { address } = plan.redis;
      const [broker, cache] = [createRedis(context, "broker"), createRedis(context, "cache")];
      return {
        broker: { host: address.broker.host, adminPassword: broker.adminPassword },
        cache: { host: address.cache.host, adminPassword: cache.adminPassword },
        ready: [...broker.ready, ...cache.ready],
      };
    }
    case "external": {
      const { address, shape } = plan.redis;
      const server = (role: "broker" | "cache"): RedisServer => ({
        host: address[role].host,
        ...(shape.users !== "none" && { adminPassword: given(config, "redis", `${role}Password`) }),
        ...(address.ca !== undefined && { ca: address.ca }),
      });
      return { broker: server("broker"), cache: server("cache"), ready: [] };
    }
  }
}

/** What the cloud said it can do, and the plan relies on. */
export function asked<Make>(service: string, make: Make | undefined): Make {
  if (make === undefined) {
    throw new Error(`the cloud's abilities name ${service}, and the cloud has none`);
  }
  return make;
}

/** Secret. A password that the plan found to be there. */
function given<S extends "mysql" | "mongodb" | "redis">(
  config: StackConfig,
  service: S,
  name: Parameters<typeof credential<S>>[2],
): pulumi.Output<string> {
  const value = credential(config, service, name);
  if (value === undefined) {
    throw new Error(`there is no openedx:credentials.${service}.${name}`);
  }
  return pulumi.secret(value);
}
