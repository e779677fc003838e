import type { MongoServer, MySqlServer, RedisServers, RedisShape } from "../cloud/services.js";
import type { SettingName } from "./settingNames.js";
import type { InstanceValues, RedisAddress, ServicePlan } from "./types.js";

type Values = Partial<Record<SettingName, InstanceValues["values"][string]>>;

/** What the servers give for the settings in `mysqlSettings`, `mongodbSettings`, `redisSettings`. */

export function bindMysql({ host, adminPassword, ca }: MySqlServer): Values {
  return {
    MYSQL_HOST: host,
    MYSQL_ROOT_PASSWORD: adminPassword,
    ...(ca !== undefined && { OPENEDX_PULUMI_MYSQL_CA: ca }),
  };
}

export function bindMongodb({ host, adminPassword, ca }: MongoServer): Values {
  return {
    MONGODB_HOST: host,
    OPENEDX_PULUMI_MONGODB_ADMIN_PASSWORD: adminPassword,
    ...(ca !== undefined && { OPENEDX_PULUMI_MONGODB_CA: ca }),
  };
}

export function bindRedis(
  { broker, cache }: RedisServers,
  plan: ServicePlan<RedisShape, RedisAddress>,
): Values {
  const users = plan.mode === "bundled" ? "none" : plan.shape.users;
  return {
    REDIS_HOST: cache.host,
    OPENEDX_PULUMI_REDIS_CACHE_HOST: cache.host,
    OPENEDX_PULUMI_REDIS_BROKER_HOST: broker.host,
    ...(users === "acl" && {
      OPENEDX_PULUMI_REDIS_BROKER_ADMIN_PASSWORD: broker.adminPassword,
      OPENEDX_PULUMI_REDIS_CACHE_ADMIN_PASSWORD: cache.adminPassword,
    }),
    ...(users === "password" && {
      REDIS_PASSWORD: cache.adminPassword,
      OPENEDX_PULUMI_REDIS_BROKER_PASSWORD: broker.adminPassword,
    }),
    ...(broker.ca !== undefined && { OPENEDX_PULUMI_REDIS_BROKER_CA: broker.ca }),
    ...(cache.ca !== undefined && { OPENEDX_PULUMI_REDIS_CACHE_CA: cache.ca }),
  };
}
