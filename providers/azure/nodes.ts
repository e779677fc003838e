import type * as pulumi from "@pulumi/pulumi";
import { AgentPool, type AgentPoolArgs } from "@pulumi/azure-native/containerservice/agentPool.js";
import type { PoolRole, Scheduling } from "../../src/cloud/types.js";
import type { AzureSettings } from "./config.js";
import { poolLabel, schedulingBy, type Taint } from "../scheduling.js";
import { digest } from "../../src/workspace/digest.js";
import { type AzureContext, tagsOf } from "./context.js";

type PoolSize = AzureSettings["nodes"]["system"];

/** What pools have, whether they are part of a cluster or resources of their own. */
type PoolArgs = Omit<AgentPoolArgs, "agentPoolName" | "resourceGroupName" | "resourceName">;

/** Pods on a node at most: with addresses of their own, they take none from the network. */
const maxPods = 110;

/** What every pool of nodes has: no public address, disks encrypted on the host, spread over the zones. */
export function poolArgs(context: AzureContext, size: PoolSize, subnet: pulumi.Input<string>): PoolArgs {
  const { settings } = context;
  return {
    availabilityZones: zones(settings),
    count: size.min,
    enableAutoScaling: true,
    enableEncryptionAtHost: settings.encryption.atHost,
    enableNodePublicIP: false,
    maxCount: size.max,
    maxPods,
    minCount: size.min,
    osDiskSizeGB: size.diskGiB,
    osSKU: "Ubuntu",
    osType: "Linux",
    // Both are part of a node for good: a pool is replaced when they change.
    securityProfile: { enableSecureBoot: true, enableVTPM: true },
    tags: tagsOf(context),
    type: "VirtualMachineScaleSets",
    upgradeSettings: { maxSurge: "33%" },
    vmSize: size.machineType,
    vnetSubnetID: subnet,
  };
}

/**
 * Part of a pool's name, from what Azure never changes in one that is there: another shape is another pool. As long as
 * there is room in a name: twelve characters, of which `stateful` takes eight.
 */
function shapeDigest(shape: PoolArgs): string {
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

/** The pools beside the one that AKS begins with. */
export function workloadPools(
  context: AzureContext,
  cluster: { name: pulumi.Input<string>; subnet: pulumi.Input<string> },
  dependsOn: pulumi.Resource[],
): AgentPool[] {
  const { settings, name, groups, opts } = context;
  const { general, stateful, spot } = settings.nodes;
  const pool = (what: string, size: PoolSize, args: Record<string, unknown>): AgentPool => {
    const shape = poolArgs(context, size, cluster.subnet);
    return new AgentPool(
      `${name}-${what}`,
      {
        ...shape,
        resourceGroupName: groups.cluster.name,
        resourceName: cluster.name,
        agentPoolName: `${what}${shapeDigest(shape)}`,
        mode: "User",
        orchestratorVersion: settings.kubernetes.version,
        nodeLabels: { [poolLabel]: what },
        ...args,
      },
      // The autoscaler owns the count. The next pool is there before the old one goes: their names differ.
      { ...opts, dependsOn, deleteBeforeReplace: false, ignoreChanges: ["count"] },
    );
  };
  const pools = [
    pool("general", general, {}),
    pool("stateful", stateful, { nodeTaints: [taintText(statefulTaint)] }),
  ];
  if (spot) {
    const size = { ...general, min: 0 };
    pools.push(
      pool("spot", size, {
        scaleSetPriority: "Spot",
        scaleSetEvictionPolicy: "Delete",
        spotMaxPrice: -1, // never more than the machine costs otherwise
        nodeTaints: [taintText(spotTaint)],
        nodeLabels: { [poolLabel]: "spot", "kubernetes.azure.com/scalesetpriority": "spot" },
        upgradeSettings: {}, // Azure refuses a surge of machines that it may take back
      }),
    );
  }
  return pools;
}

/** Where pods go. */
export function scheduling(spot: boolean): Record<PoolRole, Scheduling> {
  return schedulingBy({ system: systemTaint, stateful: statefulTaint, ...(spot && { spot: spotTaint }) });
}
