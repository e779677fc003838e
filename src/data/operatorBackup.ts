import type * as pulumi from "@pulumi/pulumi";
import type { BackupStore } from "../cloud/services.js";
import type { HelmValues } from "../cloud/types.js";

/** Name of the Secret with the store's keys. */
export const backupKeysName = "backup-keys";
/** What the operators call the store. */
export const storageName = "main";

/** A store that the operators can use: they need keys, and so do we. */
export type KeyedStore = BackupStore & Required<Pick<BackupStore, "keys">>;

export function hasKeys(store: BackupStore | undefined): store is KeyedStore {
  return store?.keys !== undefined;
}

/** The Secret's content, by the names that both of Percona's operators read. */
export function backupKeys({ kind, account, keys }: KeyedStore): Record<string, pulumi.Input<string>> {
  return kind === "azure"
    ? { AZURE_STORAGE_ACCOUNT_NAME: account ?? keys.accessKey, AZURE_STORAGE_ACCOUNT_KEY: keys.secretKey }
    : { AWS_ACCESS_KEY_ID: keys.accessKey, AWS_SECRET_ACCESS_KEY: keys.secretKey };
}

/**
 * The store, as both operators' custom resources have it. Google's is spoken to as S3, by HMAC keys: the operators want
 * other Secrets for its own protocol.
 * @param prefix Folder of this service's backups.
 */
export function operatorStorage({ kind, bucket, endpoint, region }: KeyedStore, prefix: string): HelmValues {
  if (kind === "azure") {
    return {
      type: "azure",
      azure: {
        container: bucket,
        prefix,
        credentialsSecret: backupKeysName,
        ...(endpoint !== undefined && { endpointUrl: endpoint }),
      },
    };
  }
  const url = endpoint ?? (kind === "gcs" ? "https://storage.googleapis.com" : undefined);
  return {
    type: "s3",
    s3: {
      bucket,
      prefix,
      credentialsSecret: backupKeysName,
      ...(region !== undefined && { region }),
      ...(url !== undefined && { endpointUrl: url }),
    },
  };
}
