import type { HelmValues } from "../../cloud/types.js";
import type { ServicesConfig } from "../config.js";
import { sharedNames } from "../names.js";
import type { Placement } from "../placement.js";
import { defaultReplicas, resources, sizeOf, type Presets } from "../sizes.js";

export const s3Port = 8333;

/** Of one volume server. */
export const objectStoreSizes: Presets = {
  small: { storage: "50Gi", cpu: "100m", memory: "512Mi" },
  medium: { storage: "250Gi", cpu: "250m", memory: "1Gi" },
  large: { storage: "1Ti", cpu: "500m", memory: "2Gi" },
};

/** Secret with the administrator's keys, in the form that SeaweedFS reads. */
export const identitiesName = "object-store-identities";

/**
 * The content of that Secret: the administrator, by the name that the instances' tasks know him by when they make users.
 * Without anybody in it the server lets everyone in.
 */
export function identities(accessKey: string, secretKey: string): string {
  return JSON.stringify({
    identities: [
      {
        name: "administrator",
        credentials: [{ accessKey, secretKey }],
        actions: ["Admin", "Read", "Write", "List", "Tagging"],
      },
    ],
  });
}

/** SeaweedFS with its S3 gateway: Apache licence, and images that may be had by all. */
export function objectStoreValues({ objectStore, size }: ServicesConfig, placement: Placement): HelmValues {
  const server = sizeOf(objectStoreSizes, objectStore, size);
  const volume = (storage: string): HelmValues => ({
    type: "persistentVolumeClaim",
    size: storage,
    ...(placement.storageClass !== undefined && { storageClass: placement.storageClass }),
  });
  const part = {
    resources: resources({ cpu: "50m", memory: "512Mi" }),
    // The chart passes both through a template, as text.
    nodeSelector: JSON.stringify(placement.scheduling.nodeSelector),
    tolerations: JSON.stringify(placement.scheduling.tolerations),
    // The chart's default is a folder of the node, which Pod Security forbids.
    logs: { type: "emptyDir" },
  };
  return {
    fullnameOverride: sharedNames.objectStore,
    global: {
      seaweedfs: {
        // Pods need no rights at the API server.
        createClusterRole: false,
        enableReplication: true,
        // Each file is on two volume servers.
        replicationPlacement: "001",
      },
    },
    master: { ...part, replicas: 3, data: volume("1Gi") },
    // Names and folders are in the filer's own database, on its volume.
    filer: { ...part, replicas: 1, data: volume("10Gi") },
    volume: {
      ...part,
      replicas: objectStore.replicas ?? defaultReplicas,
      dataDirs: [{ name: "data", ...volume(server.storage), maxVolumes: 0 }],
      // Would run kubectl with rights on claims.
      resizeHook: { enabled: false },
      resources: resources(server),
    },
    s3: {
      ...part,
      enabled: true,
      replicas: 2,
      port: s3Port,
      enableAuth: true,
      existingConfigSecret: identitiesName,
    },
  };
}

/** The parts of which more than one at a time may not be away. */
export const guardedParts = ["master", "volume"] as const;

export function partLabels(part: (typeof guardedParts)[number]): Record<string, string> {
  return {
    "app.kubernetes.io/name": "seaweedfs",
    "app.kubernetes.io/instance": sharedNames.objectStore,
    "app.kubernetes.io/component": part,
  };
}
