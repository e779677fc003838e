import { NodePool } from "@pulumi/gcp/container/nodePool.js";
import type { Cluster } from "@pulumi/gcp/container/cluster.js";
import type { container } from "@pulumi/gcp/types/input.js";
import type { Account } from "@pulumi/gcp/serviceaccount/account.js";
import type { PoolRole, Scheduling } from "../../src/cloud/types.js";
import type { GcpSettings } from "./config.js";
import { after } from "../part.js";
import { poolLabel, schedulingBy, type Taint } from "../scheduling.js";
import { type GcpContext, labelsOf } from "./context.js";
import { nodeTag } from "./network.js";
import type { EncryptionKey } from "./keys.js";

/** What nodes are made with, whichever pool they are in. */
export interface NodeParts {
  account: Account;
  /** For their disks; undefined: Google's. */
  key?: EncryptionKey;
}

interface GoogleTaint {
  key: string;
  value: string;
  effect: "NO_SCHEDULE";
}

type PoolSize = GcpSettings["nodes"]["system"];

/** What every node has: an account with few rights, an encrypted disk, and no way for pods to act as the node. */
export function nodeSettings(
  context: GcpContext,
  size: PoolSize,
  { account, key }: NodeParts,
): container.NodePoolNodeConfig {
  return {
    machineType: size.machineType,
    diskSizeGb: size.diskGiB,
    diskType: context.settings.storage.disks,
    ...(key && { bootDiskKmsKey: key.id }),
    imageType: "COS_CONTAINERD",
    kubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" },
    metadata: { "disable-legacy-endpoints": "true" },
    // Rights are the account's; the scope takes none away.
    oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
    resourceLabels: labelsOf(context),
    serviceAccount: account.email,
    // By which the firewall lets the control plane reach webhooks.
    tags: [nodeTag(context)],
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    workloadMetadataConfig: { mode: "GKE_METADATA" },
  };
}

/** GKE's own pods tolerate this taint, and no others without being told to. */
const systemTaint: GoogleTaint = {
  key: "components.gke.io/gke-managed-components",
  value: "true",
  effect: "NO_SCHEDULE",
};
const statefulTaint: GoogleTaint = { key: "openedx.org/stateful", value: "true", effect: "NO_SCHEDULE" };
const spotTaint: GoogleTaint = { key: "cloud.google.com/gke-spot", value: "true", effect: "NO_SCHEDULE" };

/** Nodes that come anew at once while a pool is renewed: a tenth, so that a large one takes hours and not days; 20 at most, as GKE has it. */
function surgeOf(max: number): number {
  return Math.min(20, Math.max(1, Math.round(max / 10)));
}

/** The pools of nodes; those of zero nodes grow when a pod asks for one. */
export function nodePools(context: GcpContext, cluster: Cluster, parts: NodeParts): NodePool[] {
  const { settings, name, opts } = context;
  const { system, general, stateful, spot } = settings.nodes;
  const pool = (what: string, size: PoolSize, taints: GoogleTaint[], isSpot = false): NodePool =>
    new NodePool(
      // Pulumi gives it a name that is its own, so that pods move before one that must be replaced goes. Another machine
      // type or disk replaces no pool: Google renews its nodes in place.
      `${name}-${what}`,
      {
        cluster: cluster.id,
        // In each zone. Never more than the pool may have; the autoscaler adds what is missing.
        initialNodeCount: Math.floor(size.min / settings.zones),
        autoscaling: {
          totalMinNodeCount: size.min,
          totalMaxNodeCount: size.max,
          locationPolicy: isSpot ? "ANY" : "BALANCED",
        },
        management: { autoRepair: true, autoUpgrade: true },
        upgradeSettings: { strategy: "SURGE", maxSurge: surgeOf(size.max), maxUnavailable: 0 },
        networkConfig: { enablePrivateNodes: true },
        nodeConfig: {
          ...nodeSettings(context, size, parts),
          labels: { [poolLabel]: what },
          taints,
          spot: isSpot,
        },
      },
      // The autoscaler owns the count.
      { ...after(opts, parts.key?.ready ?? []), ignoreChanges: ["initialNodeCount"] },
    );
  return [
    pool("system", system, [systemTaint]),
    pool("general", general, []),
    pool("stateful", stateful, [statefulTaint]),
    ...(spot ? [pool("spot", { ...general, min: 0 }, [spotTaint], true)] : []),
  ];
}

/** Where pods go. */
export function scheduling(spot: boolean): Record<PoolRole, Scheduling> {
  const [system, stateful] = [systemTaint, statefulTaint].map(kubernetesTaint) as [Taint, Taint];
  return schedulingBy({ system, stateful, ...(spot && { spot: kubernetesTaint(spotTaint) }) });
}

/** As Kubernetes writes it. */
function kubernetesTaint(taint: GoogleTaint): Taint {
  return { ...taint, effect: "NoSchedule" };
}
