import { prefixLength } from "./cidr.js";
import type { Fault } from "./clouds.js";

/** Nodes of one pool. `min` stand always, up to `max` come with the load. */
export interface PoolSize {
  machineType: string;
  min: number;
  max: number;
}

/** A pool as the config has it, with what it leaves to the preset. */
export type GivenPool = Partial<PoolSize> & { diskGiB: number };

export const poolNames = ["system", "general", "stateful"] as const;
export type Pools<Pool> = Record<(typeof poolNames)[number], Pool>;

/** What is set wins over the preset. One bound alone moves the other along, where it would contradict it. */
export function sizedPools(
  given: Pools<GivenPool>,
  preset: Pools<PoolSize>,
): Pools<PoolSize & { diskGiB: number }> {
  const sized = (name: (typeof poolNames)[number]): PoolSize & { diskGiB: number } => {
    const { machineType, min, max, diskGiB } = given[name];
    const size = preset[name];
    const least = min ?? Math.min(size.min, max ?? size.min);
    return {
      machineType: machineType ?? size.machineType,
      min: least,
      max: max ?? Math.max(size.max, least),
      diskGiB,
    };
  };
  return { system: sized("system"), general: sized("general"), stateful: sized("stateful") };
}

/** Of pods each node takes a /24. */
const nodeBits = 24;

/** Clusters whose pods and Services have blocks of addresses of their own. */
export interface ClusterAddresses {
  podCidr: string;
  serviceCidr: string;
  pools: Pools<PoolSize>;
  /** The pool `general` is there twice, once with spare machines. */
  spot: boolean;
  /** Sizes of the block for Services that the cloud takes. */
  serviceBits: { shortest: number; longest: number };
}

/** A block for Services of a size that the cloud does not take, or too few addresses of pods for the nodes. */
export function* clusterAddressFaults(addresses: ClusterAddresses): Generator<Fault> {
  const { podCidr, serviceCidr, pools, spot, serviceBits } = addresses;
  const bits = prefixLength(serviceCidr);
  if (bits < serviceBits.shortest || bits > serviceBits.longest) {
    yield {
      path: ["network", "serviceCidr"],
      message: `must be from /${serviceBits.shortest} to /${serviceBits.longest}`,
    };
  }
  const { system, general, stateful } = pools;
  const most = system.max + stateful.max + general.max * (spot ? 2 : 1);
  const room = Math.floor(2 ** (nodeBits - prefixLength(podCidr)));
  if (most > room) {
    yield {
      path: ["network", "podCidr"],
      message: `has room for ${room} nodes, and the pools may grow to ${most}: each node takes a /${nodeBits}`,
    };
  }
}
