import type { RedisShape } from "../../cloud/services.js";
import type { SettingToken } from "../../tutor/types.js";
import type { AccountNames } from "../names.js";
import { boundPlain, boundSecret, ownPassword, type ServiceSettings } from "../settingNames.js";
import type { RedisAddress, ServicePlan } from "../types.js";

/** Who everybody is on a server without users of its own. Tutor drops a password that comes without a user. */
const everybody = "default";

export function redisSettings(
  plan: ServicePlan<RedisShape, RedisAddress>,
  names: AccountNames,
): ServiceSettings | undefined {
  if (plan.mode === "bundled") {
    return undefined;
  }
  const { shape } = plan;
  const { port, tls, users, adminUser = everybody } = shape;
  const address = plan.mode === "managed" ? undefined : plan.address;
  const hasCa = address?.ca !== undefined || shape.privateCa === true;
  const cachePort = address?.cache.port ?? port;
  const password = passwordTokens(users);
  return {
    settings: {
      RUN_REDIS: false,
      // Tutor's own settings are the cache's; the broker's are the plugin's.
      ...(address && {
        REDIS_HOST: address.cache.host,
        OPENEDX_PULUMI_REDIS_CACHE_HOST: address.cache.host,
        OPENEDX_PULUMI_REDIS_BROKER_HOST: address.broker.host,
      }),
      REDIS_PORT: cachePort,
      ...(users !== "none" && { REDIS_USERNAME: users === "acl" ? names.redisUser : adminUser }),
      OPENEDX_PULUMI_REDIS_CACHE_PORT: cachePort,
      OPENEDX_PULUMI_REDIS_BROKER_PORT: address?.broker.port ?? port,
      OPENEDX_PULUMI_REDIS_BROKER_TLS: tls,
      OPENEDX_PULUMI_REDIS_CACHE_TLS: tls,
      OPENEDX_PULUMI_REDIS_USERS: users,
      OPENEDX_PULUMI_REDIS_PREFIX: names.redisPrefix,
      ...(users === "acl" && {
        OPENEDX_PULUMI_REDIS_BROKER_ADMIN_USERNAME: adminUser,
        OPENEDX_PULUMI_REDIS_CACHE_ADMIN_USERNAME: adminUser,
      }),
    },
    tokens: {
      ...(address === undefined && {
        REDIS_HOST: boundPlain,
        OPENEDX_PULUMI_REDIS_CACHE_HOST: boundPlain,
        OPENEDX_PULUMI_REDIS_BROKER_HOST: boundPlain,
      }),
      ...password,
      ...(hasCa && { OPENEDX_PULUMI_REDIS_BROKER_CA: boundPlain, OPENEDX_PULUMI_REDIS_CACHE_CA: boundPlain }),
    },
  };
}

function passwordTokens(users: RedisShape["users"]): Record<string, SettingToken> {
  switch (users) {
    case "acl":
      return {
        REDIS_PASSWORD: ownPassword,
        OPENEDX_PULUMI_REDIS_BROKER_ADMIN_PASSWORD: boundSecret,
        OPENEDX_PULUMI_REDIS_CACHE_ADMIN_PASSWORD: boundSecret,
      };
    case "password":
      return { REDIS_PASSWORD: boundSecret, OPENEDX_PULUMI_REDIS_BROKER_PASSWORD: boundSecret };
    case "none":
      return {};
  }
}
