import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember.js";
import { type BackupConfig, dumpsPrefix } from "../../src/cloud/backupStore.js";
import type { BackupStore } from "../../src/cloud/services.js";
import { gcpBucket } from "./bucket.js";
import { after } from "../part.js";
import type { GcpContext } from "./context.js";
import type { Granting, Principal } from "./identity.js";
import { gcpBackupKey, type Keys } from "./keys.js";

export interface Backup {
  store: BackupStore;
  /** For who writes and reads it, by purpose. */
  grants: { velero: Granting; "database-backup": Granting };
}

/** A bucket for dumps and Velero's backups. */
export function gcpBackup(
  context: GcpContext,
  keys: Keys,
  { days, region = context.settings.region }: BackupConfig["services"]["backup"],
): Backup {
  const { name, granting } = context;
  const key = gcpBackupKey(context, region);
  const bucket = gcpBucket(context, keys, {
    what: "backup",
    corsOrigins: [],
    publicFolder: false,
    region,
    ...(key && { key }),
    expire: { prefix: dumpsPrefix, days },
  });
  const objects = (
    role: "objectUser" | "objectCreator",
    { name: who, member, ready }: Principal,
  ): BucketIAMMember =>
    new BucketIAMMember(
      `${name}-${who}-objects`,
      { bucket: bucket.name, role: `roles/storage.${role}`, member },
      after(granting, ready),
    );
  return {
    store: { kind: "gcs", bucket: bucket.name, region },
    grants: {
      // It adds dumps, and can neither delete nor overwrite one.
      "database-backup": (principal) => [objects("objectCreator", principal)],
      // Its snapshots are the disk driver's, which takes them as GKE.
      velero: (principal) => [objects("objectUser", principal)],
    },
  };
}
