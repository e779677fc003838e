import type * as pulumi from "@pulumi/pulumi";
import { existingAbilities, existingCluster } from "../../providers/existing/index.js";
import type { Config } from "../config/schema.js";
import type { Cloud, CloudAbilities } from "./types.js";

interface CloudModule {
  /** Plain: what the config may ask of this cloud. */
  abilities: (config: Config) => CloudAbilities;
  /** Makes, or reaches, the cluster. */
  create: (name: string, config: Config, opts: pulumi.ResourceOptions) => Cloud;
}

/** The one table from a cloud's name to its module. */
const clouds: Record<Config["cloud"], CloudModule> = {
  existing: {
    abilities: () => existingAbilities,
    create: (name, config, opts) => existingCluster(name, config.existing, opts),
  },
};

/** The module of the cloud that the config asks for. */
export function selectCloud(config: Config): CloudModule {
  return clouds[config.cloud];
}
