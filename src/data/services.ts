import * as pulumi from "@pulumi/pulumi";
import type { MongoServer, MySqlServer, RedisServers } from "../cloud/services.js";
import type { Cloud } from "../cloud/types.js";
import type { StackConfig } from "../stack/load.js";
import { backupStore, backupWarnings } from "./backupStore.js";
import { backupKeys, backupKeysName } from "./operatorBackup.js";
import { type ClusterContext, createSecret, operatorStore } from "./cluster.js";
import { createDataNamespace, type ServiceUser } from "./namespace.js";
import { placementOf } from "./placement.js";
import { mongodbServer, mysqlServer, type Ready, redisServers } from "./servers.js";
import { bindMongodb, bindMysql, bindRedis } from "./sharedValues.js";
import { type ObjectStoreUser, ObjectStores } from "./objectStore/values.js";
import { Searches } from "./search/values.js";
import type { InstanceServices, InstanceValues, ServicesPlan } from "./types.js";

export interface DataServicesArgs {
  plan: ServicesPlan;
  config: StackConfig;
  cloud: Cloud;
  users: readonly DataServicesUser[];
  /** Provider of @pulumi/random, which makes the passwords. */
  secretProviders: pulumi.ProviderResource[];
}

/** An instance, as the services know it. */
export interface DataServicesUser extends ServiceUser, ObjectStoreUser {
  /** What it was told about the services before it was rendered. */
  services: InstanceServices;
}

/**
 * The data services that the instances share, wherever they are: made on the cluster, asked of the cloud, or taken from
 * the config. Administrators' passwords are here, and in what `valuesFor` gives for the Jobs in the services' namespace.
 */
export class DataServices extends pulumi.ComponentResource {
  /** Where the services are, and the Jobs that make the instances' accounts. */
  readonly namespace: pulumi.Output<string>;
  /** The servers that are the same for all instances, with their administrators' passwords. */
  readonly servers: SharedServers;
  private readonly values: ReadonlyMap<string, InstanceValues>;

  /** @param opts `dependsOn` what must be there before anything is put on the cluster: nodes, webhooks */
  constructor(name: string, args: DataServicesArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const providers = [args.cloud.provider, ...args.secretProviders];
    const { dependsOn, ...rest } = opts;
    super("openedx:data:DataServices", name, {}, { ...rest, providers });
    const { plan, config, cloud, users } = args;
    const protect = !config.disposable;
    const open = config.scope === "platform";
    const namespace = createDataNamespace(
      { name: plan.namespace, users, protect, open, dependsOn: dependsOn ?? [] },
      this,
    );
    this.namespace = namespace.name;

    const store = backupStore(config, cloud);
    backupWarnings(config, store).forEach((warning) => void pulumi.log.warn(warning, this));
    const context: ClusterContext = {
      config,
      plan,
      placement: placementOf(cloud),
      ...(store && { store }),
      namespace: namespace.name,
      ready: [...namespace.ready, ...cloud.ready],
      parent: this,
    };
    this.servers = sharedServers(context, cloud);
    this.values = new Map(valuesOf(context, args, this.servers));
    this.registerOutputs({ namespace: this.namespace });
  }

  /** What an instance's `bound` settings are, and what must be there before its first task. */
  valuesFor(instance: string): InstanceValues {
    const values = this.values.get(instance);
    if (values === undefined) {
      throw new Error(`the data services know no instance ${instance}`);
    }
    return values;
  }
}

/** Servers that instances have accounts on; one that is not there is each instance's own. */
interface SharedServers {
  mysql?: Ready<MySqlServer>;
  mongodb?: Ready<MongoServer>;
  redis?: Ready<RedisServers>;
}

/** Makes or finds each server once. */
function sharedServers(context: ClusterContext, cloud: Cloud): SharedServers {
  const { plan } = context;
  const usesOperators = plan.mysql.mode === "cluster" || plan.mongodb.mode === "cluster";
  const keyed = operatorStore(context);
  const keys =
    usesOperators && keyed !== undefined
      ? [createSecret(context, backupKeysName, backupKeys(keyed) as Record<string, pulumi.Input<string>>)]
      : [];
  const mysql = mysqlServer(context, cloud, keys);
  const mongodb = mongodbServer(context, cloud, keys);
  const redis = redisServers(context, cloud);
  return { ...(mysql && { mysql }), ...(mongodb && { mongodb }), ...(redis && { redis }) };
}

/** Says to each instance what it needs of the services. */
function valuesOf(
  context: ClusterContext,
  { cloud, users }: DataServicesArgs,
  { mysql, mongodb, redis }: SharedServers,
): [string, InstanceValues][] {
  const searches = new Searches(context, cloud);
  const objectStores = new ObjectStores(context, cloud);
  return users.map((user) => {
    const parts = [
      mysql && { values: bindMysql(mysql), ready: mysql.ready },
      mongodb && { values: bindMongodb(mongodb), ready: mongodb.ready },
      redis && { values: bindRedis(redis, context.plan.redis), ready: redis.ready },
      searches.valuesFor(user),
      objectStores.valuesFor(user),
    ].filter((part) => part !== undefined);
    const all = Object.assign({}, ...parts.map(({ values }) => values)) as InstanceValues["values"];
    const identity = Object.assign({}, ...parts) as Partial<InstanceValues>;
    return [
      user.name,
      {
        values: boundOnly(all, user.services),
        ready: [...context.ready, ...parts.flatMap(({ ready }) => ready)],
        ...(identity.serviceAccountAnnotations && {
          serviceAccountAnnotations: identity.serviceAccountAnnotations,
        }),
        ...(identity.podLabels && { podLabels: identity.podLabels }),
      },
    ];
  });
}

/** An instance gets what it was promised, and nothing more: a service that it has to itself is none of these. */
function boundOnly(all: InstanceValues["values"], { tokens }: InstanceServices): InstanceValues["values"] {
  return Object.fromEntries(Object.entries(all).filter(([key]) => tokens[key]?.spec.kind === "bound"));
}
