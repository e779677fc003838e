import type * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import type { Cloud } from "../../src/cloud/types.js";
import type { Cluster } from "./cluster.js";
import { type AzureContext, tagsOf } from "./context.js";

/** Classes for volumes: disks in all zones, with the stack's key where it has one; and, if asked for, shared files. */
export function storageClasses(context: AzureContext, cluster: Cluster): Cloud["storageClasses"] {
  const { config, name } = context;
  const opts: pulumi.CustomResourceOptions = {
    parent: context.opts.parent,
    provider: cluster.provider,
    dependsOn: cluster.ready,
  };
  const tags = Object.entries(tagsOf(context))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const disks = new k8s.storage.v1.StorageClass(
    `${name}-disks`,
    {
      metadata: { name: "openedx-disks" },
      provisioner: "disk.csi.azure.com",
      parameters: {
        skuName: config.storage.disks,
        tags,
        ...(cluster.diskEncryptionSet && { diskEncryptionSetID: cluster.diskEncryptionSet }),
      },
      reclaimPolicy: "Delete",
      allowVolumeExpansion: true,
      volumeBindingMode: "WaitForFirstConsumer",
    },
    opts,
  );
  // Velero finds the class by the label. AKS brings the definition of such classes.
  new k8s.apiextensions.CustomResource(
    `${name}-disk-snapshots`,
    {
      apiVersion: "snapshot.storage.k8s.io/v1",
      kind: "VolumeSnapshotClass",
      metadata: { name: "openedx-disks", labels: { "velero.io/csi-volumesnapshot-class": "true" } },
      driver: "disk.csi.azure.com",
      deletionPolicy: "Delete",
      parameters: { incremental: "true", tags },
    },
    opts,
  );
  if (!config.sharedStorage) {
    return { readWriteOnce: disks.metadata.name };
  }
  const files = new k8s.storage.v1.StorageClass(
    `${name}-files`,
    {
      metadata: { name: "openedx-files" },
      provisioner: "file.csi.azure.com",
      parameters: {
        protocol: "nfs",
        skuName: "Premium_ZRS",
        networkEndpointType: "privateEndpoint",
        tags,
      },
      mountOptions: ["nconnect=4", "noresvport", "actimeo=30"],
      reclaimPolicy: "Delete",
      allowVolumeExpansion: true,
      volumeBindingMode: "Immediate",
    },
    opts,
  );
  return { readWriteOnce: disks.metadata.name, readWriteMany: files.metadata.name };
}
