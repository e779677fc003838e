import { BlobContainer } from "@pulumi/azure-native/storage/blobContainer.js";
import type { BackupStore } from "../../src/cloud/services.js";
import type { Cluster } from "./cluster.js";
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
export function azureBackup(context: AzureContext, network: Network, cluster: Cluster): Backup {
  const { name, groups, guarded } = context;
  const account = storageAccount(context, {
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
      "database-backup": (identity) => {
        grant(context, principal("database-backup", identity), "Storage Blob Data Contributor", files);
      },
      velero: (identity) => {
        const velero = principal("velero", identity);
        grant(context, velero, "Storage Blob Data Contributor", files);
        const nodes = { name: "nodes", id: cluster.nodeGroup };
        // The group is there once the cluster is.
        grantCustom(context, velero, "disk-backup", nodes, cluster.nodeGroup, {
          dependsOn: cluster.ready,
        });
      },
    },
  };
}
