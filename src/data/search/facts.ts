import { z } from "zod";
import type { ServiceFacts } from "../facts.js";
import { legacySearchSchema } from "../legacySearch/facts.js";
import { meilisearchName } from "../names.js";
import { clusterKeys, mode } from "../schemaParts.js";

const searchSchema = z.strictObject({
  mode: mode.describe(
    "Of Meilisearch, one an instance. `managed`: Meilisearch on the cluster, and the cloud's OpenSearch beside it.",
  ),
  ...clusterKeys,
  external: z
    .strictObject({
      url: z
        .string()
        .regex(
          /^https?:\/\/[A-Za-z0-9.{}-]+(:\d+)?$/,
          "is not a URL of a server, such as https://{instance}.search.internal:7700",
        )
        .optional()
        .describe(
          "`{instance}` stands for the instance's name. Its key: openedx:credentials.search.masterKey, or " +
            "openedx:credentials.search-INSTANCE.masterKey.",
        ),
    })
    .prefault({})
    .describe("For `mode: external`."),
  legacy: legacySearchSchema,
});

export const searchFacts = {
  title: "Meilisearch",
  schema: searchSchema.prefault({}),
  charts: ["meilisearch"],
  // No cloud has Meilisearch: with `managed` it is on the cluster, beside the cloud's OpenSearch.
  clusterModes: ["cluster", "managed"],
  workloads: {
    meilisearch: { size: { cpu: "100m", memory: "256Mi", memoryLimit: "2Gi" }, startSeconds: 900 },
  },
  ports: [7700],
  settingPrefixes: ["MEILISEARCH"],
  instanceRelease: meilisearchName,
  credentials: { names: ["masterKey"], perInstance: true },
  ownKeys: /^(RUN_MEILISEARCH|MEILISEARCH_URL)$/,
  loss: (whose) => `the Meilisearch servers with the indexes of ${whose}, which can be built anew`,
} satisfies ServiceFacts;
