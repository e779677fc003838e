import type * as pulumi from "@pulumi/pulumi";
import type { AddOnObject } from "../../src/cloud/types.js";
import { poolLabel } from "../scheduling.js";
import type { AwsSettings } from "./settings.js";

const className = "openedx";

/** Machines of one size that can stand in for each other, so that spot finds one that is spare. */
const spotFamilies = ["m7i", "m7a", "m6i", "m6a", "m7i-flex"];

/** vCPUs of a size such as `2xlarge`. */
export function vcpusOf(machineType: string): number {
  const size = machineType.split(".")[1] ?? "";
  const times = /^(\d*)xlarge$/.exec(size);
  if (times !== null) {
    return 4 * Number(times[1] === "" ? 1 : times[1]);
  }
  const metal = /^metal-(\d+)xl$/.exec(size);
  return metal === null ? 2 : 4 * Number(metal[1]);
}

/** What all of Karpenter's machines are like: the same as those of the node groups. */
export function nodeClass(
  settings: AwsSettings,
  parts: {
    clusterName: string;
    instanceProfile: pulumi.Input<string>;
    subnetIds: pulumi.Input<string>[];
    securityGroupId: pulumi.Input<string>;
    keyArn: pulumi.Input<string>;
  },
): AddOnObject {
  return {
    apiVersion: "karpenter.k8s.aws/v1",
    kind: "EC2NodeClass",
    name: className,
    spec: {
      amiSelectorTerms: [{ alias: "al2023@latest" }],
      instanceProfile: parts.instanceProfile,
      subnetSelectorTerms: parts.subnetIds.map((id) => ({ id })),
      securityGroupSelectorTerms: [{ id: parts.securityGroupId }],
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            encrypted: true,
            kmsKeyID: parts.keyArn,
            volumeSize: `${settings.nodes.general.diskGiB}Gi`,
            volumeType: "gp3",
            deleteOnTermination: true,
          },
        },
      ],
      tags: { ...settings.tags, Name: `${settings.name}-karpenter` },
    },
  };
}

function pool(settings: AwsSettings, role: "general" | "stateful", nodes: number): AddOnObject {
  const { machineType } = settings.nodes[role];
  const size = machineType.split(".")[1] ?? "";
  const spot = role === "general" && settings.nodes.spot;
  const types = spot
    ? [...new Set([machineType, ...spotFamilies.map((family) => `${family}.${size}`)])]
    : [machineType];
  return {
    apiVersion: "karpenter.sh/v1",
    kind: "NodePool",
    name: role,
    spec: {
      template: {
        metadata: { labels: { [poolLabel]: role } },
        spec: {
          nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: className },
          expireAfter: "720h",
          taints: role === "stateful" ? [{ key: poolLabel, value: role, effect: "NoSchedule" }] : [],
          requirements: [
            { key: "kubernetes.io/arch", operator: "In", values: ["amd64"] },
            { key: "topology.kubernetes.io/zone", operator: "In", values: settings.zoneNames },
            { key: "node.kubernetes.io/instance-type", operator: "In", values: types },
            {
              key: "karpenter.sh/capacity-type",
              operator: "In",
              values: spot ? ["spot", "on-demand"] : ["on-demand"],
            },
          ],
        },
      },
      limits: { cpu: String(nodes * vcpusOf(machineType)) },
      disruption: {
        // A database moves only when its node is empty or too old.
        consolidationPolicy: role === "stateful" ? "WhenEmpty" : "WhenEmptyOrUnderutilized",
        consolidateAfter: "5m",
        budgets: [{ nodes: role === "stateful" ? "1" : "10%" }],
      },
    },
  };
}

/** The pools that Karpenter fills: what goes beyond the nodes that always stand. */
export function nodePools(settings: AwsSettings): AddOnObject[] {
  const { general, stateful } = settings.nodes;
  return (
    [
      ["general", general.max - general.min],
      ["stateful", stateful.max],
    ] as const
  ).flatMap(([role, nodes]) => (nodes > 0 ? [pool(settings, role, nodes)] : []));
}
