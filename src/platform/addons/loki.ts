import { requests, systemNodes } from "../pods.js";
import type { AddOn, AddOnContext } from "../types.js";

const namespace = "logs";

/** Where logs are sent to and read from, within the cluster. */
export function lokiUrl({ platform }: AddOnContext["config"]): string {
  return `http://loki.${platform.addons.loki?.namespace ?? namespace}.svc.cluster.local:3100`;
}

/** Hours; 31 days. */
const retention = "744h";

/** One Loki on one volume: logs of a few sites for a month. For more, give it a bucket by `values`. */
export const loki: AddOn = {
  name: "loki",
  namespace,
  after: ["prometheus-operator-crds"],
  values: (context) => {
    const storageClass = context.cloud.storageClasses.readWriteOnce;
    return {
      deploymentMode: "Monolithic",
      loki: {
        auth_enabled: false,
        analytics: { reporting_enabled: false },
        commonConfig: { replication_factor: 1 },
        storage: { type: "filesystem" },
        schemaConfig: {
          configs: [
            {
              from: "2026-01-01",
              store: "tsdb",
              object_store: "filesystem",
              schema: "v13",
              index: { prefix: "index_", period: "24h" },
            },
          ],
        },
        limits_config: { retention_period: retention },
        compactor: { retention_enabled: true, delete_request_store: "filesystem" },
      },
      singleBinary: {
        ...systemNodes(context),
        replicas: 1,
        sidecar: false, // reads rules from ConfigMaps, of which there are none
        resources: requests("100m", "512Mi", "2Gi"),
        persistence: { enabled: true, size: "50Gi", ...(storageClass !== undefined && { storageClass }) },
      },
      // The chart refuses to render while the parts of its other modes have replicas.
      write: { replicas: 0 },
      read: { replicas: 0 },
      backend: { replicas: 0 },
      // Caches of 8 GiB and more, a proxy and a canary are for larger ones.
      chunksCache: { enabled: false },
      resultsCache: { enabled: false },
      gateway: { enabled: false },
      lokiCanary: { enabled: false },
      test: { enabled: false },
      monitoring: { serviceMonitor: { enabled: context.has("prometheus-operator-crds") } },
    };
  },
  withoutPods: { values: { singleBinary: { persistence: { enabled: false } } } },
};
