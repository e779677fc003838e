import { z } from "zod";
import type { ServiceFacts } from "../facts.js";
import { opensearchName } from "../names.js";
import { clusterKeys, host, port, replicas, tls } from "../schemaParts.js";

/** A part of the search's, since it depends on that one's mode. */
export const legacySearchSchema = z
  .strictObject({
    mode: z
      .enum(["bundled", "cluster", "external", "managed"])
      .optional()
      .describe(
        "bundled: what Tutor 18 and the plugins bring; cluster: OpenSearch, one an instance. Default: bundled; " +
          "with `search.mode: managed`, the cloud's.",
      ),
    ...clusterKeys,
    replicas,
    external: z
      .strictObject({ host: host.optional(), port: port.default(9200), tls })
      .prefault({})
      .describe(
        "For `mode: external`: a server that trusts the cluster's network; clients send no password.",
      ),
  })
  .prefault({})
  .describe("OpenSearch or Elasticsearch, for Tutor 18 and for discovery.");

export const legacySearchFacts = {
  title: "OpenSearch",
  key: "search.legacy",
  charts: ["opensearch"],
  workloads: {
    elasticsearch: { size: { cpu: "100m", memory: "1536Mi", memoryLimit: "2Gi" }, startSeconds: 600 },
    opensearch: {},
  },
  ports: [9200, 9300],
  settingPrefixes: ["ELASTICSEARCH", "OPENSEARCH"],
  operatorGroups: ["opensearch\\.", "elastic\\.co"],
  instanceRelease: opensearchName,
  ownKeys: /^(DISCOVERY_)?(RUN_ELASTICSEARCH|ELASTICSEARCH_HOST)$/,
  loss: (whose) => `the OpenSearch servers with the indexes of ${whose}, which can be built anew`,
} satisfies ServiceFacts;
