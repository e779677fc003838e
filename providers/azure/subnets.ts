import type { network } from "@pulumi/azure-native/types/input.js";
import { subnets } from "../../src/config/cidr.js";

/** Blocks of addresses of the stack's own network, by what is in them. */
export interface SubnetCidrs {
  nodes: string;
  /** Application Gateway for Containers asks for a /24. */
  gateway: string;
  endpoints: string;
  /** MySQL's servers and their standbys. */
  mysql: string;
}

/** Where each subnet is in the network. */
export function subnetCidrs(whole: string): SubnetCidrs {
  const [nodes = "", gateway = "", endpoints = "", mysql = ""] = subnets(whole, [20, 24, 26, 28]);
  return { nodes, gateway, endpoints, mysql };
}

/** Who may reach a subnet. What no rule names is left to Azure: the network itself yes, the internet no. */
export interface Rule {
  /** A block of addresses, or one of Azure's service tags. */
  from: string;
  /** Default: all. */
  ports?: string[];
  deny?: boolean;
}

/** Azure takes the rule with the lowest number first. */
const firstPriority = 100;

/** The rules in Azure's terms, the first of them first. */
export function securityRules(rules: readonly Rule[]): network.SecurityRuleArgs[] {
  return rules.map(({ from, ports, deny = false }, index) => ({
    name: `${deny ? "deny" : "allow"}-${index + 1}`,
    priority: firstPriority + 10 * index,
    direction: "Inbound",
    access: deny ? "Deny" : "Allow",
    protocol: deny ? "*" : "Tcp",
    sourceAddressPrefix: from,
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    // The list takes no wildcard.
    ...(ports === undefined ? { destinationPortRange: "*" } : { destinationPortRanges: ports }),
  }));
}
