import type * as pulumi from "@pulumi/pulumi";
import type { MongoShape } from "../../cloud/services.js";
import {
  type ClusterContext,
  type ClusterServer,
  createPassword,
  createSecret,
  createServiceRelease,
  madeFrom,
  operatorStore,
} from "../cluster.js";
import { sharedNames } from "../names.js";
import { createReadyJob } from "../readiness.js";
import type { ServerAddress } from "../types.js";
import {
  mongodbImage,
  mongodbOperatorValues,
  mongodbReadyScript,
  mongodbUsersName,
  mongodbValues,
} from "./cluster.js";
import { replicaSet } from "./plan.js";

const passwordKey = "MONGODB_USER_ADMIN_PASSWORD";

/** Operator, then the replica set that it makes, then the wait until it serves. */
export function createMongodb(
  context: ClusterContext,
  { shape, address }: { shape: MongoShape; address: ServerAddress },
  backupKeys: pulumi.Resource[],
): ClusterServer {
  const { config, placement, namespace, parent } = context;
  const adminPassword = createPassword(context, "mongodb-admin", { holdsData: true });
  const users = createSecret(context, mongodbUsersName, {
    MONGODB_USER_ADMIN_USER: shape.adminUser,
    [passwordKey]: adminPassword,
  });
  const operator = createServiceRelease(context, {
    chart: "psmdb-operator",
    name: "mongodb-operator",
    values: mongodbOperatorValues(placement),
    holdsData: false,
    after: [],
  });
  const cluster = createServiceRelease(context, {
    chart: "psmdb-db",
    name: sharedNames.mongodb,
    values: mongodbValues(config.services, placement, operatorStore(context)),
    holdsData: true,
    after: [operator, users, ...backupKeys],
  });
  const ready = createReadyJob(
    {
      name: "mongodb",
      namespace,
      image: mongodbImage,
      script: mongodbReadyScript,
      env: {
        HOST: address.host,
        PORT: String(shape.port),
        ADMIN_USER: shape.adminUser,
        REPLICA_SET: replicaSet,
      },
      secretEnv: { ADMIN_PASSWORD: { secret: mongodbUsersName, key: passwordKey } },
      madeFrom: madeFrom(context, "psmdb-db", config.services.mongodb, config.services.size),
      placement,
    },
    { parent, dependsOn: [cluster] },
  );
  return { ready: [ready], adminPassword };
}
