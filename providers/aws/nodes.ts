import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as eks from "@pulumi/aws/eks/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { poolLabel, schedulingBy, type Taint } from "../scheduling.js";
import type { ControlPlane } from "./cluster.js";
import { serviceRole } from "./identity.js";
import { poolNames } from "../../src/config/pools.js";
import type { PoolRole } from "../../src/cloud/types.js";
import type { Keys } from "./keys.js";
import type { Network } from "./network.js";
import type { AwsContext } from "./context.js";
import { maxPods } from "./machines.js";

/** The rights of every node; what pods may do comes from their own identities. */
export const nodePolicies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"];

/**
 * System nodes are for add-ons alone: what does not fit elsewhere must stay unscheduled, or Karpenter makes no node for it.
 */
const taints: Partial<Record<PoolRole, Taint>> & Record<"system" | "stateful", Taint> = {
  system: { key: poolLabel, value: "system", effect: "NoSchedule" },
  stateful: { key: poolLabel, value: "stateful", effect: "NoSchedule" },
};

export const scheduling = schedulingBy(taints);

/** What kubelet is told on nodes of a group; EKS adds the rest. */
function userData(machineType: string): string {
  const config = {
    apiVersion: "node.eks.aws/v1alpha1",
    kind: "NodeConfig",
    spec: { kubelet: { config: { maxPods: maxPods(machineType) } } },
  };
  const lines = [
    ...["MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="//"', "", "--//"],
    ...["Content-Type: application/node.eks.aws", "", JSON.stringify(config), "", "--//--", ""],
  ];
  return Buffer.from(lines.join("\r\n")).toString("base64");
}

/** Machines by which pods cannot reach the node's own credentials, with disks under the stack's key. */
function template(context: AwsContext, keys: Keys, role: PoolRole): ec2.LaunchTemplate {
  const { settings, opts } = context;
  const name = `${settings.name}-${role}`;
  const tags = { ...settings.tags, Name: name };
  return new ec2.LaunchTemplate(
    name,
    {
      name,
      updateDefaultVersion: true,
      userData: userData(settings.nodes[role].machineType),
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            encrypted: "true",
            kmsKeyId: keys.disks.arn,
            volumeSize: settings.nodes[role].diskGiB,
            volumeType: "gp3",
            deleteOnTermination: "true",
          },
        },
      ],
      // The provider's default tags do not reach what a template makes.
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
        resourceType,
        tags,
      })),
      tags: { Name: name },
    },
    opts,
  );
}

/**
 * Nodes that always stand: for the add-ons, of which Karpenter is one, and the least that the sites need. What the load
 * asks for beyond comes from Karpenter, else from these groups: then there is one for data, too, empty at first.
 */
export function awsNodes(
  context: AwsContext,
  parts: { keys: Keys; network: Network; controlPlane: ControlPlane; before: pulumi.Resource[] },
): eks.NodeGroup[] {
  const { settings } = context;
  const { keys, network, controlPlane, before } = parts;
  const { role, grants } = serviceRole(context, "nodes", "ec2.amazonaws.com", nodePolicies);
  const { karpenter } = settings.scaling;
  const groups = poolNames.filter((pool) =>
    karpenter ? settings.nodes[pool].min > 0 && pool !== "stateful" : true,
  );
  return groups.map((pool) => {
    const { machineType, min, max } = settings.nodes[pool];
    const launchTemplate = template(context, keys, pool);
    const name = `${settings.name}-${pool}`;
    const taint = taints[pool];
    return new eks.NodeGroup(
      // Its name in AWS is Pulumi's to choose: with one of ours, a group that must be replaced would be gone before the
      // next one is there.
      name,
      {
        clusterName: controlPlane.cluster.name,
        nodeRoleArn: role.arn,
        subnetIds: network.nodeSubnets,
        version: settings.kubernetes.version,
        ...(settings.nodeRelease !== undefined && { releaseVersion: settings.nodeRelease }),
        amiType: "AL2023_x86_64_STANDARD",
        capacityType: "ON_DEMAND",
        instanceTypes: [machineType],
        launchTemplate: { id: launchTemplate.id, version: launchTemplate.latestVersion.apply(String) },
        scalingConfig: { minSize: min, desiredSize: min, maxSize: Math.max(max, min) },
        updateConfig: { maxUnavailable: 1 },
        nodeRepairConfig: { enabled: true },
        labels: { [poolLabel]: pool },
        taints: taint === undefined ? [] : [{ ...taint, effect: "NO_SCHEDULE" }],
        tags: { Name: name },
      },
      {
        ...context.opts,
        // Karpenter changes no group: where it scales, a larger `min` must raise the count, or EKS refuses the `min`.
        ...(settings.scaling.clusterAutoscaler && { ignoreChanges: ["scalingConfig.desiredSize"] }),
        dependsOn: [...grants, ...network.ready, ...controlPlane.access, ...before],
      },
    );
  });
}
