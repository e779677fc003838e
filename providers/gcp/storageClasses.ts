import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../../src/cloud/types.js";
import type { Cluster } from "./cluster.js";
import { type GcpContext, labelsOf } from "./context.js";
import type { Keys } from "./keys.js";
import type { Network } from "./network.js";

/** Classes for volumes: disks, with the stack's key where it has one; and, if asked for, shared files. */
export function storageClasses(
  context: GcpContext,
  cluster: Cluster,
  { network, keys }: { network: Network; keys: Keys },
): Cloud["storageClasses"] {
  const { config, name } = context;
  const key = keys("disks");
  const opts: pulumi.CustomResourceOptions = {
    parent: context.opts.parent,
    provider: cluster.provider,
    dependsOn: [...cluster.ready, ...(key?.ready ?? [])],
  };
  const labels = Object.entries(labelsOf(context))
    .map(([label, value]) => `${label}=${value}`)
    .join(",");
  const disks = new k8s.storage.v1.StorageClass(
    `${name}-disks`,
    {
      metadata: { name: "openedx-disks" },
      provisioner: "pd.csi.storage.gke.io",
      parameters: {
        type: config.storage.disks,
        labels,
        ...(key && { "disk-encryption-kms-key": key.id }),
      },
      reclaimPolicy: "Delete",
      allowVolumeExpansion: true,
      volumeBindingMode: "WaitForFirstConsumer",
    },
    opts,
  );
  // Velero finds the class by the label. GKE brings the definition of such classes.
  new k8s.apiextensions.CustomResource(
    `${name}-disk-snapshots`,
    {
      apiVersion: "snapshot.storage.k8s.io/v1",
      kind: "VolumeSnapshotClass",
      metadata: { name: "openedx-disks", labels: { "velero.io/csi-volumesnapshot-class": "true" } },
      driver: "pd.csi.storage.gke.io",
      deletionPolicy: "Delete",
      parameters: { "storage-locations": config.region, labels },
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
      provisioner: "filestore.csi.storage.gke.io",
      // Basic HDD, from 100 GiB; Google's keys encrypt it, since this tier takes no others.
      parameters: { tier: "standard", network: network.name, labels },
      reclaimPolicy: "Delete",
      allowVolumeExpansion: true,
      volumeBindingMode: "WaitForFirstConsumer",
    },
    opts,
  );
  return { readWriteOnce: disks.metadata.name, readWriteMany: files.metadata.name };
}
