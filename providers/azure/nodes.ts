import type * as pulumi from "@pulumi/pulumi";
import { AgentPool, type AgentPoolArgs } from "@pulumi/azure-native/containerservice/agentPool.js";
import type { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster.js";
import type { PoolRole, Scheduling } from "../../src/cloud/types.js";
import { after } from "../part.js";
import type { AzureSettings } from "./config.js";
import { poolLabel, schedulingBy, type Taint } from "../scheduling.js";
import { digest } from "../../src/workspace/digest.js";
import { type AzureContext, tagsOf } from "./context.js";

type PoolSize = AzureSettings["nodes"]["system"];

/** What pools have, whether they are part of a cluster or resources of their own. */
type PoolArgs = Omit<AgentPoolArgs, "agentPoolName" | "resourceGroupName" | "resourceName">;

/** What Azure never changes in a pool that is there, besides what is the same in all: https://learn.microsoft.com/cli/azure/aks/nodepool#az-aks-nodepool-update has no option for it. */
type Shape = Pick<PoolArgs, "availabilityZones" | "enableEncryptionAtHost" | "osDiskSizeGB" | "vmSize">;

/** Pods on a node at most: with addresses of their own, they take none from the network. */
const maxPods = 110;

/** What every pool of nodes has: no public address, and disks that only a system of known origin starts from. */
function commonArgs(context: AzureContext, subnet: pulumi.Input<string>): PoolArgs {
  return {
    enableNodePublicIP: false,
    maxPods,
    orchestratorVersion: context.settings.kubernetes.version,
    osSKU: "Ubuntu",
    osType: "Linux",
    securityProfile: { enableSecureBoot: true, enableVTPM: true },
    tags: tagsOf(context),
    type: "VirtualMachineScaleSets",
    upgradeSettings: { maxSurge: "33%" },
    vnetSubnetID: subnet,
  };
}

/**
 * The one node that a cluster begins with. It is part of the cluster for good and the same for all sizes: Azure changes
 * none of its kind, and takes no change of a cluster that names another pool
 * (https://github.com/pulumi/pulumi-azure-native/issues/2719). All else is in pools that can be replaced.
 */
export function firstPool(context: AzureContext, subnet: pulumi.Input<string>): PoolArgs {
  return {
    ...commonArgs(context, subnet),
    availabilityZones: [context.settings.firstNode.zone],
    count: 1,
    enableAutoScaling: false,
    enableEncryptionAtHost: context.settings.encryption.atHost,
    osDiskSizeGB: 50,
    vmSize: context.settings.firstNode.machineType,
    mode: "System",
    ...placed("system", systemTaint),
  };
}

/** The label that pods of the pool choose, and the taint that keeps others away. */
function placed(pool: string, taint?: Taint): Pick<PoolArgs, "nodeLabels" | "nodeTaints"> {
  return { nodeLabels: { [poolLabel]: pool }, ...(taint && { nodeTaints: [taintText(taint)] }) };
}

/** As long as there is room in a pool's name: twelve characters, of which `stateful` takes eight. */
function shapeDigest(shape: Shape): string {
  const { availabilityZones, enableEncryptionAtHost, osDiskSizeGB, vmSize } = shape;
  return digest(JSON.stringify([availabilityZones, enableEncryptionAtHost, osDiskSizeGB, vmSize])).slice(
    0,
    4,
  );
}

/** The first zones of the region, as many as the config says. */
export function zones({ zones: count }: Pick<AzureSettings, "zones">): string[] {
  return ["1", "2", "3"].slice(0, count);
}

/** Azure puts this taint on machines that it may take back. */
const spotTaint = { key: "kubernetes.azure.com/scalesetpriority", value: "spot", effect: "NoSchedule" };
const statefulTaint = { key: "openedx.org/stateful", value: "true", effect: "NoSchedule" };

/** The taint of the system pool; AKS's own pods tolerate it. */
export const systemTaint = { key: "CriticalAddonsOnly", value: "true", effect: "NoSchedule" };

export function taintText({ key, value, effect }: Taint): string {
  return `${key}=${value}:${effect}`;
}

/**
 * The pools beside the one that AKS begins with, one after the other: Azure refuses two changes of pools on one subnet at
 * once (https://github.com/Azure/AKS/issues/4522).
 */
export function workloadPools(
  context: AzureContext,
  cluster: { resource: ManagedCluster; subnet: pulumi.Input<string> },
  dependsOn: pulumi.Resource[],
): AgentPool[] {
  const { settings, name, groups, opts } = context;
  const { system, general, stateful, spot } = settings.nodes;
  const pools: AgentPool[] = [];
  const pool = (what: string, { min, max, diskGiB, machineType }: PoolSize, args: PoolArgs): void => {
    const shape: Shape = {
      availabilityZones: zones(settings),
      enableEncryptionAtHost: settings.encryption.atHost,
      osDiskSizeGB: diskGiB,
      vmSize: machineType,
    };
    const made = new AgentPool(
      `${name}-${what}`,
      {
        ...commonArgs(context, cluster.subnet),
        ...shape,
        resourceGroupName: groups.cluster.name,
        resourceName: cluster.resource.name,
        agentPoolName: `${what}${shapeDigest(shape)}`,
        ...{ count: min, minCount: min, maxCount: max, enableAutoScaling: true },
        mode: "User",
        ...args,
      },
      // The autoscaler owns the count. Another shape is another name, so the next pool is there before the old one goes.
      {
        ...after(opts, [...dependsOn, ...pools.slice(-1)]),
        deleteBeforeReplace: false,
        // Alone it would go once its pods are elsewhere, for which there is no room at the end.
        deletedWith: cluster.resource,
        ignoreChanges: ["count"],
      },
    );
    pools.push(made);
  };
  pool("system", system, { mode: "System", ...placed("system", systemTaint) });
  pool("general", general, placed("general"));
  pool("stateful", stateful, placed("stateful", statefulTaint));
  if (spot) {
    pool(
      "spot",
      { ...general, min: 0 },
      {
        scaleSetPriority: "Spot",
        scaleSetEvictionPolicy: "Delete",
        spotMaxPrice: -1, // never more than the machine costs otherwise
        nodeTaints: [taintText(spotTaint)],
        nodeLabels: { [poolLabel]: "spot", [spotTaint.key]: spotTaint.value },
        upgradeSettings: {}, // Azure refuses a surge of machines that it may take back
      },
    );
  }
  return pools;
}

/** Where pods go. */
export function scheduling(spot: boolean): Record<PoolRole, Scheduling> {
  return schedulingBy({ system: systemTaint, stateful: statefulTaint, ...(spot && { spot: spotTaint }) });
}
