import type { HelmValues } from "../../cloud/types.js";
import { images } from "../../workspace/versions.js";
import type { ServicesConfig } from "../config.js";
import { sharedNames } from "../names.js";
import { type KeyedStore, operatorStorage, storageName } from "../operatorBackup.js";
import { type Placement, volumeClaim, zoneSpread } from "../placement.js";
import { defaultReplicas, resources, sizeOf, type Presets } from "../sizes.js";

export const replicaSet = "rs0";

/** Course structures and GridFS assets; WiredTiger caches half of the memory. */
export const mongodbSizes: Presets = {
  small: { storage: "10Gi", cpu: "300m", memory: "1Gi" },
  medium: { storage: "50Gi", cpu: "1", memory: "4Gi" },
  large: { storage: "250Gi", cpu: "2", memory: "16Gi" },
};

/** Secret with the names and passwords of the server's own users; the operator adds those that are missing. */
export const mongodbUsersName = "mongodb-users";

/** MongoDB 7.0 as one replica set: Open edX needs no shards, which would be six more pods. */
export function mongodbValues(
  { mongodb, size, backup }: ServicesConfig,
  placement: Placement,
  store: KeyedStore | undefined,
): HelmValues {
  const server = sizeOf(mongodbSizes, mongodb, size);
  const replicas = mongodb.replicas ?? defaultReplicas;
  return {
    fullnameOverride: sharedNames.mongodb,
    secrets: { users: mongodbUsersName },
    // Volumes are not part of what is deleted with the cluster.
    finalizers: ["percona.com/delete-psmdb-pods-in-order"],
    // The release that Tutor ships; the chart's default is the next one.
    image: images.mongodb,
    imagePullPolicy: "IfNotPresent",
    upgradeOptions: { apply: "disabled", setFCV: false },
    enableVolumeExpansion: true,
    ...(replicas < 3 && { unsafeFlags: { replsetSize: true } }),
    replsets: {
      [replicaSet]: {
        name: replicaSet,
        size: replicas,
        affinity: { antiAffinityTopologyKey: "kubernetes.io/hostname" },
        topologySpreadConstraints: zoneSpread({ "app.kubernetes.io/instance": sharedNames.mongodb }),
        podDisruptionBudget: { maxUnavailable: 1 },
        resources: resources(server),
        volumeSpec: { pvc: volumeClaim(server.storage, placement) },
        ...placement.scheduling,
      },
    },
    sharding: { enabled: false },
    backup: store
      ? {
          enabled: true,
          storages: { [storageName]: { main: true, ...operatorStorage(store, "mongodb") } },
          tasks: [
            {
              name: "all",
              enabled: true,
              schedule: backup.schedule,
              retention: { type: "count", count: backup.retention, deleteFromStorage: true },
              storageName,
              compressionType: "gzip",
            },
          ],
        }
      : { enabled: false },
    pmm: { enabled: false },
    // The cluster's own log collector reads the pods' output.
    logcollector: { enabled: false },
  };
}

/** Ends when an administrator can log in and the replica set has a primary. */
export const mongodbReadyScript = `until mongosh --nodb --quiet --eval '
  const { HOST, PORT, ADMIN_USER, ADMIN_PASSWORD, REPLICA_SET } = process.env;
  const uri = \`mongodb://\${ADMIN_USER}:\${ADMIN_PASSWORD}@\${HOST}:\${PORT}/admin?replicaSet=\${REPLICA_SET}\`;
  const hello = new Mongo(uri + "&tls=true&tlsAllowInvalidCertificates=true").getDB("admin").hello();
  quit(hello.isWritablePrimary ? 0 : 1);
'
do sleep 5
done`;
