import type { RedisServer, RedisServers, RedisShape } from "../../cloud/services.js";
import { givenPassword } from "../administered.js";
import { createPassword, createSecret, createServiceRelease, type MakeContext } from "../cluster.js";
import { missingCredentials } from "../credentials.js";
import { sharedNames } from "../names.js";
import { needsHost, type PlanContext, readAuthority, sizeFaults } from "../planning.js";
import { asked, type DataService, type Decided, type Ready, settingOf } from "../service.js";
import { boundAdmin, boundPlain, boundSecret, ownPassword } from "../types.js";
import { type RedisRole, redisUsersName, redisValues } from "./cluster.js";
import { redisFacts } from "./facts.js";

interface RedisAddress {
  broker: { host: string; port: number };
  cache: { host: string; port: number };
  /** PEM, of both. */
  ca?: string;
}

const port = 6379;
/** Who everybody is on a server without users of its own. Tutor drops a password that comes without a user. */
const everybody = "default";

/**
 * What a site's user may do: whatever Celery, Django's caches and the event bus do, on the site's own keys and channels.
 * Nothing that rules the server, and nothing that lists other sites' keys: KEYS counts as dangerous, SCAN does not.
 */
export function redisRights(prefix: string): string {
  // Celery's workers listen by patterns, and such a pattern must stand among the rights letter by letter.
  const patterns = [prefix, `${prefix}superset_`].flatMap((each) =>
    ["celery.pidbox", "celeryev", "celeryev/*", "celeryev/worker.*"].map((name) => `&${each}/0.${name}`),
  );
  return [
    `~${prefix}* &${prefix}*`,
    ...patterns,
    "+@all -@admin -@dangerous -@scripting +eval +evalsha +script|load +script|exists -scan -randomkey -pubsub",
  ].join(" ");
}

/** Redis: broker and cache, two servers that all instances share, each with a user and a prefix of its own. */
export const redis: DataService<RedisShape, RedisAddress, RedisServers> = {
  ...redisFacts,
  offered: ({ abilities }) => abilities.managed.redis,
  onCluster: ({ services: { redis: config, namespace } }) => ({
    // Within the cluster's network, and only for the sites' namespaces: see createDataNamespace.
    shape: { port, tls: "off", users: "acl", adminUser: "default" },
    address: {
      broker: { host: `${sharedNames.broker}.${namespace}.svc`, port },
      cache: { host: `${sharedNames.cache}.${namespace}.svc`, port },
    },
    faults: (["broker", "cache"] as const).flatMap((role) =>
      sizeFaults(`redis.${role}`, config[role], { storage: "1Gi", memory: "128Mi" }),
    ),
  }),
  elsewhere,
  settings: ({ shape, ...plan }, { instance, redisPrefix }) => {
    const { tls, users, adminUser = everybody } = shape;
    const address = "address" in plan ? plan.address : undefined;
    const cachePort = address?.cache.port ?? shape.port;
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
        ...(users !== "none" && { REDIS_USERNAME: users === "password" ? adminUser : instance }),
        OPENEDX_PULUMI_REDIS_CACHE_PORT: cachePort,
        OPENEDX_PULUMI_REDIS_BROKER_PORT: address?.broker.port ?? shape.port,
        OPENEDX_PULUMI_REDIS_BROKER_TLS: tls,
        OPENEDX_PULUMI_REDIS_CACHE_TLS: tls,
        OPENEDX_PULUMI_REDIS_USERS: users,
        OPENEDX_PULUMI_REDIS_PREFIX: redisPrefix,
        ...(users === "acl" && {
          OPENEDX_PULUMI_REDIS_BROKER_ADMIN_USERNAME: adminUser,
          OPENEDX_PULUMI_REDIS_CACHE_ADMIN_USERNAME: adminUser,
          OPENEDX_PULUMI_REDIS_RIGHTS: redisRights(redisPrefix),
        }),
      },
      ...(users === "acl" && { made: { REDIS_PASSWORD: ownPassword } }),
    };
  },
  bound: ({ shape: { users, privateCa }, ...plan }) => {
    const address = "address" in plan ? plan.address : undefined;
    return {
      ...(address === undefined && {
        REDIS_HOST: boundPlain(({ cache }) => cache.host),
        OPENEDX_PULUMI_REDIS_CACHE_HOST: boundPlain(({ cache }) => cache.host),
        OPENEDX_PULUMI_REDIS_BROKER_HOST: boundPlain(({ broker }) => broker.host),
      }),
      ...(users === "acl" && {
        OPENEDX_PULUMI_REDIS_BROKER_ADMIN_PASSWORD: boundAdmin(({ broker }) => broker.adminPassword),
        OPENEDX_PULUMI_REDIS_CACHE_ADMIN_PASSWORD: boundAdmin(({ cache }) => cache.adminPassword),
      }),
      ...(users === "password" && {
        REDIS_PASSWORD: boundSecret(({ cache }) => cache.adminPassword),
        OPENEDX_PULUMI_REDIS_BROKER_PASSWORD: boundSecret(({ broker }) => broker.adminPassword),
      }),
      ...(users === "managed" && { REDIS_PASSWORD: boundSecret(({ user }) => user?.password) }),
      ...((address?.ca !== undefined || privateCa) && {
        OPENEDX_PULUMI_REDIS_BROKER_CA: boundPlain(({ broker }) => broker.ca),
        OPENEDX_PULUMI_REDIS_CACHE_CA: boundPlain(({ cache }) => cache.ca),
      }),
    };
  },
  account: ({ accounts }, { shape }, { name: instance, settings }) => {
    if (shape.users !== "managed") {
      return undefined;
    }
    const make = asked("the users of redis", accounts?.redis);
    const rights = redisRights(settingOf(settings, "OPENEDX_PULUMI_REDIS_PREFIX"));
    return make({ instance, user: settingOf(settings, "REDIS_USERNAME"), rights });
  },
  server: {
    managed: ({ managed }) => managed.redis,
    cluster: (context, { address }) => {
      const [broker, cache] = [createRedis(context, "broker"), createRedis(context, "cache")];
      return {
        broker: { host: address.broker.host, adminPassword: broker.adminPassword },
        cache: { host: address.cache.host, adminPassword: cache.adminPassword },
        ready: [...broker.ready, ...cache.ready],
      };
    },
    external: ({ config }, { address, shape }) => {
      const server = (role: RedisRole): RedisServer => ({
        host: address[role].host,
        ...(shape.users !== "none" && { adminPassword: givenPassword(config, "redis", `${role}Password`) }),
        ...(address.ca !== undefined && { ca: address.ca }),
      });
      return { broker: server("broker"), cache: server("cache") };
    },
  },
};

function elsewhere({ config, services }: PlanContext): Decided<RedisShape, RedisAddress> {
  const { broker, cache, users, adminUser, tls, ca } = services.redis.external;
  const key = "openedx:services.redis.external";
  const authority = readAuthority(ca, `${key}.ca`);
  const isOne = broker.host !== undefined && broker.host === cache.host && broker.port === cache.port;
  return {
    shape: { port: broker.port, tls, users, adminUser },
    address: {
      broker: { host: broker.host ?? "", port: broker.port },
      cache: { host: cache.host ?? "", port: cache.port },
      ...(authority.ca !== undefined && { ca: authority.ca }),
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
      ...(users === "none" ? [] : missingCredentials(config, "redis", redisFacts.credentials.names)),
      ...authority.faults,
    ],
  };
}

/** One of the two servers. Helm waits until it serves: the chart's pods say so themselves. */
function createRedis(
  context: MakeContext,
  role: RedisRole,
): Ready<Required<Pick<RedisServer, "adminPassword">>> {
  const { config, placement } = context;
  const holdsData = role === "broker";
  const adminPassword = createPassword(context, `${sharedNames[role]}-admin`, { holdsData });
  const users = createSecret(context, redisUsersName(role), { default: adminPassword });
  const release = createServiceRelease(context, {
    chart: "valkey",
    name: sharedNames[role],
    values: redisValues(role, config.services, placement, config.disposable),
    holdsData,
    after: [users],
  });
  return { ready: [release], adminPassword };
}
