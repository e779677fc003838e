/** Who may reach a subnet. What no rule names is left to Azure: the network itself yes, the internet no. */
export interface Rule {
  /** A block of addresses, or one of Azure's service tags. */
  from: string;
  ports: string[];
  deny?: boolean;
}

interface SecurityRule {
  name: string;
  priority: number;
  direction: "Inbound";
  access: "Allow" | "Deny";
  protocol: "Tcp" | "*";
  sourceAddressPrefix: string;
  sourcePortRange: "*";
  destinationAddressPrefix: "*";
  destinationPortRanges: string[];
}

/** Azure takes the rule with the lowest number first. */
const firstPriority = 100;

/** The rules in Azure's terms, the first of them first. */
export function securityRules(rules: readonly Rule[]): SecurityRule[] {
  return rules.map(({ from, ports, deny = false }, index) => ({
    name: `${deny ? "deny" : "allow"}-${index + 1}`,
    priority: firstPriority + 10 * index,
    direction: "Inbound",
    access: deny ? "Deny" : "Allow",
    protocol: deny ? "*" : "Tcp",
    sourceAddressPrefix: from,
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRanges: ports,
  }));
}
