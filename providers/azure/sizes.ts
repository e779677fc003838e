import type { Preset } from "../../src/config/clouds.js";
import type { PresetSizes } from "../../src/config/pools.js";

export interface AzureSizes extends PresetSizes {
  mysql: { sku: string; storageGiB: number; highAvailability: boolean; backupDays: number };
  redis: { brokerSku: string; cacheSku: string; highAvailability: boolean };
}

/**
 * Names are Azure's own. A pool with `min: 0` costs nothing until a pod asks for it. Nodes of `system` have the four cores
 * that AKS asks for, and come beside the one that the cluster begins with.
 */
export const azureSizes: Record<Preset, AzureSizes> = {
  small: {
    nodes: {
      system: { machineType: "Standard_D4s_v5", min: 1, max: 3 },
      general: { machineType: "Standard_D2s_v5", min: 1, max: 4 },
      stateful: { machineType: "Standard_D2s_v5", min: 0, max: 3 },
    },
    mysql: { sku: "Standard_B2ms", storageGiB: 32, highAvailability: false, backupDays: 14 },
    redis: { brokerSku: "Balanced_B0", cacheSku: "Balanced_B1", highAvailability: false },
  },
  medium: {
    nodes: {
      system: { machineType: "Standard_D4s_v5", min: 2, max: 4 },
      general: { machineType: "Standard_D4s_v5", min: 2, max: 10 },
      stateful: { machineType: "Standard_D4s_v5", min: 0, max: 3 },
    },
    mysql: { sku: "Standard_D2ads_v5", storageGiB: 128, highAvailability: true, backupDays: 21 },
    redis: { brokerSku: "Balanced_B1", cacheSku: "Balanced_B3", highAvailability: true },
  },
  large: {
    nodes: {
      system: { machineType: "Standard_D4s_v5", min: 3, max: 6 },
      general: { machineType: "Standard_D8s_v5", min: 4, max: 30 },
      stateful: { machineType: "Standard_D8s_v5", min: 0, max: 6 },
    },
    mysql: { sku: "Standard_E4ads_v5", storageGiB: 512, highAvailability: true, backupDays: 35 },
    redis: { brokerSku: "Balanced_B5", cacheSku: "Balanced_B10", highAvailability: true },
  },
};
