import type { MongoShape } from "../../cloud/services.js";
import type { ServicesConfig } from "../../config/services.js";
import { readAuthority } from "../authority.js";
import { missingCredentials } from "../credentials.js";
import { sharedNames } from "../names.js";
import {
  needsHost,
  type PlanContext,
  type Planned,
  planManaged,
  replicaFaults,
  sizeFaults,
} from "../planning.js";
import type { ServerAddress, ServicePlan } from "../types.js";

/** Of a replica set; MongoDB lets no more members vote. */
const mostServers = 7;
export const replicaSet = "rs0";
/** Makes users and nothing else: the least that an administrator of accounts can be. */
export const userAdmin = "userAdmin";

export function planMongodb(context: PlanContext): Planned<ServicePlan<MongoShape, ServerAddress>> {
  const { services, abilities } = context;
  const { mongodb } = services;
  switch (mongodb.mode) {
    case "bundled":
      return { plan: { mode: "bundled" }, faults: [] };
    case "managed":
      return planManaged(context, "mongodb", abilities.managed.mongodb);
    case "cluster":
      return {
        plan: {
          mode: "cluster",
          shape: {
            // The headless Service leads to any member, which names the others.
            address: "single",
            port: 27017,
            replicaSet,
            tls: "require",
            adminUser: userAdmin,
            authSource: "admin",
          },
          address: { host: `${sharedNames.mongodb}-${replicaSet}.${services.namespace}.svc` },
        },
        faults: [
          ...replicaFaults("mongodb.replicas", mongodb.replicas, mostServers),
          ...sizeFaults("mongodb", mongodb, { storage: "3Gi", memory: "512Mi" }),
        ],
      };
    case "external":
      return planExternal(context, mongodb.external);
  }
}

function planExternal(
  { config }: PlanContext,
  external: ServicesConfig["mongodb"]["external"],
): Planned<ServicePlan<MongoShape, ServerAddress>> {
  const { host = "", port, srv, replicaSet: set, tls, adminUser, authSource, ca } = external;
  const key = "openedx:services.mongodb.external";
  const authority = readAuthority(ca, `${key}.ca`);
  const isList = host.includes(",") || host.includes(":");
  return {
    plan: {
      mode: "external",
      shape: {
        address: srv ? "srv" : isList ? "list" : "single",
        port,
        ...(set !== undefined && { replicaSet: set }),
        tls,
        adminUser,
        authSource,
      },
      address: { host, ...(authority.ca !== undefined && { ca: authority.ca }) },
    },
    faults: [
      ...needsHost("mongodb.external.host", external.host),
      ...(srv && isList ? [`${key}.host: ${host} is a list, and srv is true, which takes one DNS name`] : []),
      ...(!srv && isList && set === undefined
        ? [`${key}.replicaSet: is missing; the members of a list are found by the replica set's name`]
        : []),
      ...missingCredentials(config, "mongodb", "external"),
      ...authority.faults,
    ],
  };
}
