import * as ec2 from "@pulumi/aws/ec2/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { part } from "../part.js";
import type { AwsContext } from "./context.js";

/** Where nodes, data and load balancers are. */
export interface Network {
  vpcId: pulumi.Input<string>;
  /** One a zone, with a way out but none in. */
  nodeSubnets: pulumi.Input<string>[];
  /** One a zone, without a way out. */
  dataSubnets: pulumi.Input<string>[];
  /** Addresses that the nodes are seen as from outside. None known where the network exists already. */
  egressIps: pulumi.Input<string>[];
  /** What nodes need to get out. */
  ready: pulumi.Resource[];
}

/** Zones by their last letter, which names of resources end with. */
function letterOf(zone: string): string {
  return zone.slice(-1);
}

function tableFor(
  context: AwsContext,
  vpcId: pulumi.Input<string>,
  name: string,
  subnets: readonly ec2.Subnet[],
): ec2.RouteTable {
  const { settings, opts } = context;
  const fullName = `${settings.name}-${name}`;
  const table = new ec2.RouteTable(fullName, { vpcId, tags: { Name: fullName } }, opts);
  subnets.forEach((subnet, index) => {
    new ec2.RouteTableAssociation(
      `${fullName}-${letterOf(settings.zoneNames[index] ?? "")}`,
      { routeTableId: table.id, subnetId: subnet.id },
      opts,
    );
  });
  return table;
}

/**
 * A network over all zones: nodes go out through NAT and cannot be reached, data has no way out at all, only load
 * balancers and NAT have public addresses. S3 is reached without leaving AWS.
 */
function makeNetwork(context: AwsContext): Network {
  const { settings, opts } = context;
  const { name, zoneNames: zones, subnetCidrs } = settings;
  const vpc = new ec2.Vpc(
    name,
    {
      cidrBlock: settings.vpcCidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: name },
    },
    context.guarded,
  );
  // Without rules: what forgets to name its security group reaches nothing and is reached by nothing.
  new ec2.DefaultSecurityGroup(`${name}-default`, { vpcId: vpc.id, tags: { Name: `${name}-default` } }, opts);
  const subnetsOf = (kind: keyof typeof subnetCidrs, tags: Record<string, string>): ec2.Subnet[] =>
    zones.map((zone, index) => {
      const subnetName = `${name}-${kind}-${letterOf(zone)}`;
      return new ec2.Subnet(
        subnetName,
        {
          vpcId: vpc.id,
          availabilityZone: zone,
          cidrBlock: subnetCidrs[kind][index],
          mapPublicIpOnLaunch: false,
          tags: { Name: subnetName, ...tags },
        },
        context.guarded,
      );
    });
  // By these two tags the load balancer controller finds where to put load balancers.
  const publicSubnets = subnetsOf("public", { "kubernetes.io/role/elb": "1" });
  const nodeSubnets = subnetsOf("nodes", { "kubernetes.io/role/internal-elb": "1" });
  const dataSubnets = subnetsOf("data", {});

  const gateway = new ec2.InternetGateway(name, { vpcId: vpc.id, tags: { Name: name } }, opts);
  const publicTable = tableFor(context, vpc.id, "public", publicSubnets);
  const publicRoute = new ec2.Route(
    `${name}-public`,
    { routeTableId: publicTable.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
    opts,
  );
  tableFor(context, vpc.id, "data", dataSubnets);

  const natSubnets = settings.network.natGateways === "one" ? publicSubnets.slice(0, 1) : publicSubnets;
  const exits = natSubnets.map((subnet, index) => {
    const natName = `${name}-nat-${letterOf(zones[index] ?? "")}`;
    const address = new ec2.Eip(natName, { domain: "vpc", tags: { Name: natName } }, opts);
    const nat = new ec2.NatGateway(
      natName,
      { allocationId: address.allocationId, subnetId: subnet.id, tags: { Name: natName } },
      { ...opts, dependsOn: publicRoute },
    );
    return { address, nat };
  });
  const nodeTables = nodeSubnets.map((subnet, index) => {
    const tableName = `${name}-nodes-${letterOf(zones[index] ?? "")}`;
    const table = new ec2.RouteTable(tableName, { vpcId: vpc.id, tags: { Name: tableName } }, opts);
    const association = new ec2.RouteTableAssociation(
      tableName,
      { routeTableId: table.id, subnetId: subnet.id },
      opts,
    );
    const route = new ec2.Route(
      tableName,
      {
        routeTableId: table.id,
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: (exits[index] ?? exits[0])?.nat.id,
      },
      opts,
    );
    return { table, ready: [association, route] };
  });
  new ec2.VpcEndpoint(
    `${name}-s3`,
    {
      vpcId: vpc.id,
      serviceName: `com.amazonaws.${settings.region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: nodeTables.map(({ table }) => table.id),
      tags: { Name: `${name}-s3` },
    },
    opts,
  );
  return {
    vpcId: vpc.id,
    nodeSubnets: nodeSubnets.map(({ id }) => id),
    dataSubnets: dataSubnets.map(({ id }) => id),
    egressIps: exits.map(({ address }) => address.publicIp),
    ready: nodeTables.flatMap(({ ready }) => ready),
  };
}

/** The stack's own network, or the one that the config names. */
export function awsNetwork(context: AwsContext): Network {
  const { network } = context.settings.existing;
  if (network === undefined) {
    return part(context, "Network", makeNetwork, { earlier: `${context.name}-network` });
  }
  return {
    vpcId: network.id,
    nodeSubnets: network.nodeSubnets,
    dataSubnets: network.dataSubnets,
    egressIps: network.egressAddresses,
    ready: [],
  };
}
