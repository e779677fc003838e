import { BlobContainer } from "@pulumi/azure-native/storage/blobContainer.js";
import { type BackupConfig, dumpsPrefix } from "../../src/cloud/backupStore.js";
import type { BackupStore } from "../../src/cloud/services.js";
import type { AzureContext } from "./context.js";
import type { Granting } from "./identity.js";
import type { Network } from "./network.js";
import { grant, grantCustom, principal } from "./roles.js";
import { storageAccount } from "./storageAccount.js";

export interface Backup {
  store: BackupStore;
  /** For who writes and reads it, by purpose. */
  grants: { velero: Granting; "database-backup": Granting };
}

/** A storage account that only the cluster's network reaches, with one container. */
export function azureBackup(
  context: AzureContext,
  network: Network,
  { days }: BackupConfig["services"]["backup"],
): Backup {
  const { name, groups, guarded } = context;
  const { account } = storageAccount(context, {
    what: "backup",
    corsOrigins: [],
    publicContainers: false,
    subnet: network.nodes,
    expire: { prefix: `backup/${dumpsPrefix}`, days },
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
  // No lock: rights to it come and go while it stays, which a lock forbids. Its containers can be brought back for a while.
  // https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
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
        grantCustom(context, principal("database-backup", identity), "dump-writer", files, groups.data.id),
      ],
      // Its snapshots are the disk driver's, which takes them as the cluster.
      velero: (identity) => [
        grant(context, principal("velero", identity), "Storage Blob Data Contributor", files),
      ],
    },
  };
}
