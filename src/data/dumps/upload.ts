import * as pulumi from "@pulumi/pulumi";
import type { BackupStore } from "../../cloud/services.js";
import { backupKeysName } from "../operatorBackup.js";

/** A container's variable. */
export interface Variable {
  name: string;
  value?: pulumi.Input<string>;
  valueFrom?: { secretKeyRef: { name: string; key: string } };
}

/**
 * The store as a remote of rclone's, by variables. Nothing is asked that a right to create alone does not answer: whether
 * the bucket is there, what is in it. https://rclone.org/docs/#config-file
 */
export function remote({ kind, account, endpoint, region, keys }: BackupStore): Variable[] {
  // Google's keys (HMAC) are for its S3 interface.
  const spoken = kind === "gcs" && keys !== undefined ? "s3" : kind;
  const url = endpoint ?? (spoken === kind ? undefined : "https://storage.googleapis.com");
  const options: Record<string, pulumi.Input<string> | undefined> = {
    s3: {
      type: "s3",
      provider: kind === "gcs" ? "GCS" : url === undefined ? "AWS" : "Other",
      env_auth: "true",
      region,
      endpoint: url,
      no_check_bucket: "true",
      no_head: "true",
      no_head_object: "true",
    },
    gcs: {
      type: "google cloud storage",
      env_auth: "true",
      bucket_policy_only: "true",
      no_check_bucket: "true",
    },
    azure: {
      type: "azureblob",
      account,
      endpoint: url,
      no_check_container: "true",
      ...(keys === undefined && { env_auth: "true" }),
    },
  }[spoken];
  return [
    ...Object.entries(options).flatMap(([key, value]) =>
      value === undefined ? [] : [{ name: `RCLONE_CONFIG_STORE_${key.toUpperCase()}`, value }],
    ),
    ...(keys === undefined ? [] : keysOf(spoken)),
  ];
}

/** From the Secret that the operators read, too. */
function keysOf(spoken: BackupStore["kind"]): Variable[] {
  const names: Record<string, string> =
    spoken === "azure"
      ? { RCLONE_CONFIG_STORE_KEY: "AZURE_STORAGE_ACCOUNT_KEY" }
      : { AWS_ACCESS_KEY_ID: "AWS_ACCESS_KEY_ID", AWS_SECRET_ACCESS_KEY: "AWS_SECRET_ACCESS_KEY" };
  return Object.entries(names).map(([name, key]) => ({
    name,
    valueFrom: { secretKeyRef: { name: backupKeysName, key } },
  }));
}

/** Rclone's arguments for a copy of the folder below the prefix. What is in the store is neither looked at nor changed. */
export function uploadArgs(
  folder: string,
  { kind, bucket }: BackupStore,
  prefix: string,
): pulumi.Input<string>[] {
  return [
    ...["copy", folder, pulumi.interpolate`store:${bucket}/${prefix}`],
    // No file for its config, which is all in variables.
    // The Job tries again, in a folder of its own: what is there already must not be written over.
    ...["--retries=1"],
    ...["--config=", "--no-check-dest", "--stats-one-line", "--stats=1m", "--stats-log-level=NOTICE"],
    // S3 answers with another checksum under a key of one's own; what was sent it has compared already.
    ...(kind === "s3" ? ["--ignore-checksum"] : []),
  ];
}
