import type * as pulumi from "@pulumi/pulumi";
import { awsAbilities, awsBilledTypes, awsFaults } from "../../providers/aws/abilities.js";
import { azureAbilities, azureFaults } from "../../providers/azure/abilities.js";
import { azureBilledTypes } from "../../providers/azure/billedTypes.js";
import { existingAbilities } from "../../providers/existing/abilities.js";
import { gcpAbilities, gcpFaults } from "../../providers/gcp/abilities.js";
import { gcpBilledTypes } from "../../providers/gcp/billedTypes.js";
import type { StackConfig } from "../stack/load.js";
import type { Scope } from "../config/fleet.js";
import type { Config } from "../stack/schema.js";
import { joinFaults, UserError } from "../workspace/errors.js";
import type { Cloud, CloudAbilities, OpenCloud } from "./types.js";

/** What a cloud is to the program. All but `create` is plain and loads no SDK. */
export interface CloudModule {
  /** What the config may ask of this cloud. */
  abilities: (config: StackConfig) => CloudAbilities;
  /** Faults in the config that the schema cannot see; each a sentence with key path and remedy. Default: none. */
  faults?: (config: StackConfig) => string[];
  /** Type tokens of the resources that cost money while they exist. */
  billedTypes: readonly string[];
  /** What a stack on this cloud may hold. Default: all, or the platform. */
  scopes?: readonly Scope[];
  /** Asks others before anything is decided. Default: there is nobody to ask. */
  open?: (config: StackConfig) => Promise<OpenCloud>;
  /** Makes, or reaches, the cluster. Loads the cloud's SDK, which the other clouds need not wait for. */
  create: (name: string, config: StackConfig, opts: pulumi.ResourceOptions) => Promise<Cloud>;
}

/** The one table from a cloud's name to its module. */
const clouds: Record<Config["cloud"], CloudModule> = {
  existing: {
    abilities: () => existingAbilities,
    billedTypes: [],
    scopes: ["all", "platform", "instances"],
    create: async (name, config, opts) => {
      const { existingCluster } = await import("../../providers/existing/index.js");
      return existingCluster(name, config.existing, opts);
    },
  },
  aws: {
    abilities: awsAbilities,
    faults: awsFaults,
    billedTypes: awsBilledTypes,
    create: async (name, config, opts) => {
      const { awsCloud } = await import("../../providers/aws/index.js");
      return awsCloud(name, config, opts);
    },
  },
  azure: {
    abilities: azureAbilities,
    faults: azureFaults,
    billedTypes: azureBilledTypes,
    create: async (name, config, opts) => {
      const { azureCloud } = await import("../../providers/azure/index.js");
      return azureCloud(name, config, opts);
    },
  },
  gcp: {
    abilities: gcpAbilities,
    faults: gcpFaults,
    billedTypes: gcpBilledTypes,
    create: async (name, config, opts) => {
      const { gcpCloud } = await import("../../providers/gcp/index.js");
      return gcpCloud(name, config, opts);
    },
  },
  stack: {
    abilities: () => existingAbilities,
    billedTypes: [],
    scopes: ["instances"],
    faults: ({ platformStack }) =>
      platformStack === undefined
        ? ["openedx:platformStack.name: is not set; name the stack that has the platform; docs/fleet.md"]
        : [],
    open: async (config) => {
      const { openPlatform } = await import("../../providers/stack/index.js");
      return openPlatform(config);
    },
    create: () => Promise.reject(new Error("the platform's stack is opened first")),
  },
};

/** Type tokens of resources that cost money, of all clouds. */
export const billedTypes: ReadonlySet<string> = new Set(
  Object.values(clouds).flatMap((cloud) => cloud.billedTypes),
);

/**
 * The module of the cloud that the config asks for.
 * @throws UserError with every fault in the cloud's part of the config.
 */
export function selectCloud(config: StackConfig): CloudModule {
  const { cloud, stack } = config;
  const file = `stacks/Pulumi.${stack}.yaml`;
  if (config[cloud] === undefined) {
    throw new UserError(
      `${file}: openedx:cloud is ${cloud}, so openedx:${cloud} must say where and how; docs/${cloud}.md`,
    );
  }
  const module = clouds[cloud];
  const faults = [...scopeFaults(config, module.scopes), ...(module.faults?.(config) ?? [])];
  if (faults.length > 0) {
    throw joinFaults(`The config in ${file} is wrong`, faults);
  }
  return module;
}

/**
 * The cloud that the config asks for, ready to be made.
 * @throws UserError as `selectCloud` does, and when another stack lacks what this one builds on.
 */
export async function openCloud(config: StackConfig): Promise<OpenCloud> {
  const { open, abilities, create } = selectCloud(config);
  return open === undefined
    ? { config, abilities: abilities(config), create: (name, opts) => create(name, config, opts) }
    : open(config);
}

function scopeFaults(
  { cloud, scope, instances, platform }: StackConfig,
  scopes: readonly Scope[] = ["all", "platform"],
): string[] {
  const deployed = Object.entries(platform.addons).filter(([, addOn]) => addOn?.state === "on");
  return [
    ...(scopes.includes(scope)
      ? []
      : [`openedx:scope: ${scope} is not for \`cloud: ${cloud}\`; allowed: ${scopes.join(", ")}`]),
    ...(scope === "platform" && Object.keys(instances).length > 0
      ? [
          "openedx:instances: a stack of `scope: platform` has none; they go into a stack of `scope: instances`",
        ]
      : []),
    ...(scope === "instances" && deployed.length > 0
      ? [
          `openedx:platform.addons.${deployed[0]?.[0]}: a stack of \`scope: instances\` deploys no add-ons; switch it on ` +
            "in the platform's stack",
        ]
      : []),
  ];
}
