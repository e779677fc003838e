import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as eks from "@pulumi/aws/eks/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { poolLabel, schedulingBy } from "../scheduling.js";
import type { ControlPlane } from "./cluster.js";
import { serviceRole } from "./identity.js";
import type { Keys } from "./keys.js";
import type { Network } from "./network.js";
import type { AwsContext } from "./context.js";

/** The rights of every node; what pods may do comes from their own identities. */
export const nodePolicies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"];

/** System nodes are for add-ons, though a site may run there rather than not at all. */
export const scheduling = schedulingBy({
  system: { key: poolLabel, value: "system", effect: "PreferNoSchedule" },
  stateful: { key: poolLabel, value: "stateful", effect: "NoSchedule" },
});

/** Machine types by which pods cannot reach the node's own credentials, with disks under the stack's key. */
function template(context: AwsContext, keys: Keys, role: "system" | "general"): ec2.LaunchTemplate {
  const { settings, opts } = context;
  const name = `${settings.name}-${role}`;
  const tags = { ...settings.tags, Name: name };
  return new ec2.LaunchTemplate(
    name,
    {
      name,
      updateDefaultVersion: true,
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
 * asks for beyond comes from Karpenter.
 */
export function awsNodes(
  context: AwsContext,
  parts: { keys: Keys; network: Network; controlPlane: ControlPlane; before: pulumi.Resource[] },
): eks.NodeGroup[] {
  const { settings } = context;
  const { keys, network, controlPlane, before } = parts;
  const { role, grants } = serviceRole(context, "nodes", "ec2.amazonaws.com", nodePolicies);
  const groups = (["system", "general"] as const).filter((pool) => settings.nodes[pool].min > 0);
  return groups.map((pool) => {
    const { machineType, min, max } = settings.nodes[pool];
    const launchTemplate = template(context, keys, pool);
    const name = `${settings.name}-${pool}`;
    return new eks.NodeGroup(
      // Its name in AWS is Pulumi's to choose: with one of ours, a group that must be replaced would be gone before the
      // next one is there.
      name,
      {
        clusterName: controlPlane.cluster.name,
        nodeRoleArn: role.arn,
        subnetIds: network.nodeSubnets,
        version: settings.kubernetes.version,
        amiType: "AL2023_x86_64_STANDARD",
        capacityType: "ON_DEMAND",
        instanceTypes: [machineType],
        launchTemplate: { id: launchTemplate.id, version: launchTemplate.latestVersion.apply(String) },
        scalingConfig: { minSize: min, desiredSize: min, maxSize: Math.max(max, min) },
        updateConfig: { maxUnavailable: 1 },
        nodeRepairConfig: { enabled: true },
        labels: { [poolLabel]: pool },
        taints: pool === "system" ? [{ key: poolLabel, value: "system", effect: "PREFER_NO_SCHEDULE" }] : [],
        tags: { Name: name },
      },
      {
        ...context.opts,
        // Karpenter changes no group: where it scales, a larger `min` must raise the count, or EKS refuses the `min`.
        ...(settings.nodeCount === "autoscaler" && { ignoreChanges: ["scalingConfig.desiredSize"] }),
        dependsOn: [...grants, ...network.ready, ...controlPlane.access, ...before],
      },
    );
  });
}
