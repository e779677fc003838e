import * as backup from "@pulumi/aws/backup/index.js";
import type { BackupStore } from "../../src/cloud/services.js";
import { type BackupConfig, dumpsPrefix } from "../../src/cloud/backupStore.js";
import { awsBucket } from "./bucket.js";
import { serviceRole } from "./identity.js";
import { awsKey, type Keys } from "./keys.js";
import type { BucketRef } from "./policies.js";
import { type AwsContext, backupTag } from "./context.js";

/** UTC, before Europe's morning. */
const schedule = "cron(0 3 * * ? *)";
const keepDays = 35;

export interface Backups {
  store: BackupStore;
  bucket: BucketRef;
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

/** A bucket for dumps and Velero, under a key of its own, and AWS's own backups of what AWS runs. */
export function awsBackup(
  context: AwsContext,
  keys: Keys,
  { days, region = context.settings.region }: BackupConfig["services"]["backup"],
): Backups {
  const { settings } = context;
  const elsewhere = region === settings.region ? {} : { region };
  const bucket = awsBucket(context, {
    ...elsewhere,
    purpose: "backup",
    key: awsKey(context, { ...elsewhere, name: "backup", description: "dumps and Velero's backups" }),
    keepVersionsDays: keepDays,
    expire: { prefix: dumpsPrefix, days },
  });
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
  return {
    bucket: { ...bucket, region },
    store: { kind: "s3", bucket: bucket.bucket.bucket, region },
  };
}
