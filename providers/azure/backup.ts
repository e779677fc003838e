import { BlobContainer } from "@pulumi/azure-native/storage/blobContainer.js";
import type { BackupStore } from "../../src/cloud/services.js";
import { type AzureContext, lock } from "./context.js";
import type { Granting } from "./identity.js";
import type { Network } from "./network.js";
import { grant, principal } from "./roles.js";
import { storageAccount } from "./storageAccount.js";

export interface Backup {
  store: BackupStore;
  /** For who writes and reads it, by purpose. */
  grants: { velero: Granting; "database-backup": Granting };
}

/** A storage account that only the cluster's network reaches, with one container. */
export function azureBackup(context: AzureContext, network: Network): Backup {
  const { name, groups, guarded } = context;
  const { account, below } = storageAccount(context, {
    what: "backup",
    corsOrigins: [],
    publicContainers: false,
    subnet: network.nodes,
  });
  const container = new BlobContainer(
    `${name}-backup`,
    {
      resourceGroupName: groups.data.name,
      accountName: account.name,
      containerName: "backup",
      publicAccess: "None",
    },
    guarded,
  );
  lock(context, "backup", account, [...below, container]);
  const files = { name: "backup", id: container.id };
  return {
    store: {
      kind: "azure",
      bucket: container.name,
      account: account.name,
      resourceGroup: groups.data.name,
      region: context.settings.location,
    },
    grants: {
      "database-backup": (identity) => [
        grant(context, principal("database-backup", identity), "Storage Blob Data Contributor", files),
      ],
      // Its snapshots are the disk driver's, which takes them as the cluster.
      velero: (identity) => [
        grant(context, principal("velero", identity), "Storage Blob Data Contributor", files),
      ],
    },
  };
}
