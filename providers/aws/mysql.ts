import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as rds from "@pulumi/aws/rds/index.js";
import * as pulumi from "@pulumi/pulumi";
import { cloudName } from "../../src/cloud/names.js";
import { awsNames } from "./facts.js";
import type { MySqlServer } from "../../src/cloud/services.js";
import { mysqlAdmin } from "./abilities.js";
import { type DataParts, groupForCluster } from "./dataParts.js";
import { logGroup } from "./logs.js";
import { type AwsContext, backupTag } from "./context.js";
import { databaseCa } from "./databaseCa.js";
import { password } from "../part.js";

const version = "8.4";
const slowSeconds = "2";

/** What Open edX asks of the server. Static ones wait for a restart. */
const parameters = [
  { name: "character_set_server", value: "utf8mb4" },
  { name: "collation_server", value: "utf8mb4_unicode_ci" },
  { name: "log_bin_trust_function_creators", value: "1" },
  // Its default is a table, from which nothing reaches CloudWatch.
  { name: "log_output", value: "FILE" },
  { name: "long_query_time", value: slowSeconds },
  { name: "max_allowed_packet", value: "67108864" },
  { name: "require_secure_transport", value: "1" },
  { name: "slow_query_log", value: "1" },
  { name: "time_zone", value: "UTC" },
].map((parameter) => ({ ...parameter, applyMethod: "pending-reboot" }));

/** By what clients check the server's certificate. */
function authority({ settings }: AwsContext): Pick<MySqlServer, "ca"> {
  const ca = databaseCa(settings);
  return ca === undefined ? {} : { ca };
}

/** A server that exists, whose owner lets the cluster's security group in. */
function findServer(context: AwsContext, id: string, givenPassword?: string): MySqlServer {
  const server = rds.Instance.get(`${context.settings.name}-mysql`, id, {}, context.opts);
  return {
    host: server.address,
    adminPassword: pulumi.secret(givenPassword ?? ""),
    ...authority(context),
  };
}

/**
 * RDS for MySQL: private, encrypted, with backups; or the server that the config names.
 * @param givenPassword of the existing server's administrator
 */
export function awsMySql(
  context: AwsContext,
  parts: DataParts,
  givenPassword: string | undefined,
): MySqlServer {
  const { settings } = context;
  const { database } = settings.existing;
  const name = `${settings.name}-mysql`;
  if (database !== undefined) {
    return findServer(context, database.id, givenPassword);
  }
  const identifier = cloudName(awsNames.database, name);
  const adminPassword = password(context, name);
  const group = groupForCluster(context, { name, description: "MySQL", port: 3306, ...parts });
  const subnetGroup = new rds.SubnetGroup(name, { name, subnetIds: parts.network.dataSubnets }, context.opts);
  const parameterGroup = new rds.ParameterGroup(
    name,
    { name, family: `mysql${version}`, description: "Open edX", parameters },
    context.opts,
  );
  const exports = ["error", "slowquery"];
  const logs: cloudwatch.LogGroup[] = exports.map((kind) =>
    logGroup(context, parts.keys, `${name}-${kind}`, `/aws/rds/instance/${identifier}/${kind}`),
  );
  const server = new rds.Instance(
    name,
    {
      identifier,
      engine: "mysql",
      engineVersion: version,
      engineLifecycleSupport: "open-source-rds-extended-support-disabled",
      instanceClass: settings.mysql.instanceClass,
      storageType: "gp3",
      allocatedStorage: settings.mysql.storageGiB,
      maxAllocatedStorage: settings.mysql.maxStorageGiB,
      storageEncrypted: true,
      kmsKeyId: parts.keys.data.arn,
      multiAz: settings.mysql.multiAz,
      dbSubnetGroupName: subnetGroup.name,
      vpcSecurityGroupIds: [group.id],
      publiclyAccessible: false,
      parameterGroupName: parameterGroup.name,
      username: mysqlAdmin,
      password: adminPassword,
      autoMinorVersionUpgrade: true,
      applyImmediately: settings.maintenance.applyImmediately,
      maintenanceWindow: settings.maintenance.window,
      backupWindow: settings.maintenance.backupWindow,
      backupRetentionPeriod: settings.mysql.backupDays,
      copyTagsToSnapshot: true,
      enabledCloudwatchLogsExports: exports,
      ...(context.disposable
        ? { deletionProtection: false, skipFinalSnapshot: true, deleteAutomatedBackups: true }
        : {
            deletionProtection: true,
            skipFinalSnapshot: false,
            finalSnapshotIdentifier: `${identifier}-final`,
            deleteAutomatedBackups: false,
          }),
      tags: { Name: name, ...backupTag(context) },
    },
    { ...context.guarded, dependsOn: logs },
  );
  return { host: server.address, adminPassword: pulumi.secret(adminPassword), ...authority(context) };
}
