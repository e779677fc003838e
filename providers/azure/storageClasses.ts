import type { Cloud } from "../../src/cloud/types.js";
import { storageClasses } from "../storageClasses.js";
import type { Cluster } from "./cluster.js";
import { type AzureContext, tagsOf } from "./context.js";

/** Classes for volumes: disks in all zones, with the stack's key where it has one; and, if asked for, shared files. */
export function azureStorageClasses(context: AzureContext, cluster: Cluster): Cloud["storageClasses"] {
  const { settings, name, opts } = context;
  const { diskEncryptionSet, provider, ready } = cluster;
  const tags = Object.entries(tagsOf(context))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  return storageClasses(
    name,
    {
      disks: {
        provisioner: "disk.csi.azure.com",
        parameters: {
          skuName: settings.storage.disks,
          tags,
          ...(diskEncryptionSet && { diskEncryptionSetID: diskEncryptionSet }),
        },
      },
      snapshots: { incremental: "true", tags },
      ...(settings.sharedStorage && {
        files: {
          provisioner: "file.csi.azure.com",
          parameters: {
            protocol: "nfs",
            skuName: "Premium_ZRS",
            networkEndpointType: "privateEndpoint",
            tags,
          },
          mountOptions: ["nconnect=4", "noresvport", "actimeo=30"],
          volumeBindingMode: "Immediate",
        },
      }),
    },
    { parent: opts.parent, provider, dependsOn: ready },
  );
}
