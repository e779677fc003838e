import { addOnVersions, eksAddOns, type AwsConfig, type EksAddOn, zonesOf } from "../../src/config/aws.js";
import type { StackConfig } from "../../src/stack/load.js";
import { subnets } from "../../src/config/cidr.js";
import { type PoolSize, sizedPools } from "../../src/config/pools.js";
import { sizes, type Sizes } from "./sizes.js";

/** The config with all that follows from it: preset, zones, names. Plain. */
export interface AwsSettings extends Omit<Sizes, "nodes"> {
  config: AwsConfig;
  /** What names begin with. */
  name: string;
  account: string;
  region: string;
  /** `aws`; China and the US government have their own. */
  partition: string;
  zones: string[];
  /** Addresses of all that is in the VPC. */
  vpcCidr: string;
  /** One a zone each; empty where the network exists already. */
  subnetCidrs: { nodes: string[]; data: string[]; public: string[] };
  nodes: Record<keyof Sizes["nodes"], PoolSize & { diskGiB: number }>;
  addOnVersions: Partial<Record<EksAddOn, string>>;
  /** On everything that takes tags. */
  tags: Record<string, string>;
  /** Whose count of nodes it is: cluster-autoscaler's, where that is on, else the config's. */
  nodeCount: "autoscaler" | "config";
  /** Data goes with the stack. */
  disposable: boolean;
}

/** What names in AWS begin with. */
export function baseNameOf({ aws, stack }: StackConfig): string {
  return aws?.name ?? stack;
}

/** Addresses of all that is in the VPC, made or existing. */
export function vpcCidrOf({ existing, network }: AwsConfig): string {
  return existing.network?.cidr ?? network.cidr;
}

function partitionOf(region: string): string {
  return region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** Zones that each network has room for: where a subnet is must not change when one more zone is used. */
const mostZones = 3;

/** Nodes and pods get a quarter of the network in each zone, data and load balancers a 64th each. */
function layOut(cidr: string, zones: number): AwsSettings["subnetCidrs"] {
  const bits = Number(cidr.split("/")[1]);
  const nodeBits = Array<number>(mostZones).fill(bits + 2);
  const smallBits = Array<number>(2 * mostZones).fill(bits + 6);
  const all = subnets(cidr, [...nodeBits, ...smallBits]);
  const block = (index: number): string[] => all.slice(index * mostZones, index * mostZones + zones);
  return { nodes: block(0), data: block(1), public: block(2) };
}

/** All numbers and names of the stack's part in AWS. */
export function awsSettings(stackConfig: StackConfig, config: AwsConfig): AwsSettings {
  const preset = sizes[config.preset];
  const zones = zonesOf(config);
  const { network } = config.existing;
  const storageGiB = config.mysql.storageGiB ?? preset.mysql.storageGiB;
  return {
    config,
    name: baseNameOf(stackConfig),
    account: config.account,
    region: config.region,
    partition: partitionOf(config.region),
    zones,
    vpcCidr: vpcCidrOf(config),
    subnetCidrs:
      network === undefined ? layOut(config.network.cidr, zones.length) : { nodes: [], data: [], public: [] },
    natGateways: config.network.natGateways ?? preset.natGateways,
    nodes: sizedPools(config.nodes, preset.nodes),
    mysql: {
      instanceClass: config.mysql.instanceClass ?? preset.mysql.instanceClass,
      storageGiB,
      maxStorageGiB: config.mysql.maxStorageGiB ?? Math.max(preset.mysql.maxStorageGiB, storageGiB),
      multiAz: config.mysql.multiAz ?? preset.mysql.multiAz,
    },
    redis: {
      nodeType: config.redis.nodeType ?? preset.redis.nodeType,
      nodes: config.redis.nodes ?? preset.redis.nodes,
    },
    search: {
      instanceType: config.search.instanceType ?? preset.search.instanceType,
      nodes: config.search.nodes ?? preset.search.nodes,
    },
    addOnVersions: Object.fromEntries(
      eksAddOns.map((addOn) => [
        addOn,
        config.addOnVersions[addOn] ?? addOnVersions[config.kubernetes.version]?.[addOn],
      ]),
    ),
    tags: {
      ...config.tags,
      "openedx:stack": stackConfig.stack,
      "openedx:managed-by": "pulumi",
    },
    nodeCount: stackConfig.platform.addons["cluster-autoscaler"]?.state === "on" ? "autoscaler" : "config",
    disposable: stackConfig.disposable,
  };
}
