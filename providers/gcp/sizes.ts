import type { Preset } from "../../src/config/clouds.js";
import type { PresetSizes } from "../../src/config/pools.js";

/** Nodes are those in all zones together. */
export interface GcpSizes extends PresetSizes {
  mysql: { tier: string; diskGiB: number; highAvailability: boolean; backups: number; logDays: number };
  redis: { brokerGiB: number; cacheGiB: number; highAvailability: boolean };
}

/** Names are Google's own. A pool with `min: 0` costs nothing until a pod asks for it. */
export const gcpSizes: Record<Preset, GcpSizes> = {
  small: {
    nodes: {
      system: { machineType: "e2-standard-2", min: 3, max: 3 },
      general: { machineType: "e2-standard-2", min: 0, max: 3 },
      stateful: { machineType: "e2-standard-2", min: 0, max: 3 },
    },
    mysql: { tier: "db-custom-2-7680", diskGiB: 20, highAvailability: false, backups: 14, logDays: 7 },
    // A server of its own tier would be another one, so that all presets have the same.
    redis: { brokerGiB: 1, cacheGiB: 1, highAvailability: true },
  },
  medium: {
    nodes: {
      system: { machineType: "e2-standard-2", min: 3, max: 3 },
      general: { machineType: "n2-standard-4", min: 3, max: 9 },
      stateful: { machineType: "n2-standard-4", min: 0, max: 3 },
    },
    mysql: { tier: "db-custom-4-15360", diskGiB: 100, highAvailability: true, backups: 21, logDays: 7 },
    redis: { brokerGiB: 2, cacheGiB: 4, highAvailability: true },
  },
  large: {
    nodes: {
      system: { machineType: "n2-standard-4", min: 3, max: 3 },
      general: { machineType: "n2-standard-8", min: 3, max: 30 },
      stateful: { machineType: "n2-standard-8", min: 0, max: 6 },
    },
    mysql: {
      tier: "db-perf-optimized-N-8",
      diskGiB: 500,
      highAvailability: true,
      backups: 35,
      logDays: 14,
    },
    redis: { brokerGiB: 5, cacheGiB: 16, highAvailability: true },
  },
};

/** Cores that Cloud SQL's Enterprise Plus has machines with (Cloud SQL: machine types, N2). */
export const plusCores: readonly number[] = [2, 4, 8, 16, 32, 48, 64, 80, 96, 128];

/** Cloud SQL's editions: each has sizes of its own, and keeps logs for days of its own. */
export function editionOf(tier: string): "ENTERPRISE" | "ENTERPRISE_PLUS" {
  return tier.startsWith("db-perf-optimized-") ? "ENTERPRISE_PLUS" : "ENTERPRISE";
}
