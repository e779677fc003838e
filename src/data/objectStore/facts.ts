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
  isBackedUp: false,
  workloads: {
    minio: { size: { cpu: "100m", memory: "256Mi", memoryLimit: "1Gi" } },
  },
  alsoNamed: ["seaweedfs"],
  ports: [8333, 9000],
  operatorGroups: ["min\\.io"],
  credentials: { names: ["accessKey", "secretKey"], perInstance: true, quoted: true },
  ownKeys: /^(OPENEDX_AWS_|MINIO_|S3_|AZURE_)/,
  claims: [{ setting: /^OPENEDX_PULUMI_STORAGE_BUCKET$/, kind: "bucket" }],
  loss: (whose) => `the object storage with the files and uploads of ${whose}`,
  leftBehind: (whose) => `the files and uploads of ${whose}`,
  retained: () => "its bucket",
} satisfies ServiceFacts;
