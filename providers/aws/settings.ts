import type { CloudRequest } from "../../src/cloud/request.js";
import { subnets } from "../../src/config/cidr.js";
import type { Sized } from "../../src/config/pools.js";
import {
  addOnVersions,
  eksAddOns,
  type AwsConfig,
  type EksAddOn,
  nodeReleases,
  sizedConfig,
} from "./config.js";
import { partitionOf, zonesOf } from "./regions.js";
import type { AwsSizes } from "./sizes.js";

/** The config with all that follows from it: preset, zones, names. Plain. */
export interface AwsSettings extends Omit<Sized<AwsConfig, AwsSizes>, "name" | "zoneNames" | "nodeRelease"> {
  /** What names begin with. */
  name: string;
  /** `aws`; China and the US government have their own. */
  partition: string;
  zoneNames: string[];
  /** Addresses of all that is in the VPC. */
  vpcCidr: string;
  /** One a zone each; empty where the network exists already. */
  subnetCidrs: { nodes: string[]; data: string[]; public: string[] };
  addOnVersions: Partial<Record<EksAddOn, string>>;
  /** Of the nodes' image, such as 1.36.2-20260714; undefined where the cluster exists already. */
  nodeRelease: string | undefined;
  /** On everything that takes tags. */
  tags: Record<string, string>;
  /** What makes nodes beyond those that always stand. */
  scaling: { karpenter: boolean; clusterAutoscaler: boolean };
}

/** Addresses of all that is in the VPC, made or existing. */
export function vpcCidrOf({ existing, network }: AwsConfig): string {
  return existing.network?.cidr ?? network.cidr;
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
export function awsSettings({ stack, platform }: CloudRequest, config: AwsConfig): AwsSettings {
  const zoneNames = zonesOf(config);
  return {
    ...sizedConfig(config),
    name: config.name ?? stack,
    partition: partitionOf(config.region),
    zoneNames,
    vpcCidr: vpcCidrOf(config),
    subnetCidrs:
      config.existing.network === undefined
        ? layOut(config.network.cidr, zoneNames.length)
        : { nodes: [], data: [], public: [] },
    addOnVersions: Object.fromEntries(
      eksAddOns.map((addOn) => [
        addOn,
        config.addOnVersions[addOn] ?? addOnVersions[config.kubernetes.version]?.[addOn],
      ]),
    ),
    nodeRelease: config.nodeRelease ?? nodeReleases[config.kubernetes.version],
    tags: { ...config.tags, "openedx:stack": stack, "openedx:managed-by": "pulumi" },
    scaling: {
      karpenter: platform.addons.karpenter?.state !== "off",
      clusterAutoscaler: platform.addons["cluster-autoscaler"]?.state === "on",
    },
  };
}
