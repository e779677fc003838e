import type * as pulumi from "@pulumi/pulumi";
import type { AddOnObject } from "../../src/cloud/types.js";
import { poolLabel } from "../scheduling.js";
import { machinesLike, maxPods, vcpusOf } from "./machines.js";
import type { AwsSettings } from "./settings.js";
import { outside } from "./windows.js";

/** Pools that Karpenter fills. */
type KarpenterPool = "general" | "stateful";

/** What its machines are made with. */
interface NodeParts {
  instanceProfile: pulumi.Input<string>;
  subnetIds: pulumi.Input<string>[];
  securityGroupId: pulumi.Input<string>;
  keyArn: pulumi.Input<string>;
}

/** What the machines of a pool are like: the same as those of the node groups, with the same image. */
function nodeClass(settings: AwsSettings, role: KarpenterPool, parts: NodeParts): AddOnObject {
  const { machineType, diskGiB } = settings.nodes[role];
  return {
    apiVersion: "karpenter.k8s.aws/v1",
    kind: "EC2NodeClass",
    name: role,
    spec: {
      // With `latest` all nodes would be replaced on the day that Amazon releases another.
      amiSelectorTerms: [{ alias: `al2023@v${settings.nodeRelease?.split("-")[1]}` }],
      instanceProfile: parts.instanceProfile,
      subnetSelectorTerms: parts.subnetIds.map((id) => ({ id })),
      securityGroupSelectorTerms: [{ id: parts.securityGroupId }],
      kubelet: { maxPods: maxPods(machineType) },
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            encrypted: true,
            kmsKeyID: parts.keyArn,
            volumeSize: `${diskGiB}Gi`,
            volumeType: "gp3",
            deleteOnTermination: true,
          },
        },
      ],
      tags: { ...settings.tags, Name: `${settings.name}-karpenter` },
    },
  };
}

/**
 * When nodes go. Those for sites: when they are old or hardly used, after at most a day for what must not be stopped. Those
 * for data: never for their age, which would disregard budgets, and for another image or class in the stack's window alone.
 */
function lifetime(
  role: KarpenterPool,
  { maintenance }: AwsSettings,
): Record<"template" | "disruption", object> {
  return role === "stateful"
    ? {
        // Without an end to waiting, nodes whose pods must not be moved are never replaced, not for another image either.
        template: { expireAfter: "Never", terminationGracePeriod: "30m" },
        disruption: {
          consolidationPolicy: "WhenEmpty",
          consolidateAfter: "5m",
          budgets: [
            { nodes: "1" },
            { nodes: "0", reasons: ["Drifted", "Underutilized"], ...outside(maintenance.window) },
          ],
        },
      }
    : {
        template: { expireAfter: "720h", terminationGracePeriod: "24h" },
        disruption: {
          consolidationPolicy: "WhenEmptyOrUnderutilized",
          consolidateAfter: "5m",
          budgets: [{ nodes: "10%" }],
        },
      };
}

function nodePool(settings: AwsSettings, role: KarpenterPool, nodes: number): AddOnObject {
  const { machineType } = settings.nodes[role];
  const spot = role === "general" && settings.nodes.spot;
  const { template, disruption } = lifetime(role, settings);
  return {
    apiVersion: "karpenter.sh/v1",
    kind: "NodePool",
    name: role,
    spec: {
      template: {
        metadata: { labels: { [poolLabel]: role } },
        spec: {
          nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: role },
          ...template,
          taints: role === "stateful" ? [{ key: poolLabel, value: role, effect: "NoSchedule" }] : [],
          // Zones are those of the subnets, which the config names by id where they exist already.
          requirements: [
            { key: "kubernetes.io/arch", operator: "In", values: ["amd64"] },
            { key: "node.kubernetes.io/instance-type", operator: "In", values: machinesLike(machineType) },
            {
              key: "karpenter.sh/capacity-type",
              operator: "In",
              values: spot ? ["spot", "on-demand"] : ["on-demand"],
            },
          ],
        },
      },
      limits: { cpu: String(nodes * vcpusOf(machineType)) },
      disruption,
    },
  };
}

/** The pools that Karpenter fills: what goes beyond the nodes that always stand. */
export function nodePools(settings: AwsSettings, parts: NodeParts): AddOnObject[] {
  const { general, stateful } = settings.nodes;
  const pools = [
    ["general", general.max - general.min],
    ["stateful", stateful.max],
  ] as const;
  return pools.flatMap(([role, nodes]) =>
    nodes > 0 ? [nodeClass(settings, role, parts), nodePool(settings, role, nodes)] : [],
  );
}
