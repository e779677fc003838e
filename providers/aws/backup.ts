import * as backup from "@pulumi/aws/backup/index.js";
import type { BackupStore } from "../../src/cloud/services.js";
import { type Bucket, awsBucket } from "./bucket.js";
import { serviceRole } from "./identity.js";
import type { Keys } from "./keys.js";
import { type AwsContext, backupTag } from "./context.js";

/** UTC, before Europe's morning. */
const schedule = "cron(0 3 * * ? *)";
const keepDays = 35;

export interface Backups {
  store: BackupStore;
  bucket: Bucket;
}

/** Every day a copy of what carries the stack's backup tag: the database, shared files, volumes. */
function createPlan(context: AwsContext, name: string, vault: backup.Vault): void {
  const { settings, opts } = context;
  const { role, grants } = serviceRole(context, "backup", "backup.amazonaws.com", [
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
  ]);
  const plan = new backup.Plan(
    name,
    {
      name,
      rules: [
        {
          ruleName: "daily",
          targetVaultName: vault.name,
          schedule,
          lifecycle: { deleteAfter: keepDays },
          recoveryPointTags: settings.tags,
        },
      ],
    },
    opts,
  );
  new backup.Selection(
    name,
    {
      name,
      planId: plan.id,
      iamRoleArn: role.arn,
      selectionTags: Object.entries(backupTag(context)).map(([key, value]) => ({
        type: "STRINGEQUALS",
        key,
        value,
      })),
    },
    { ...opts, dependsOn: grants },
  );
}

/** A bucket for dumps and Velero, and AWS's own backups of what AWS runs. */
export function awsBackup(context: AwsContext, keys: Keys): Backups {
  const { settings } = context;
  const bucket = awsBucket(context, { purpose: "backup", keys, keepVersionsDays: keepDays });
  const name = `${settings.name}-backup`;
  // There in a disposable stack too: one that was made before is emptied before it goes.
  const vault = new backup.Vault(
    name,
    { name, kmsKeyArn: keys.data.arn, forceDestroy: context.disposable },
    context.guarded,
  );
  if (!context.disposable) {
    createPlan(context, name, vault);
  }
  return { bucket, store: { kind: "s3", bucket: bucket.bucket.bucket, region: settings.region } };
}
