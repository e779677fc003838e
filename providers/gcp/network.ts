import { Address } from "@pulumi/gcp/compute/address.js";
import { Firewall } from "@pulumi/gcp/compute/firewall.js";
import { Network as Vpc } from "@pulumi/gcp/compute/network.js";
import { Router } from "@pulumi/gcp/compute/router.js";
import { RouterNat } from "@pulumi/gcp/compute/routerNat.js";
import { Subnetwork } from "@pulumi/gcp/compute/subnetwork.js";
import type * as pulumi from "@pulumi/pulumi";
import { subnets } from "../../src/config/cidr.js";
import { gcpId } from "./ids.js";
import { type GcpContext, labelsOf } from "./context.js";

export interface Network {
  id: pulumi.Input<string>;
  name: pulumi.Input<string>;
  /** The nodes' subnet. */
  nodes: pulumi.Input<string>;
  /** Subnet for addresses of data services. */
  endpoints: pulumi.Input<string>;
  /** Names of the ranges of the nodes' subnet for pods and Services; undefined: GKE adds them to it. */
  ranges?: { pods: string; services: string };
  /** Blocks for Google's own networks that the Redis servers are in; undefined: Google takes free ones. */
  redis?: { broker: string; cache: string };
  /** What the cluster's own requests come from; none for an existing network. */
  egressAddresses: pulumi.Input<string>[];
  /** What must be there before nodes are. */
  ready: pulumi.Resource[];
}

/** The stack's own network, or the existing one that the config names. */
export function gcpNetwork(context: GcpContext): Network {
  const { network } = context.settings.existing;
  if (network === undefined) {
    return makeNetwork(context);
  }
  // The schema takes one of each.
  const [nodes] = network.nodeSubnets as [string];
  const [endpoints] = network.dataSubnets as [string];
  const { name } = gcpId(network.id, "network");
  const isOurs = context.settings.existing.cluster === undefined;
  const ready = isOurs ? [webhookAccess(context, network.id, network.cidr)] : [];
  return { id: network.id, name, nodes, endpoints, egressAddresses: network.egressAddresses, ready };
}

const ranges = { pods: "pods", services: "services" };

function makeNetwork(context: GcpContext): Network {
  const { settings, name, base, guarded, opts } = context;
  const { region } = settings;
  const { cidr, podCidr, serviceCidr } = settings.network;
  const [nodesCidr = "", endpointsCidr = "", broker = "", cache = ""] = subnets(cidr, [20, 26, 29, 29]);
  const vpc = new Vpc(
    `${name}-network`,
    { name: `${base}-network`, autoCreateSubnetworks: false, routingMode: "REGIONAL" },
    guarded,
  );
  // A subnet spans all zones of its region. Google's own services are reached without a way through the internet.
  const nodes = new Subnetwork(
    `${name}-nodes`,
    {
      name: `${base}-nodes`,
      network: vpc.id,
      region,
      ipCidrRange: nodesCidr,
      privateIpGoogleAccess: true,
      secondaryIpRanges: [
        { rangeName: ranges.pods, ipCidrRange: podCidr },
        { rangeName: ranges.services, ipCidrRange: serviceCidr },
      ],
    },
    guarded,
  );
  const endpoints = new Subnetwork(
    `${name}-endpoints`,
    {
      name: `${base}-endpoints`,
      network: vpc.id,
      region,
      ipCidrRange: endpointsCidr,
      privateIpGoogleAccess: true,
    },
    guarded,
  );
  const webhooks = webhookAccess(context, vpc.id, nodesCidr);
  const router = new Router(`${name}-router`, { name: `${base}-router`, network: vpc.id, region }, opts);
  const addresses = Array.from({ length: settings.network.natAddresses }, (_, index) =>
    publicAddress(context, `egress-${index + 1}`),
  );
  const nat = new RouterNat(
    `${name}-nat`,
    {
      name: `${base}-nat`,
      router: router.name,
      region,
      natIpAllocateOption: "MANUAL_ONLY",
      natIps: addresses.map(({ selfLink }) => selfLink),
      sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
      subnetworks: [{ name: nodes.id, sourceIpRangesToNats: ["ALL_IP_RANGES"] }],
      // Else a node with many pods runs out of ports, long before the address does.
      enableDynamicPortAllocation: true,
      enableEndpointIndependentMapping: false,
      minPortsPerVm: 64,
      maxPortsPerVm: 4096,
      logConfig: { enable: true, filter: "ERRORS_ONLY" },
    },
    opts,
  );
  return {
    id: vpc.id,
    name: vpc.name,
    nodes: nodes.id,
    endpoints: endpoints.id,
    ranges,
    redis: { broker, cache },
    egressAddresses: addresses.map(({ address }) => address),
    ready: [nat, webhooks],
  };
}

/** By which rules of the network know the stack's nodes. */
export function nodeTag({ base }: GcpContext): string {
  return `${base}-node`;
}

/** GKE lets the control plane reach ports 443 and 10250; webhooks of operators listen on these. */
function webhookAccess(context: GcpContext, network: pulumi.Input<string>, from: string): Firewall {
  const { name, base, opts } = context;
  return new Firewall(
    `${name}-webhooks`,
    {
      name: `${base}-webhooks`,
      network,
      description: "The API server, which has an address among the nodes, asks webhooks.",
      direction: "INGRESS",
      sourceRanges: [from],
      targetTags: [nodeTag(context)],
      allows: [{ protocol: "tcp", ports: ["8443", "9443"] }],
    },
    opts,
  );
}

/** An address in the internet that stays the same. */
export function publicAddress(context: GcpContext, what: string): Address {
  const { settings, name, base, guarded } = context;
  return new Address(
    `${name}-${what}`,
    {
      name: `${base}-${what}`,
      region: settings.region,
      addressType: "EXTERNAL",
      networkTier: "PREMIUM",
      labels: labelsOf(context),
    },
    guarded,
  );
}
