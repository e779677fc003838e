import * as backup from "@pulumi/aws/backup/index.js";
import type { BackupStore } from "../../src/cloud/services.js";
import { type Bucket, createBucket } from "./bucket.js";
import { serviceRole } from "./cluster.js";
import type { Keys } from "./keys.js";
import { component, kept, type Place } from "./place.js";
import { backupTag } from "./storage.js";

/** UTC, before Europe's morning. */
const schedule = "cron(0 3 * * ? *)";
const keepDays = 35;

export interface Backups {
  store: BackupStore;
  bucket: Bucket;
}

/** Every day a copy of what carries the stack's backup tag: the database, shared files, volumes. */
function createPlan(at: Place, name: string, vault: backup.Vault): void {
  const { settings, opts } = at;
  const { role, grants } = serviceRole(at, "backup", "backup.amazonaws.com", [
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
      selectionTags: Object.entries(backupTag(settings.name)).map(([key, value]) => ({
        type: "STRINGEQUALS",
        key,
        value,
      })),
    },
    { ...opts, dependsOn: grants },
  );
}

/** A bucket for dumps and Velero, and AWS's own backups of what AWS runs. */
export function createBackups(place: Place, keys: Keys): Backups {
  const { settings } = place;
  const at = component(place, "Backups", `${settings.name}-backups`);
  const bucket = createBucket(at, { purpose: "backup", keys, keepVersionsDays: keepDays });
  const name = `${settings.name}-backup`;
  // There in a disposable stack too: one that was made before is emptied before it goes.
  const vault = new backup.Vault(
    name,
    { name, kmsKeyArn: keys.data.arn, forceDestroy: settings.disposable },
    kept(at),
  );
  if (!settings.disposable) {
    createPlan(at, name, vault);
  }
  return { bucket, store: { kind: "s3", bucket: bucket.bucket.bucket, region: settings.region } };
}
