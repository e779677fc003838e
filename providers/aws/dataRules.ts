import type { InputRule } from "../../src/cloud/rules.js";
import { mapsOf } from "../../src/workspace/yaml.js";
import { apart, identifier, named, window } from "./ruleForms.js";

const vaultForm = /[a-zA-Z0-9_-]{2,50}/;

/** What AWS's API takes of what holds data, by the rest of the type token; sources as in `rules.ts`. */
export const dataRules: Readonly<Record<string, readonly InputRule[]>> = {
  "backup/plan:Plan": [
    {
      path: "rules[].ruleName",
      pattern: /[\w.-]{1,50}/,
      source: "backup CreateBackupPlan.BackupPlan.Rules[].RuleName",
    },
    named("backup CreateBackupPlan.BackupPlan.BackupPlanName; pattern of RuleName", 50, /[\w.-]+/),
  ],
  "backup/selection:Selection": [
    named("backup CreateBackupSelection.BackupSelection.SelectionName", 50, /[\w.-]+/),
    {
      path: "selectionTags[].type",
      oneOf: ["STRINGEQUALS"],
      source: "backup CreateBackupSelection.BackupSelection.ListOfTags[].ConditionType",
    },
  ],
  "backup/vault:Vault": [named("backup CreateBackupVault.BackupVaultName", 50, vaultForm)],
  "ecr/repository:Repository": [
    named(
      "ecr CreateRepository.repositoryName",
      256,
      /[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*/,
    ),
  ],
  "efs/fileSystem:FileSystem": [
    { path: "creationToken", min: 1, max: 64, source: "efs CreateFileSystem.CreationToken" },
    {
      path: "throughputMode",
      oneOf: ["bursting", "provisioned", "elastic"],
      source: "efs CreateFileSystem.ThroughputMode",
    },
    {
      path: "lifecyclePolicies[].transitionToIa",
      pattern: /AFTER_(1_DAY|(7|14|30|60|90|180|270|365)_DAYS)/,
      source: "efs PutLifecycleConfiguration.LifecyclePolicies[].TransitionToIA",
    },
  ],
  "elasticache/parameterGroup:ParameterGroup": [
    named("elasticache CreateCacheParameterGroup.CacheParameterGroupName", 255, identifier),
  ],
  "elasticache/replicationGroup:ReplicationGroup": [
    named("elasticache CreateReplicationGroup.ReplicationGroupId", 40, identifier, "replicationGroupId"),
    {
      path: "numCacheClusters",
      min: 1,
      max: 6,
      source: "elasticache CreateReplicationGroup.NumCacheClusters",
    },
    {
      path: "automaticFailoverEnabled",
      check: ({ automaticFailoverEnabled, numCacheClusters }) =>
        automaticFailoverEnabled === true && Number(numCacheClusters) < 2 ? "needs a second node" : undefined,
      source: "elasticache CreateReplicationGroup.AutomaticFailoverEnabled",
    },
    {
      path: "nodeType",
      not: /^cache\.r6gd\./,
      source: "elasticache CreateReplicationGroup.DataTieringEnabled",
    },
    {
      path: "authToken",
      min: 16,
      max: 128,
      pattern: /[\w!&#$^<>-]+/,
      without: "userGroupIds",
      source: "elasticache CreateReplicationGroup.AuthToken",
    },
    { path: "userGroupIds", max: 1, source: "elasticache CreateReplicationGroup.UserGroupIds" },
    { path: "snapshotRetentionLimit", min: 0, max: 35, source: "ElastiCache user guide, automatic backups" },
    window("maintenanceWindow", 60, "elasticache CreateReplicationGroup.PreferredMaintenanceWindow"),
    window("snapshotWindow", 60, "elasticache CreateReplicationGroup.SnapshotWindow"),
    apart("maintenanceWindow", "snapshotWindow", "ElastiCache user guide, automatic backups"),
  ],
  "elasticache/subnetGroup:SubnetGroup": [
    named("elasticache CreateCacheSubnetGroup.CacheSubnetGroupName", 255, /[a-z0-9-]+/),
  ],
  "elasticache/user:User": [
    named("elasticache CreateUser.UserId", 40, identifier, "userId"),
    { path: "userName", min: 1, max: 120, source: "elasticache CreateUser.UserName" },
    { path: "engine", oneOf: ["valkey", "redis"], source: "elasticache CreateUser.Engine" },
    {
      path: "accessString",
      pattern: /(on|off) .*\S.*/,
      not: /(^|\s)(reset|[><]\S+)(\s|$)/,
      source: "elasticache CreateUser.AccessString; ElastiCache user guide, RBAC: no passwords, no reset",
    },
    {
      path: "passwords",
      min: 1,
      max: 2,
      source: "elasticache CreateUser.Passwords",
    },
  ],
  "elasticache/userGroup:UserGroup": [
    named("elasticache CreateUserGroup.UserGroupId", 40, identifier, "userGroupId"),
    { path: "engine", oneOf: ["valkey", "redis"], source: "elasticache CreateUserGroup.Engine" },
    { path: "userIds", max: 100, source: "ElastiCache user guide, quotas: users per user group" },
  ],
  "rds/instance:Instance": [
    named("rds CreateDBInstance.DBInstanceIdentifier", 63, identifier, "identifier"),
    named("rds CreateDBInstance.MasterUsername", 16, /[a-zA-Z]\w*/, "username"),
    { path: "allocatedStorage", min: 20, max: 65536, source: "rds CreateDBInstance.AllocatedStorage" },
    {
      path: "maxAllocatedStorage",
      max: 65536,
      check: ({ allocatedStorage, maxAllocatedStorage }) =>
        Number(maxAllocatedStorage) * 10 < Number(allocatedStorage) * 11
          ? `is ${String(maxAllocatedStorage)}, less than a tenth more than ${String(allocatedStorage)}`
          : undefined,
      source: "RDS user guide, storage autoscaling: at least 10 % more than what is allocated",
    },
    { path: "backupRetentionPeriod", min: 0, max: 35, source: "rds CreateDBInstance.BackupRetentionPeriod" },
    {
      path: "instanceClass",
      not: /^db\.(t2|m[1-4]|r[34])\./,
      source: "RDS user guide, classes for MySQL 8.4",
    },
    {
      path: "enabledCloudwatchLogsExports[]",
      oneOf: ["audit", "error", "general", "slowquery", "iam-db-auth-error"],
      source: "rds CreateDBInstance.EnableCloudwatchLogsExports, MySQL",
    },
    named("rds CreateDBSnapshot.DBSnapshotIdentifier", 255, /[a-z](-?[a-z0-9])*/i, "finalSnapshotIdentifier"),
    window("maintenanceWindow", 30, "rds CreateDBInstance.PreferredMaintenanceWindow"),
    window("backupWindow", 30, "rds CreateDBInstance.PreferredBackupWindow"),
    apart("maintenanceWindow", "backupWindow", "rds CreateDBInstance.PreferredBackupWindow"),
  ],
  "rds/parameterGroup:ParameterGroup": [
    named("rds CreateDBParameterGroup.DBParameterGroupName", 255, identifier),
  ],
  "rds/subnetGroup:SubnetGroup": [
    named("rds CreateDBSubnetGroup.DBSubnetGroupName", 255, /[a-z0-9._ -]+/),
    { path: "name", not: /^default$/, source: "rds CreateDBSubnetGroup.DBSubnetGroupName" },
    { path: "subnetIds", min: 2, source: "rds CreateDBSubnetGroup.SubnetIds: two zones" },
  ],
  "route53/zone:Zone": [
    { path: "name", min: 1, max: 1024, source: "route53 CreateHostedZone.Name" },
    { path: "comment", max: 256, source: "route53 CreateHostedZone.HostedZoneConfig.Comment" },
  ],
  "s3/bucket:Bucket": [
    {
      path: "bucket",
      min: 3,
      max: 63,
      pattern: /[a-z0-9][a-z0-9.-]*[a-z0-9]/,
      not: /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$|\.\./,
      source: "S3 user guide, general purpose bucket naming rules",
    },
  ],
  "s3/bucketCorsConfiguration:BucketCorsConfiguration": [
    {
      path: "corsRules[].allowedMethods[]",
      oneOf: ["GET", "HEAD", "PUT", "POST", "DELETE"],
      source: "s3 PutBucketCors",
    },
    {
      path: "corsRules",
      max: 100,
      check: ({ corsRules }) =>
        mapsOf(corsRules).some(({ allowedOrigins }) => /\*.*\*/.test(String(allowedOrigins)))
          ? "has an origin with two wildcards"
          : undefined,
      source: "s3 PutBucketCors; S3 user guide, CORS configuration",
    },
  ],
  "sqs/queue:Queue": [
    named("sqs CreateQueue.QueueName", 80, /[\w-]+/),
    {
      path: "messageRetentionSeconds",
      min: 60,
      max: 1209600,
      source: "sqs CreateQueue.Attributes MessageRetentionPeriod",
    },
  ],
};
