import * as efs from "@pulumi/aws/efs/index.js";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../../src/cloud/types.js";
import { type AwsContext, backupTag } from "./context.js";
import { type DataParts, groupForCluster } from "./dataParts.js";
import { classOptions, reclaimPolicy } from "../storageClasses.js";

/** Files that many nodes mount at once, reached in every zone. */
function createFiles(
  context: AwsContext,
  parts: DataParts,
): { fileSystem: efs.FileSystem; ready: pulumi.Resource[] } {
  const { settings } = context;
  const name = `${settings.name}-files`;
  const group = groupForCluster(context, { name, description: "NFS", port: 2049, ...parts });
  const fileSystem = new efs.FileSystem(
    name,
    {
      creationToken: name,
      encrypted: true,
      kmsKeyId: parts.keys.disks.arn,
      throughputMode: "elastic",
      lifecyclePolicies: [{ transitionToIa: "AFTER_30_DAYS" }],
      tags: { Name: name, ...backupTag(context) },
    },
    context.guarded,
  );
  // The stack's own plan keeps it; AWS's automatic copies would be paid twice.
  new efs.BackupPolicy(
    name,
    { fileSystemId: fileSystem.id, backupPolicy: { status: "DISABLED" } },
    context.opts,
  );
  const targets = parts.network.nodeSubnets.map(
    (subnetId, index) =>
      new efs.MountTarget(
        `${name}-${index + 1}`,
        { fileSystemId: fileSystem.id, subnetId, securityGroups: [group.id] },
        context.opts,
      ),
  );
  return { fileSystem, ready: targets };
}

/** Storage classes and the class of volume snapshots. EKS brings no default class of its own. */
export function awsStorageClasses(
  context: AwsContext,
  parts: DataParts & { provider: k8s.Provider; ready: pulumi.Resource[] },
): { classes: Cloud["storageClasses"]; ready: pulumi.Resource[] } {
  const { settings } = context;
  const { keys, provider } = parts;
  const opts = { ...context.opts, provider, dependsOn: parts.ready };
  const classOpts = { ...opts, ...classOptions };
  const disks = new k8s.storage.v1.StorageClass(
    `${settings.name}-gp3`,
    {
      metadata: {
        name: "gp3",
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner: "ebs.csi.aws.com",
      parameters: {
        type: "gp3",
        encrypted: "true",
        kmsKeyId: keys.disks.arn,
        tagSpecification_1: `openedx:backup=${settings.name}`,
      },
      allowVolumeExpansion: true,
      reclaimPolicy,
      // The disk goes where the pod goes: disks cannot leave their zone.
      volumeBindingMode: "WaitForFirstConsumer",
    },
    classOpts,
  );
  const snapshots = new k8s.apiextensions.CustomResource(
    `${settings.name}-snapshots`,
    {
      apiVersion: "snapshot.storage.k8s.io/v1",
      kind: "VolumeSnapshotClass",
      metadata: { name: "ebs", labels: { "velero.io/csi-volumesnapshot-class": "true" } },
      driver: "ebs.csi.aws.com",
      // Velero moves what it snapshots into its store, and lets go of it.
      deletionPolicy: "Delete",
    },
    opts,
  );
  const ready: pulumi.Resource[] = [disks, snapshots];
  if (!settings.sharedStorage) {
    return { classes: { readWriteOnce: "gp3" }, ready };
  }
  const { fileSystem, ready: targets } = createFiles(context, parts);
  const files = new k8s.storage.v1.StorageClass(
    `${settings.name}-efs`,
    {
      metadata: { name: "efs" },
      provisioner: "efs.csi.aws.com",
      parameters: { provisioningMode: "efs-ap", fileSystemId: fileSystem.id, directoryPerms: "700" },
      reclaimPolicy,
    },
    { ...classOpts, dependsOn: [...parts.ready, ...targets] },
  );
  return { classes: { readWriteOnce: "gp3", readWriteMany: "efs" }, ready: [...ready, files] };
}
