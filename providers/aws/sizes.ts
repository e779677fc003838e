import type { Preset } from "../../src/config/clouds.js";
import type { PresetSizes } from "../../src/config/pools.js";

/** All numbers that a preset decides. */
export interface AwsSizes extends PresetSizes {
  network: { natGateways: "one" | "zonal" };
  mysql: { instanceClass: string; storageGiB: number; maxStorageGiB: number; multiAz: boolean };
  redis: { nodeType: string; nodes: number };
}

/**
 * Small carries some tens of learners at work, medium hundreds, large thousands. The sums that they cost are in
 * docs/aws.md. Three system nodes let the add-ons with two replicas move during an upgrade.
 */
export const awsSizes: Record<Preset, AwsSizes> = {
  small: {
    nodes: {
      system: { machineType: "m7i.large", min: 2, max: 3 },
      general: { machineType: "m7i.large", min: 1, max: 4 },
      stateful: { machineType: "m7i.large", min: 0, max: 3 },
    },
    network: { natGateways: "one" },
    mysql: { instanceClass: "db.t4g.medium", storageGiB: 50, maxStorageGiB: 200, multiAz: false },
    redis: { nodeType: "cache.t4g.small", nodes: 1 },
  },
  medium: {
    nodes: {
      system: { machineType: "m7i.large", min: 3, max: 4 },
      general: { machineType: "m7i.xlarge", min: 2, max: 10 },
      stateful: { machineType: "m7i.xlarge", min: 0, max: 6 },
    },
    network: { natGateways: "zonal" },
    mysql: { instanceClass: "db.m7g.large", storageGiB: 100, maxStorageGiB: 500, multiAz: true },
    redis: { nodeType: "cache.t4g.medium", nodes: 2 },
  },
  large: {
    nodes: {
      system: { machineType: "m7i.xlarge", min: 3, max: 5 },
      general: { machineType: "m7i.2xlarge", min: 4, max: 30 },
      stateful: { machineType: "m7i.2xlarge", min: 0, max: 9 },
    },
    network: { natGateways: "zonal" },
    mysql: { instanceClass: "db.r7g.xlarge", storageGiB: 200, maxStorageGiB: 2000, multiAz: true },
    redis: { nodeType: "cache.m7g.large", nodes: 2 },
  },
};
