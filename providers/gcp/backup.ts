import { IAMMember } from "@pulumi/gcp/projects/iammember.js";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember.js";
import type { BackupStore } from "../../src/cloud/services.js";
import { gcpBucket } from "./bucket.js";
import { after } from "../part.js";
import type { GcpContext } from "./context.js";
import type { Granting, Principal } from "./identity.js";
import type { Keys } from "./keys.js";
import type { CustomRoles } from "./roles.js";

export interface Backup {
  store: BackupStore;
  /** For who writes and reads it, by purpose. */
  grants: { velero: Granting; "database-backup": Granting };
}

/** A bucket for dumps and Velero's backups. */
export function gcpBackup(context: GcpContext, keys: Keys, roles: CustomRoles): Backup {
  const { settings, name, opts } = context;
  const bucket = gcpBucket(context, keys, { what: "backup", corsOrigins: [], publicFolder: false });
  const objects = ({ name: who, member, ready }: Principal): BucketIAMMember =>
    new BucketIAMMember(
      `${name}-${who}-objects`,
      { bucket: bucket.name, role: "roles/storage.objectUser", member },
      after(opts, ready),
    );
  return {
    store: { kind: "gcs", bucket: bucket.name, region: settings.region },
    grants: {
      "database-backup": (principal) => [objects(principal)],
      velero: (principal) => [
        objects(principal),
        new IAMMember(
          `${name}-${principal.name}-disks`,
          { project: settings.project, role: roles("disk_backup"), member: principal.member },
          after(opts, principal.ready),
        ),
      ],
    },
  };
}
