import type { GcpSettings } from "./gcp.js";
import type { Preset } from "./clouds.js";
import { type Pools, type PoolSize, sizedPools } from "./pools.js";

export interface GcpSizes {
  /** Nodes in all zones together. */
  nodes: Pools<PoolSize>;
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
    redis: { brokerGiB: 1, cacheGiB: 1, highAvailability: false },
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

/** Settings with the preset's sizes filled in. */
export interface GcpConfig extends Omit<GcpSettings, "nodes" | keyof GcpSizes> {
  nodes: Record<keyof GcpSizes["nodes"], PoolSize & { diskGiB: number }> & { spot: boolean };
  mysql: GcpSizes["mysql"];
  redis: GcpSizes["redis"];
}

/** Cloud SQL's editions: each has sizes of its own, and keeps logs for days of its own. */
export function editionOf(tier: string): "ENTERPRISE" | "ENTERPRISE_PLUS" {
  return tier.startsWith("db-perf-optimized-") ? "ENTERPRISE_PLUS" : "ENTERPRISE";
}

/** What is set wins over the preset. */
export function withSizes(settings: GcpSettings): GcpConfig {
  const preset = gcpSizes[settings.preset];
  const { mysql, redis } = settings;
  return {
    ...settings,
    nodes: { ...sizedPools(settings.nodes, preset.nodes), spot: settings.nodes.spot },
    mysql: {
      tier: mysql.tier ?? preset.mysql.tier,
      diskGiB: mysql.diskGiB ?? preset.mysql.diskGiB,
      highAvailability: mysql.highAvailability ?? preset.mysql.highAvailability,
      backups: mysql.backups ?? preset.mysql.backups,
      logDays: mysql.logDays ?? preset.mysql.logDays,
    },
    redis: {
      brokerGiB: redis.brokerGiB ?? preset.redis.brokerGiB,
      cacheGiB: redis.cacheGiB ?? preset.redis.cacheGiB,
      highAvailability: redis.highAvailability ?? preset.redis.highAvailability,
    },
  };
}
