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
import type { MySqlShape } from "../../cloud/services.js";
import type { ServerAddress } from "../types.js";
import { mysqlImage, mysqlOperatorValues, mysqlReadyScript, mysqlUsersName, mysqlValues } from "./cluster.js";
import type * as pulumi from "@pulumi/pulumi";

/** Operator, then the cluster that it makes, then the wait until it serves. */
export function createMysql(
  context: ClusterContext,
  { shape, address }: { shape: MySqlShape; address: ServerAddress },
  backupKeys: pulumi.Resource[],
): ClusterServer {
  const { config, placement, namespace, parent } = context;
  const adminPassword = createPassword(context, "mysql-admin", { holdsData: true });
  const users = createSecret(context, mysqlUsersName, { root: adminPassword });
  const operator = createServiceRelease(context, {
    chart: "ps-operator",
    name: "mysql-operator",
    values: mysqlOperatorValues(placement),
    holdsData: false,
    after: [],
  });
  const values = mysqlValues(config.services, placement, operatorStore(context));
  const cluster = createServiceRelease(context, {
    chart: "ps-db",
    name: sharedNames.mysql,
    values,
    holdsData: true,
    after: [operator, users, ...backupKeys],
  });
  const ready = createReadyJob(
    {
      name: "mysql",
      namespace,
      image: mysqlImage,
      script: mysqlReadyScript,
      env: { HOST: address.host, PORT: String(shape.port), ADMIN_USER: shape.adminUser },
      secretEnv: { MYSQL_PWD: { secret: mysqlUsersName, key: "root" } },
      madeFrom: madeFrom(context, "ps-db", config.services.mysql, config.services.size),
      placement,
    },
    { parent, dependsOn: [cluster] },
  );
  return { ready: [ready], adminPassword };
}
