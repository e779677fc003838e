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
export function subnetCidrs(network: string): SubnetCidrs {
  const [nodes = "", gateway = "", endpoints = "", mysql = ""] = subnets(network, [20, 24, 26, 28]);
  return { nodes, gateway, endpoints, mysql };
}
