import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as vpc from "@pulumi/aws/vpc/index.js";
import type { ControlPlane } from "./cluster.js";
import type { AwsContext } from "./context.js";
import type { Keys } from "./keys.js";
import type { Network } from "./network.js";

/** What all that keeps data is made from. */
export interface DataParts {
  keys: Keys;
  network: Network;
  controlPlane: ControlPlane;
}

/** A security group that only the cluster's nodes and pods may reach, on one port. It reaches nothing itself. */
export function groupForCluster(
  context: AwsContext,
  request: DataParts & { name: string; description: string; port: number },
): ec2.SecurityGroup {
  const { name, description, port, network, controlPlane } = request;
  const group = new ec2.SecurityGroup(
    name,
    { name, description, vpcId: network.vpcId, tags: { Name: name } },
    context.opts,
  );
  new vpc.SecurityGroupIngressRule(
    name,
    {
      securityGroupId: group.id,
      referencedSecurityGroupId: controlPlane.securityGroupId,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description: "from the cluster",
      tags: { Name: name },
    },
    context.opts,
  );
  return group;
}
