import type { MongoServer, MongoShape } from "../../cloud/services.js";
import { images } from "../../workspace/versions.js";
import { administered } from "../administered.js";
import { sharedNames } from "../names.js";
import { externalAddress, replicaFaults, sizeFaults } from "../planning.js";
import { asked, type DataService, settingOf } from "../service.js";
import { boundSecret, ownPassword, type ServerAddress } from "../types.js";
import { mongodbReadyScript, mongodbUsersName, mongodbValues, replicaSet } from "./cluster.js";
import { mongodbDump } from "./dump.js";
import { mongodbFacts } from "./facts.js";

/** Of a replica set; MongoDB lets no more members vote. */
const mostServers = 7;
/** Makes users and nothing else: the least that an administrator of accounts can be. */
const userAdmin = "userAdmin";

/** Stands before a name that lists the members; Tutor tests for it, so that it has to be there when it renders. */
function schemeOf({ address }: MongoShape): string {
  return address === "srv" ? "mongodb+srv://" : "";
}

const { server, bound } = administered<MongoShape>("mongodb", {
  settings: {
    host: "MONGODB_HOST",
    adminPassword: "OPENEDX_PULUMI_MONGODB_ADMIN_PASSWORD",
    ca: "OPENEDX_PULUMI_MONGODB_CA",
  },
  scheme: schemeOf,
  charts: { operator: "psmdb-operator", server: "psmdb-db" },
  operatorMemory: "512Mi",
  serverValues: mongodbValues,
  users: {
    name: mongodbUsersName,
    passwordKey: "MONGODB_USER_ADMIN_PASSWORD",
    more: { MONGODB_USER_ADMIN_USER: userAdmin },
  },
  ready: {
    image: images.mongodb,
    script: mongodbReadyScript,
    passwordVariable: "ADMIN_PASSWORD",
    env: { REPLICA_SET: replicaSet },
  },
});

/** Settings that name the databases which a site's user reads and writes. */
const databaseSettings = ["MONGODB_DATABASE", "FORUM_MONGODB_DATABASE"];

/** MongoDB: databases and a user of each instance on a replica set that all share. */
export const mongodb: DataService<MongoShape, ServerAddress, MongoServer> = {
  ...mongodbFacts,
  server: { ...server, managed: ({ managed }) => managed.mongodb },
  bound: (plan) => ({
    ...bound(plan),
    ...(plan.shape.users === "managed" && {
      MONGODB_PASSWORD: boundSecret(({ user }) => user?.password),
    }),
  }),
  account: ({ accounts }, { shape }, { name: instance, settings }) => {
    if (shape.users !== "managed") {
      return undefined;
    }
    const make = asked("the users of mongodb", accounts?.mongodb);
    const databases = databaseSettings.map((key) => settingOf(settings, key));
    return make({
      instance,
      user: settingOf(settings, "MONGODB_USERNAME"),
      databases: [...new Set(databases)],
    });
  },
  dump: mongodbDump,
  offered: ({ abilities }) => abilities.managed.mongodb,
  onCluster: ({ services: { mongodb: config, namespace } }) => ({
    shape: {
      // The headless Service leads to any member, which names the others.
      address: "single",
      port: 27017,
      replicaSet,
      tls: "require",
      adminUser: userAdmin,
      authSource: "admin",
    },
    address: { host: `${sharedNames.mongodb}-${replicaSet}.${namespace}.svc` },
    faults: [
      ...replicaFaults("mongodb.replicas", config.replicas, mostServers),
      ...sizeFaults("mongodb", config, { storage: "3Gi", memory: "512Mi" }),
    ],
  }),
  elsewhere: (context) => {
    const { host = "", ca, srv, replicaSet: set, ...shape } = context.services.mongodb.external;
    const isList = host.includes(",") || host.includes(":");
    const key = "openedx:services.mongodb.external";
    return {
      shape: {
        ...shape,
        address: srv ? "srv" : isList ? "list" : "single",
        ...(set !== undefined && { replicaSet: set }),
      },
      ...externalAddress(context, "mongodb", { host: host || undefined, ca }, [
        ...(srv && isList
          ? [`${key}.host: ${host} is a list, and srv is true, which takes one DNS name`]
          : []),
        ...(!srv && isList && set === undefined
          ? [`${key}.replicaSet: is missing; the members of a list are found by the replica set's name`]
          : []),
      ]),
    };
  },
  settings: ({ shape, ...plan }, { prefix }) => ({
    settings: {
      RUN_MONGODB: false,
      ...("address" in plan && { MONGODB_HOST: `${schemeOf(shape)}${plan.address.host}` }),
      MONGODB_PORT: shape.port,
      MONGODB_DATABASE: `${prefix}openedx`,
      FORUM_MONGODB_DATABASE: `${prefix}cs_comments_service`,
      MONGODB_USERNAME: `${prefix}openedx`,
      MONGODB_AUTH_SOURCE: shape.authSource,
      ...(shape.replicaSet !== undefined && { MONGODB_REPLICA_SET: shape.replicaSet }),
      MONGODB_USE_SSL: shape.tls !== "off",
      OPENEDX_PULUMI_MONGODB_TLS: shape.tls,
      ...(shape.adminUser !== undefined && {
        OPENEDX_PULUMI_MONGODB_ADMIN_USERNAME: shape.adminUser,
        OPENEDX_PULUMI_MONGODB_ADMIN_AUTH_SOURCE: shape.authSource,
      }),
    },
    ...(shape.users !== "managed" && { made: { MONGODB_PASSWORD: ownPassword } }),
  }),
};
