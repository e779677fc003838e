import type { AzureSettings } from "./azure.js";
import type { Preset } from "./clouds.js";
import { type Pools, type PoolSize, sizedPools } from "./pools.js";

export interface AzureSizes {
  nodes: Pools<PoolSize>;
  mysql: { sku: string; storageGiB: number; highAvailability: boolean; backupDays: number };
  redis: { brokerSku: string; cacheSku: string; highAvailability: boolean };
}

/** Names are Azure's own. A pool with `min: 0` costs nothing until a pod asks for it. */
export const azureSizes: Record<Preset, AzureSizes> = {
  small: {
    nodes: {
      system: { machineType: "Standard_D2s_v5", min: 2, max: 2 },
      general: { machineType: "Standard_D2s_v5", min: 1, max: 4 },
      stateful: { machineType: "Standard_D2s_v5", min: 0, max: 3 },
    },
    mysql: { sku: "Standard_B2ms", storageGiB: 32, highAvailability: false, backupDays: 14 },
    redis: { brokerSku: "Balanced_B0", cacheSku: "Balanced_B1", highAvailability: false },
  },
  medium: {
    nodes: {
      system: { machineType: "Standard_D2s_v5", min: 3, max: 3 },
      general: { machineType: "Standard_D4s_v5", min: 2, max: 10 },
      stateful: { machineType: "Standard_D4s_v5", min: 0, max: 3 },
    },
    mysql: { sku: "Standard_D2ads_v5", storageGiB: 128, highAvailability: true, backupDays: 21 },
    redis: { brokerSku: "Balanced_B1", cacheSku: "Balanced_B3", highAvailability: true },
  },
  large: {
    nodes: {
      system: { machineType: "Standard_D4s_v5", min: 3, max: 3 },
      general: { machineType: "Standard_D8s_v5", min: 4, max: 30 },
      stateful: { machineType: "Standard_D8s_v5", min: 0, max: 6 },
    },
    mysql: { sku: "Standard_E4ads_v5", storageGiB: 512, highAvailability: true, backupDays: 35 },
    redis: { brokerSku: "Balanced_B5", cacheSku: "Balanced_B10", highAvailability: true },
  },
};

/** Regions with three availability zones, as Azure lists them. */
export const azureLocations = [
  "australiaeast",
  "austriaeast",
  "belgiumcentral",
  "brazilsouth",
  "canadacentral",
  "centralindia",
  "centralus",
  "chilecentral",
  "eastasia",
  "eastus",
  "eastus2",
  "francecentral",
  "germanywestcentral",
  "indonesiacentral",
  "israelcentral",
  "italynorth",
  "japaneast",
  "japanwest",
  "koreacentral",
  "malaysiawest",
  "mexicocentral",
  "newzealandnorth",
  "northeurope",
  "norwayeast",
  "polandcentral",
  "qatarcentral",
  "southafricanorth",
  "southcentralus",
  "southeastasia",
  "spaincentral",
  "swedencentral",
  "switzerlandnorth",
  "uaenorth",
  "uksouth",
  "westeurope",
  "westus2",
  "westus3",
] as const;

/** Settings with the preset's sizes filled in. */
export interface AzureConfig extends Omit<AzureSettings, "nodes" | "mysql" | "redis"> {
  nodes: Record<keyof AzureSizes["nodes"], AzureSizes["nodes"]["system"] & { diskGiB: number }> & {
    spot: boolean;
  };
  mysql: AzureSizes["mysql"] & { geoRedundantBackup: boolean };
  redis: AzureSizes["redis"];
}

/** What is set wins over the preset. */
export function withSizes(settings: AzureSettings): AzureConfig {
  const preset = azureSizes[settings.preset];
  const { mysql, redis } = settings;
  return {
    ...settings,
    nodes: { ...sizedPools(settings.nodes, preset.nodes), spot: settings.nodes.spot },
    mysql: {
      sku: mysql.sku ?? preset.mysql.sku,
      storageGiB: mysql.storageGiB ?? preset.mysql.storageGiB,
      highAvailability: mysql.highAvailability ?? preset.mysql.highAvailability,
      backupDays: mysql.backupDays ?? preset.mysql.backupDays,
      geoRedundantBackup: mysql.geoRedundantBackup,
    },
    redis: {
      brokerSku: redis.brokerSku ?? preset.redis.brokerSku,
      cacheSku: redis.cacheSku ?? preset.redis.cacheSku,
      highAvailability: redis.highAvailability ?? preset.redis.highAvailability,
    },
  };
}
