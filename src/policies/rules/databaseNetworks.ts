import { mapOf, mapsOf } from "../../workspace/yaml.js";
import { textsOf, unchecked, unknown } from "../objects.js";
import type { Finding, PolicyResource } from "../types.js";
import { hasDatabasePort, isInternet } from "./databases.js";

/** How a cloud's resource lets the internet in to a database, if it does. */
export function databaseNetworkFindings(resource: PolicyResource): Finding[] {
  const { urn, type, name, inputs } = resource;
  const kind = `${type.split(":").at(-1)} ${name}`;
  return checks
    .filter(({ types }) => types.test(type))
    .flatMap(({ opened }) => opened(inputs))
    .map((what): Finding =>
      what.includes(unknown)
        ? unchecked(urn, `${kind}: ${what.replace(unknown, "").trim()}`)
        : {
            urn,
            message: `${kind}: ${what}, so that a database can be reached from the internet. Allow the cluster's network only.`,
          },
    );
}

interface Check {
  types: RegExp;
  /** What lets the internet in; with `[unknown]` where that cannot be said yet. */
  opened: (inputs: Record<string, unknown>) => string[];
}

/** A switch that must be off. */
function on(path: string, value: unknown): string[] {
  if (value === unknown) {
    return [`${path} ${unknown}`];
  }
  return value === true || value === "Enabled" ? [`${path} is ${JSON.stringify(value)}`] : [];
}

/** One rule of a firewall that lets in. */
function allowed(sources: readonly string[], ports: readonly string[], where: string): string[] {
  if (!ports.some(hasDatabasePort)) {
    return [];
  }
  const open = sources.filter(isInternet);
  return [
    ...(open.length > 0 ? [`${where} lets ${open.join(", ")} in to port ${ports.join(", ")}`] : []),
    ...(sources.includes(unknown) ? [`${where}: who may reach port ${ports.join(", ")} ${unknown}`] : []),
  ];
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** AWS gives ports as from and to; protocol `-1` and 0 to 65535 are all. */
function awsPorts({ protocol, ipProtocol, fromPort, toPort }: Record<string, unknown>): string[] {
  if (text(protocol ?? ipProtocol) === "-1") {
    return ["*"];
  }
  return [text(toPort) === "" || fromPort === toPort ? text(fromPort) : `${text(fromPort)}-${text(toPort)}`];
}

const checks: readonly Check[] = [
  {
    types: /^aws:(rds|docdb|neptune|dms)\//,
    opened: ({ publiclyAccessible }) => on("publiclyAccessible", publiclyAccessible),
  },
  {
    types: /^aws:ec2\/(securityGroup|defaultSecurityGroup):/,
    opened: ({ ingress }) =>
      mapsOf(ingress).flatMap((rule, index) =>
        allowed(textsOf(rule.cidrBlocks, rule.ipv6CidrBlocks), awsPorts(rule), `ingress[${index}]`),
      ),
  },
  {
    types: /^aws:ec2\/securityGroupRule:/,
    opened: (rule) =>
      rule.type === "egress"
        ? []
        : allowed(textsOf(rule.cidrBlocks, rule.ipv6CidrBlocks), awsPorts(rule), "it"),
  },
  {
    types: /^aws:vpc\/securityGroupIngressRule:/,
    opened: (rule) => allowed(textsOf(rule.cidrIpv4, rule.cidrIpv6), awsPorts(rule), "it"),
  },
  {
    types: /^azure-native:network(\/v\w+)?:NetworkSecurityGroup$/,
    opened: ({ securityRules }) => mapsOf(securityRules).flatMap(azureRule),
  },
  { types: /^azure-native:network(\/v\w+)?:SecurityRule$/, opened: azureRule },
  {
    types:
      /^azure-native:(dbformysql|dbforpostgresql|redisenterprise|cache|documentdb)(\/v\w+)?:(Server|FlexibleServer|RedisEnterprise|Redis|DatabaseAccount|MongoCluster)$/,
    opened: ({ publicNetworkAccess, network }) =>
      on("publicNetworkAccess", publicNetworkAccess ?? mapOf(network).publicNetworkAccess),
  },
  {
    types: /^azure-native:(dbformysql|dbforpostgresql|cache|documentdb)(\/v\w+)?:FirewallRule$/,
    opened: ({ startIpAddress, startIP, endIpAddress, endIP }) =>
      text(startIpAddress ?? startIP) === "0.0.0.0" && text(endIpAddress ?? endIP) === "255.255.255.255"
        ? ["it lets every address in"]
        : [],
  },
  {
    types: /^gcp:sql\/databaseInstance:/,
    opened: ({ settings }) => {
      const { ipv4Enabled, authorizedNetworks } = mapOf(mapOf(settings).ipConfiguration);
      const networks = mapsOf(authorizedNetworks).flatMap(({ value }) => textsOf(value));
      return [
        ...on("settings.ipConfiguration.ipv4Enabled", ipv4Enabled),
        ...networks
          .filter(isInternet)
          .map((network) => `settings.ipConfiguration.authorizedNetworks has ${network}`),
      ];
    },
  },
  {
    types: /^gcp:compute\/firewall:/,
    opened: ({ direction, disabled, sourceRanges, allows }) =>
      direction === "EGRESS" || disabled === true
        ? []
        : mapsOf(allows).flatMap(({ protocol, ports }, index) =>
            protocol === "icmp"
              ? []
              : allowed(
                  sourceRanges === undefined ? ["0.0.0.0/0"] : textsOf(sourceRanges),
                  textsOf(ports).length === 0 ? ["*"] : textsOf(ports),
                  `allows[${index}]`,
                ),
          ),
  },
  {
    types: /^mongodbatlas:index\/projectIpAccessList:/,
    opened: ({ cidrBlock, ipAddress }) =>
      textsOf(cidrBlock, ipAddress)
        .filter((each) => isInternet(each) || each === unknown)
        .map((each) => (each === unknown ? `who may reach it ${unknown}` : `it lets ${each} in`)),
  },
];

function azureRule(rule: Record<string, unknown>): string[] {
  if (rule.access !== "Allow" || rule.direction !== "Inbound") {
    return [];
  }
  return allowed(
    textsOf(rule.sourceAddressPrefix, rule.sourceAddressPrefixes),
    textsOf(rule.destinationPortRange, rule.destinationPortRanges),
    `rule ${text(rule.name)}`,
  );
}
