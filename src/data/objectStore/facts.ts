import { z } from "zod";
import type { ServiceFacts } from "../facts.js";
import { clusterKeys, mode, url } from "../schemaParts.js";

const objectStoreSchema = z.strictObject({
  mode: mode.describe(
    "bundled: none, or a plugin's own; cluster: SeaweedFS; external: any S3; managed: the cloud's.",
  ),
  ...clusterKeys,
  replicas: z
    .int()
    .min(2)
    .max(99)
    .optional()
    .describe("Volume servers; each file is on two of them. Default: 3."),
  publicMedia: z
    .boolean()
    .default(false)
    .describe(
      "With `mode: managed`: what is meant for everyone, such as profile images, is read without signed URLs.",
    ),
  external: z
    .strictObject({
      endpoint: url
        .optional()
        .describe(
          "Default: Amazon's. Its keys: openedx:credentials.objectStore.accessKey and .secretKey, or objectStore-INSTANCE's.",
        ),
      region: z.string().default("us-east-1"),
      buckets: z
        .record(z.string(), z.string())
        .default({})
        .describe("The bucket of each instance, which exists already."),
    })
    .prefault({})
    .describe("For `mode: external`."),
});

export const objectStoreFacts = {
  title: "Object storage",
  schema: objectStoreSchema.prefault({}),
  charts: ["seaweedfs"],
  workloads: {
    minio: { size: { cpu: "100m", memory: "256Mi", memoryLimit: "1Gi" } },
  },
  alsoNamed: ["seaweedfs"],
  ports: [8333, 9000],
  operatorGroups: ["min\\.io"],
  credentials: { names: ["accessKey", "secretKey"], perInstance: true, quoted: true },
  ownKeys: /^(OPENEDX_AWS_|MINIO_|S3_|AZURE_)/,
  claims: [{ setting: /^OPENEDX_PULUMI_STORAGE_BUCKET$/, kind: "bucket" }],
  pluginSettings: {
    OPENEDX_PULUMI_STORAGE_KIND: "s3, azure or gcs; empty: the pods' own disks.",
    OPENEDX_PULUMI_STORAGE_AUTH: "identity (of the pods, by the cloud) or keys.",
    OPENEDX_PULUMI_STORAGE_BUCKET: "Bucket, or container.",
    OPENEDX_PULUMI_STORAGE_REGION: "Of the bucket.",
    OPENEDX_PULUMI_STORAGE_ENDPOINT: "URL of the store; empty: the kind's own.",
    OPENEDX_PULUMI_STORAGE_BROWSER_HOST:
      "Host of Caddy's by which browsers reach a store that only pods reach.",
    OPENEDX_PULUMI_STORAGE_ACCOUNT: "Azure's storage account.",
    OPENEDX_PULUMI_STORAGE_ACCESS_KEY: "With keys: the instance's.",
    OPENEDX_PULUMI_STORAGE_SECRET_KEY: "With keys: the instance's.",
    OPENEDX_PULUMI_STORAGE_SIGNER: "Google's service account that signs URLs.",
    OPENEDX_PULUMI_STORAGE_PUBLIC_PREFIX: "Folder (Azure: container) whose content everyone may read.",
    OPENEDX_PULUMI_STORAGE_PUBLIC_URL: "Address that the folder and a file's name are added to.",
    OPENEDX_PULUMI_STORAGE_ADMIN_ACCESS_KEY: "An administrator's: makes the instance's bucket and user.",
    OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY: "An administrator's.",
    OPENEDX_PULUMI_STORAGE_ADMIN_MASTER: "SeaweedFS' master, which its shell asks: host:port.",
    OPENEDX_PULUMI_STORAGE_ADMIN_FILER: "Its filer, in which buckets and users are: host:port.",
    OPENEDX_PULUMI_IMAGE_SEAWEEDFS: "Image of that shell: of the server's version.",
  },
  adminSettings: ["OPENEDX_PULUMI_STORAGE_ADMIN_ACCESS_KEY", "OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY"],
  loss: (whose) => `the object storage with the files and uploads of ${whose}`,
  leftBehind: (whose) => `the files and uploads of ${whose}`,
  retained: () => "its bucket",
} satisfies ServiceFacts;
