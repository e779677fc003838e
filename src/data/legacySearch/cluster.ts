import type { HelmValues } from "../../cloud/types.js";
import { undisturbed } from "../../kubernetes/conventions.js";
import { images } from "../../workspace/versions.js";
import type { ServicesConfig } from "../config.js";
import { opensearchName } from "../names.js";
import type { Placement } from "../placement.js";
import { amount, type Presets, resources, sizeOf } from "../sizes.js";

/** Of one instance; half of the memory is Java's. */
export const opensearchSizes: Presets = {
  small: { storage: "5Gi", cpu: "250m", memory: "2Gi" },
  medium: { storage: "20Gi", cpu: "500m", memory: "4Gi" },
  large: { storage: "80Gi", cpu: "1", memory: "8Gi" },
};

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
    ...(replicas === 1 && { podAnnotations: undisturbed }),
    resources: resources(server),
    ...scheduling,
  };
}
