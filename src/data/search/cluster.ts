import type { HelmValues } from "../../cloud/types.js";
import type { ServicesConfig } from "../../config/services.js";
import { images } from "../../workspace/versions.js";
import { meilisearchName, opensearchName } from "../names.js";
import type { Placement } from "../placement.js";
import { meilisearchSizes, opensearchSizes, amount, resources, sizeOf } from "../sizes.js";

/** Secret with an instance's master key. */
export function masterKeyName(instance: string): string {
  return `${meilisearchName(instance)}-master-key`;
}

/** Its keys do not keep tenants apart, and an index can be built anew: one server an instance, without a twin. */
export function meilisearchValues(
  instance: string,
  { search, size }: ServicesConfig,
  { scheduling, storageClass }: Placement,
): HelmValues {
  const server = sizeOf(meilisearchSizes, search, size);
  return {
    fullnameOverride: meilisearchName(instance),
    environment: {
      MEILI_ENV: "production",
      MEILI_NO_ANALYTICS: "true",
      // Without it a new engine does not open the old one's data. The second is its name from 1.51 on.
      MEILI_EXPERIMENTAL_DUMPLESS_UPGRADE: "true",
      MEILI_UPGRADE_DB: "true",
    },
    auth: { existingMasterKeySecret: masterKeyName(instance) },
    persistence: {
      enabled: true,
      size: server.storage,
      ...(storageClass !== undefined && { storageClass }),
    },
    // A new engine converts the data before it answers; the chart gives it one minute.
    startupProbe: { periodSeconds: 5, failureThreshold: 120 },
    resources: resources(server),
    ...scheduling,
  };
}

/** Of the releases that Open edX's clients of Elasticsearch 7 are known to work with; the chart's default is newer. */

/** Tutor 18 and discovery send no password: the NetworkPolicy lets only its instance in. */
export function opensearchValues(
  instance: string,
  { search, size }: ServicesConfig,
  { scheduling, storageClass }: Placement,
): HelmValues {
  const server = sizeOf(opensearchSizes, search.legacy, size);
  const replicas = search.legacy.replicas ?? 1;
  const name = opensearchName(instance);
  const heap = `${Math.floor(amount(server.memory) / 2 / 2 ** 20)}m`;
  return {
    fullnameOverride: name,
    clusterName: name,
    masterService: name,
    nodeGroup: "master",
    replicas,
    singleNode: replicas === 1,
    image: images.opensearch,
    majorVersion: "2",
    protocol: "http",
    opensearchJavaOpts: `-Xms${heap} -Xmx${heap}`,
    config: {
      "opensearch.yml": [
        `cluster.name: ${name}`,
        "network.host: 0.0.0.0",
        // Else the kernel's settings must be changed, by a privileged container.
        "node.store.allow_mmap: false",
        "plugins.security.disabled: true",
        "",
      ].join("\n"),
    },
    extraEnvs: [{ name: "DISABLE_INSTALL_DEMO_CONFIG", value: "true" }],
    securityConfig: { enabled: false },
    persistence: {
      enabled: true,
      size: server.storage,
      // fsGroup does it; the container would be an unpinned busybox.
      enableInitChown: false,
      ...(storageClass !== undefined && { storageClass }),
    },
    sysctlInit: { enabled: false },
    resources: resources(server),
    ...scheduling,
  };
}
