import type * as pulumi from "@pulumi/pulumi";
import { existingCluster } from "../../providers/existing/index.js";
import type { Config } from "../config/schema.js";
import type { Cloud } from "./types.js";

/** The one table from a cloud's name to its module. */
const clouds = {
  existing: (name, config, opts) => existingCluster(name, config.existing, opts),
} satisfies Record<Config["cloud"], (name: string, config: Config, opts: pulumi.ResourceOptions) => Cloud>;

/** Makes, or reaches, the cluster that the config asks for. */
export function createCloud(name: string, config: Config, opts: pulumi.ResourceOptions): Cloud {
  return clouds[config.cloud](name, config, opts);
}
