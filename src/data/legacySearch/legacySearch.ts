import type { SearchServer, SearchShape } from "../../cloud/services.js";
import { createServiceRelease } from "../cluster.js";
import { forInstance, opensearchName } from "../names.js";
import { needsHost, replicaFaults, sizeFaults } from "../planning.js";
import type { DataService } from "../service.js";
import { boundPlain, type ServerAddress } from "../types.js";
import { opensearchValues } from "./cluster.js";
import { legacySearchFacts } from "./facts.js";

/**
 * OpenSearch or Elasticsearch, for what still needs it: on the cluster a server of each instance's own, and elsewhere one
 * for all, or one each where the host has `{instance}` in it.
 */
export const legacySearch: DataService<SearchShape, ServerAddress, SearchServer> = {
  ...legacySearchFacts,
  modeOf: ({ search: { mode, legacy } }) =>
    legacy.mode === undefined
      ? { mode: mode === "managed" ? "managed" : "bundled", key: "search" }
      : { mode: legacy.mode, key: legacySearchFacts.key },
  offered: ({ abilities }) => abilities.managed.search,
  onCluster: ({ services: { search, namespace } }) => ({
    shape: { port: 9200, tls: "off", adminUser: "" },
    address: { host: `${opensearchName("{instance}")}.${namespace}.svc` },
    faults: [
      ...replicaFaults("search.legacy.replicas", search.legacy.replicas, 9),
      ...sizeFaults("search.legacy", search.legacy, { storage: "2Gi", memory: "1Gi" }),
    ],
  }),
  elsewhere: ({ services }) => {
    const { host, port, tls } = services.search.legacy.external;
    return {
      shape: { port, tls, adminUser: "" },
      address: { host: host ?? "" },
      faults: needsHost("search.legacy.external.host", host),
    };
  },
  // Tutor 18 and, from 19 on, discovery; neither sends a password.
  settings: (plan, { instance }) => {
    const { port, tls } = plan.shape;
    const scheme = tls === "off" ? "http" : "https";
    const host = plan.mode === "managed" ? undefined : forInstance(plan.address.host, instance);
    return {
      settings: {
        RUN_ELASTICSEARCH: false,
        ...(host !== undefined && { ELASTICSEARCH_HOST: host, DISCOVERY_ELASTICSEARCH_HOST: host }),
        ELASTICSEARCH_PORT: port,
        ELASTICSEARCH_SCHEME: scheme,
        DISCOVERY_RUN_ELASTICSEARCH: false,
        DISCOVERY_ELASTICSEARCH_PORT: port,
        DISCOVERY_ELASTICSEARCH_SCHEME: scheme,
      },
    };
  },
  bound: ({ mode }) => ({
    ...(mode === "managed" && {
      ELASTICSEARCH_HOST: boundPlain(({ host }) => host),
      DISCOVERY_ELASTICSEARCH_HOST: boundPlain(({ host }) => host),
    }),
  }),
  server: { managed: ({ managed }) => managed.search },
  own: (context, { mode }, { name }) => ({
    ready:
      mode === "cluster"
        ? [
            createServiceRelease(context, {
              chart: "opensearch",
              name: opensearchName(name),
              values: opensearchValues(name, context.config.services, context.placement),
              holdsData: false,
              after: [],
            }),
          ]
        : [],
  }),
};
