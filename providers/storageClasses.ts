import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../src/cloud/types.js";

type ClassArgs = k8s.storage.v1.StorageClassArgs;

/** A driver of volumes, and what it is told. */
export interface VolumeArgs extends Omit<ClassArgs, "metadata" | "reclaimPolicy" | "allowVolumeExpansion"> {
  provisioner: string;
  parameters: Record<string, pulumi.Input<string>>;
}

/** Classes of a cluster that the cloud makes. */
export interface StorageArgs {
  /** For volumes that one node mounts. */
  disks: VolumeArgs;
  /** What the disks' driver is told when it takes snapshots. */
  snapshots: Record<string, pulumi.Input<string>>;
  /** For volumes that many nodes mount at once. Default: there are none. */
  files?: VolumeArgs;
}

/**
 * What a class does with the volume of a claim that is deleted: it stays, so that a release, a namespace or a cluster that is
 * deleted takes no data along. The same in every stack, since Kubernetes changes it in no class.
 */
export const reclaimPolicy = "Retain";

/**
 * A class of another policy is made anew under its name, and volumes are bound to no class: those that are there keep the
 * policy that they were made with.
 */
export const classOptions: pulumi.CustomResourceOptions = {
  replaceOnChanges: ["reclaimPolicy"],
  deleteBeforeReplace: true,
};

/** Classes for volumes, and the class of snapshots that Velero finds by its label. */
export function storageClasses(
  name: string,
  { disks, snapshots, files }: StorageArgs,
  opts: pulumi.CustomResourceOptions,
): Cloud["storageClasses"] {
  const storageClass = (kind: string, args: VolumeArgs): pulumi.Output<string> =>
    new k8s.storage.v1.StorageClass(
      `${name}-${kind}`,
      {
        metadata: { name: `openedx-${kind}` },
        reclaimPolicy,
        allowVolumeExpansion: true,
        volumeBindingMode: "WaitForFirstConsumer",
        ...args,
      },
      { ...opts, ...classOptions },
    ).metadata.name;
  const readWriteOnce = storageClass("disks", disks);
  // The cloud brings the definition of such classes. Velero moves what it snapshots into its store, and lets go of it.
  new k8s.apiextensions.CustomResource(
    `${name}-disk-snapshots`,
    {
      apiVersion: "snapshot.storage.k8s.io/v1",
      kind: "VolumeSnapshotClass",
      metadata: { name: "openedx-disks", labels: { "velero.io/csi-volumesnapshot-class": "true" } },
      driver: disks.provisioner,
      deletionPolicy: "Delete",
      parameters: snapshots,
    },
    opts,
  );
  return files === undefined
    ? { readWriteOnce }
    : { readWriteOnce, readWriteMany: storageClass("files", files) };
}
