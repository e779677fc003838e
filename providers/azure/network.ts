import type * as pulumi from "@pulumi/pulumi";
import { NatGateway } from "@pulumi/azure-native/network/natGateway.js";
import { NetworkSecurityGroup } from "@pulumi/azure-native/network/networkSecurityGroup.js";
import { PublicIPAddress } from "@pulumi/azure-native/network/publicIPAddress.js";
import { Subnet, type SubnetArgs } from "@pulumi/azure-native/network/subnet.js";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork.js";
import { told } from "../../src/cloud/told.js";
import { UserError } from "../../src/workspace/errors.js";
import { type AzureContext, tagsOf } from "./context.js";
import { type Rule, securityRules, subnetCidrs } from "./subnets.js";

export interface Network {
  id: pulumi.Input<string>;
  /** Id of the group that the network is in. */
  group: pulumi.Input<string>;
  /** Addresses of nodes, as far as they are known: only they reach the data services. */
  nodes: pulumi.Input<string>;
  /** Delegated to MySQL. */
  mysql: pulumi.Input<string>;
  /** For private endpoints. */
  endpoints: pulumi.Input<string>;
  /** Delegated to Application Gateway for Containers; undefined where nothing asks for it. */
  gateway?: pulumi.Input<string>;
  /** What the cluster's own requests come from; none for an existing network whose config does not tell. */
  egressAddresses: pulumi.Input<string>[];
  cidr: string;
  /** What must be there before nodes are. */
  ready: pulumi.Resource[];
}

/** The stack's own network, or the existing one that the config names. */
export function azureNetwork(context: AzureContext, edge: { gateway: boolean }): Network {
  const { existing } = context.settings;
  if (existing.network === undefined) {
    return makeNetwork(context, edge);
  }
  const { id, cidr, nodeSubnets, dataSubnets, egressAddresses } = existing.network;
  const [nodes, mysql, endpoints] = [...nodeSubnets, ...dataSubnets];
  if (nodes === undefined || mysql === undefined || endpoints === undefined) {
    throw new UserError(
      "openedx:azure.existing.network: name one subnet for nodes and two for data; docs/azure.md",
    );
  }
  const group = id.split("/").slice(0, 5).join("/");
  return { id, group, nodes, mysql, endpoints, egressAddresses, cidr, ready: [] };
}

/** Zones of addresses that outlive any one of them. */
const allZones = ["1", "2", "3"];

const mysqlPort = "3306";
const redisPort = "10000";

function makeNetwork(context: AzureContext, edge: { gateway: boolean }): Network {
  const { settings, name, base, guarded, groups, opts } = context;
  const { cidr } = settings.network;
  const cidrs = subnetCidrs(cidr);
  const place = {
    resourceGroupName: groups.cluster.name,
    location: settings.location,
    tags: tagsOf(context),
  };
  const network = new VirtualNetwork(
    `${name}-network`,
    { ...place, virtualNetworkName: `${base}-network`, addressSpace: { addressPrefixes: [cidr] } },
    // Subnets are resources of their own: as part of the network, an update without them would delete them.
    { ...guarded, ignoreChanges: ["subnets"] },
  );
  const address = publicAddress(context, "egress", groups.cluster.name);
  const nat = new NatGateway(
    `${name}-nat`,
    {
      ...place,
      natGatewayName: `${base}-nat`,
      sku: { name: "Standard" },
      publicIpAddresses: [{ id: address.id }],
      idleTimeoutInMinutes: 10,
    },
    opts,
  );

  // Azure changes one subnet of a network at a time.
  const made: Subnet[] = [];
  const subnet = (what: string, addressPrefix: string, rules: Rule[], args: Partial<SubnetArgs>): Subnet => {
    const group = new NetworkSecurityGroup(
      `${name}-${what}`,
      { ...place, networkSecurityGroupName: `${base}-${what}`, securityRules: securityRules(rules) },
      opts,
    );
    const resource = new Subnet(
      `${name}-${what}`,
      {
        resourceGroupName: groups.cluster.name,
        virtualNetworkName: network.name,
        subnetName: what,
        addressPrefix,
        defaultOutboundAccess: false,
        networkSecurityGroup: { id: group.id },
        ...args,
      },
      { ...opts, dependsOn: made.slice(-1) },
    );
    made.push(resource);
    return resource;
  };

  const nodes = subnet("nodes", cidrs.nodes, [{ from: "Internet", ports: ["80", "443"] }], {
    natGateway: { id: nat.id },
    // The backup store takes requests from here only.
    serviceEndpoints: [{ service: "Microsoft.Storage" }],
  });
  const data = (...ports: string[]): Rule[] => [
    { from: cidrs.nodes, ports },
    { from: "VirtualNetwork", deny: true },
  ];
  const endpoints = subnet("endpoints", cidrs.endpoints, data(redisPort), {
    privateEndpointNetworkPolicies: "NetworkSecurityGroupEnabled",
  });
  const mysql = subnet("mysql", cidrs.mysql, [{ from: cidrs.mysql }, ...data(mysqlPort)], {
    delegations: [{ name: "mysql", serviceName: "Microsoft.DBforMySQL/flexibleServers" }],
  });
  const gateway = edge.gateway
    ? subnet("gateway", cidrs.gateway, [], {
        delegations: [{ name: "gateway", serviceName: "Microsoft.ServiceNetworking/trafficControllers" }],
      })
    : undefined;
  return {
    id: network.id,
    group: groups.cluster.id,
    nodes: nodes.id,
    mysql: mysql.id,
    endpoints: endpoints.id,
    ...(gateway !== undefined && { gateway: gateway.id }),
    egressAddresses: [told(address.ipAddress, (ip) => ip, "The address that the nodes go out by")],
    cidr,
    ready: made,
  };
}

/** An address in the internet that stays the same, whichever zone fails. */
export function publicAddress(
  context: AzureContext,
  what: string,
  group: pulumi.Input<string>,
): PublicIPAddress {
  const { settings, name, base, guarded } = context;
  return new PublicIPAddress(
    `${name}-${what}`,
    {
      resourceGroupName: group,
      location: settings.location,
      tags: tagsOf(context),
      publicIpAddressName: `${base}-${what}`,
      sku: { name: "Standard", tier: "Regional" },
      publicIPAllocationMethod: "Static",
      publicIPAddressVersion: "IPv4",
      zones: allZones,
    },
    guarded,
  );
}
