import { prefixLength } from "./cidr.js";
import type { Fault, Preset } from "./clouds.js";

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
function sizedPools(given: Pools<GivenPool>, preset: Pools<PoolSize>): Pools<PoolSize & { diskGiB: number }> {
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

/** What a preset decides: the pools of nodes, and numbers of the services by their key in the config. */
export interface PresetSizes {
  nodes: Pools<PoolSize>;
}

/** A cloud's config with the preset's sizes filled in. */
export type Sized<Config, Sizes extends PresetSizes> = Omit<Config, keyof Sizes> & {
  nodes: Pools<PoolSize & { diskGiB: number }> & { spot: boolean };
} & {
  [Key in Exclude<keyof Sizes, "nodes">]: Omit<
    Key extends keyof Config ? Config[Key] : unknown,
    keyof Sizes[Key]
  > &
    Sizes[Key];
};

/** Fills in the preset's sizes; what is set wins over them. */
export function withSizes<
  Config extends { preset: Preset; nodes: Pools<GivenPool> & { spot: boolean } },
  Sizes extends PresetSizes,
>(config: Config, presets: Record<Preset, Sizes>): Sized<Config, Sizes> {
  const { nodes, ...services } = presets[config.preset];
  const given = config as unknown as Record<string, object>;
  return {
    ...config,
    ...Object.fromEntries(
      Object.entries<object>(services as Record<string, object>).map(([key, sizes]) => [
        key,
        { ...sizes, ...given[key] },
      ]),
    ),
    nodes: { ...sizedPools(config.nodes, nodes), spot: config.nodes.spot },
  } as unknown as Sized<Config, Sizes>;
}

/** How a cloud writes types of machines. */
export interface MachineTypes {
  /** Those with ARM processors, on which Open edX's images, built for x86, do not run. */
  arm: RegExp;
  form: RegExp;
  /** What one of another form is not: `a size of a virtual machine`. */
  what: string;
  /** One that would do. */
  example: string;
}

/** Types of machines that the cloud has not, or that no image runs on. */
export function* machineFaults(
  pools: Pools<PoolSize>,
  { arm, form, what, example }: MachineTypes,
): Generator<Fault> {
  for (const role of poolNames) {
    const path = ["nodes", role, "machineType"];
    const { machineType } = pools[role];
    if (arm.test(machineType)) {
      yield {
        path,
        message: `is an ARM machine, on which Open edX's images do not run: such as ${example}`,
      };
    } else if (!form.test(machineType)) {
      yield { path, message: `is not ${what}, such as ${example}` };
    }
  }
}

/** Of pods each node takes a /24. */
const nodeBits = 24;

/** A cluster whose pods and Services have blocks of addresses of their own, and whose nodes its cloud puts pods on. */
export interface ClusterAddresses {
  network: { podCidr: string; serviceCidr: string };
  /** With `spot` the pool `general` is there twice, once with spare machines. */
  nodes: Pools<PoolSize> & { spot: boolean };
}

/**
 * A block for Services of a size that the cloud does not take, or too few addresses of pods for the nodes.
 * @param serviceBits sizes of the block for Services that the cloud takes
 * @param owner whose own pods run on the pool `system`: `AKS`
 */
export function* clusterFaults(
  { network, nodes }: ClusterAddresses,
  serviceBits: { shortest: number; longest: number },
  owner: string,
): Generator<Fault> {
  const bits = prefixLength(network.serviceCidr);
  if (bits < serviceBits.shortest || bits > serviceBits.longest) {
    yield {
      path: ["network", "serviceCidr"],
      message: `must be from /${serviceBits.shortest} to /${serviceBits.longest}`,
    };
  }
  const { system, general, stateful, spot } = nodes;
  const most = system.max + stateful.max + general.max * (spot ? 2 : 1);
  const room = Math.floor(2 ** (nodeBits - prefixLength(network.podCidr)));
  if (most > room) {
    yield {
      path: ["network", "podCidr"],
      message: `has room for ${room} nodes, and the pools may grow to ${most}: each node takes a /${nodeBits}`,
    };
  }
  if (system.min < 1) {
    yield { path: ["nodes", "system", "min"], message: `must be at least 1: ${owner} on this pool` };
  }
}
