import type { HelmValues } from "../../cloud/types.js";
import { undisturbed } from "../../kubernetes/conventions.js";
import type { ServicesConfig } from "../config.js";
import { meilisearchName } from "../names.js";
import type { Placement } from "../placement.js";
import { type Presets, resources, sizeOf } from "../sizes.js";

/** Of one instance. */
export const meilisearchSizes: Presets = {
  small: { storage: "5Gi", cpu: "100m", memory: "1Gi" },
  medium: { storage: "20Gi", cpu: "500m", memory: "2Gi" },
  large: { storage: "80Gi", cpu: "1", memory: "8Gi" },
};

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
    podAnnotations: undisturbed,
    resources: resources(server),
    ...scheduling,
  };
}
