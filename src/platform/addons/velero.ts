import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { storeForBackups } from "../../cloud/backupStore.js";
import { type BackupStore, serviceKinds } from "../../cloud/services.js";
import type { HelmValues } from "../../cloud/types.js";
import { imageName, images } from "../../workspace/versions.js";
import { requests, systemNodes } from "../pods.js";
import type { AddOn, AddOnContext, AddOnPlan } from "../types.js";

const serviceAccount = "velero";
const credentials = "velero-credentials";

/** Every night at three, by the cluster's clock; kept for thirty days. */
const nightly = { schedule: "0 3 * * *", ttl: "720h0m0s" };

/** Velero's own name of each kind of store, and the plugin for it. */
const stores: Readonly<Record<BackupStore["kind"], { provider: string; plugin: string }>> = {
  s3: { provider: "aws", plugin: imageName(images.veleroAws) },
  azure: { provider: "azure", plugin: imageName(images.veleroAzure) },
  gcs: { provider: "gcp", plugin: imageName(images.veleroGcs) },
};

/** Backups of the sites' objects and volumes. No substitute for dumps of their databases. */
export const velero: AddOn = {
  name: "velero",
  namespace: "velero",
  identity: { purpose: "velero", serviceAccount, isUsed: ({ config }) => ownStore(config) === undefined },
  after: ["prometheus-operator-crds"],
  podSecurity: "privileged", // the node agent reads volumes through the host
  faults: ({ config, abilities }) =>
    !abilities.backup && ownStore(config) === undefined
      ? [
          `the cloud "${config.cloud}" brings no place for backups; name a bucket of S3 ` +
            "in openedx:services.backup.store and give its keys as openedx:credentials.backup.accessKey and .secretKey, or " +
            "set the add-on to off",
        ]
      : [],
  values: (context) => {
    const store = storeOf(context);
    const { identity } = context;
    const { provider, plugin } = stores[store.kind];
    return {
      ...systemNodes(context),
      resources: requests("50m", "128Mi", "1Gi"),
      initContainers: [
        {
          name: "plugin",
          image: plugin,
          volumeMounts: [{ name: "plugins", mountPath: "/target" }],
        },
      ],
      // By Velero's own image and registry.k8s.io/kubectl; charts before 12 took an image that is no longer published.
      upgradeCRDs: true,
      configuration: {
        features: "EnableCSI",
        defaultSnapshotMoveData: true, // a snapshot alone is lost with the cloud's account or zone
        backupStorageLocation: [
          {
            name: "default",
            default: true,
            provider,
            bucket: store.bucket,
            prefix: `velero/${context.config.stack}`,
            config: storeConfig(store, identity),
          },
        ],
        volumeSnapshotLocation: [],
      },
      snapshotsEnabled: false, // by the provider's own API; those by CSI need no location
      credentials:
        store.keys === undefined ? { useSecret: false } : { useSecret: true, existingSecret: credentials },
      serviceAccount: {
        server: { name: serviceAccount, annotations: identity?.serviceAccountAnnotations ?? {} },
      },
      podLabels: identity?.podLabels ?? {},
      deployNodeAgent: true,
      nodeAgent: {
        podLabels: identity?.podLabels ?? {},
        tolerations: [{ operator: "Exists" }], // volumes are wherever pods are
        resources: requests("20m", "128Mi", "2Gi"),
      },
      schedules: {
        [context.config.stack]: {
          schedule: nightly.schedule,
          template: { ttl: nightly.ttl, includedNamespaces: namespacesOf(context), snapshotMoveData: true },
        },
      },
      metrics: {
        serviceMonitor: { enabled: context.has("prometheus-operator-crds") },
        nodeAgentPodMonitor: { enabled: context.has("prometheus-operator-crds") },
      },
    };
  },
  before: (context, at) => {
    const { keys } = storeOf(context);
    if (keys === undefined) {
      return [];
    }
    const cloud = pulumi.secret(
      pulumi.interpolate`[default]\naws_access_key_id=${keys.accessKey}\naws_secret_access_key=${keys.secretKey}\n`,
    );
    const { name, opts } = at.child(credentials);
    return [
      new k8s.core.v1.Secret(
        name,
        { metadata: { name: credentials, namespace: at.namespace }, stringData: { cloud } },
        opts,
      ),
    ];
  },
};

/** The config's own store, which takes keys, else the cloud's. */
function storeOf({ cloud, config }: AddOnContext): BackupStore {
  const store = ownStore(config) ?? cloud.backup;
  if (store === undefined) {
    throw new Error("velero has no store, though its faults were asked for");
  }
  return store;
}

function ownStore(config: AddOnPlan["config"]): BackupStore | undefined {
  const store = storeForBackups(config);
  return store?.kind === "s3" && store.keys !== undefined ? store : undefined;
}

function storeConfig(store: BackupStore, identity: AddOnContext["identity"]): HelmValues {
  switch (store.kind) {
    case "s3":
      return {
        region: store.region ?? "us-east-1", // what stores that have no regions answer to
        ...(store.endpoint !== undefined && { s3Url: store.endpoint, s3ForcePathStyle: "true" }),
      };
    case "azure":
      return {
        storageAccount: store.account,
        resourceGroup: store.resourceGroup,
        storageAccountURI: pulumi.interpolate`https://${store.account}.blob.core.windows.net`,
        useAAD: "true",
      };
    case "gcs": {
      // Links to logs and backups are signed in its name.
      const signer = identity?.serviceAccountAnnotations["iam.gke.io/gcp-service-account"];
      return signer === undefined ? {} : { serviceAccount: signer };
    }
  }
}

/** The sites', and that of the shared services where they run on the cluster. */
function namespacesOf({ config: { services }, sites }: AddOnPlan): string[] {
  const hasShared = serviceKinds.some((kind) => services[kind].mode === "cluster");
  return [...sites.map((site) => site.namespace), ...(hasShared ? [services.namespace] : [])];
}
