import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../cloud/types.js";
import type { EdgeConfig, InstanceConfig } from "../config/schema.js";
import type { InstanceSource, Render } from "../tutor/types.js";

/** What one instance is made from. Plain and known before the first resource, but for the cloud. */
export interface InstanceInput {
  source: InstanceSource;
  render: Render;
  config: InstanceConfig;
  edge: EdgeConfig;
  disposable: boolean;
  /** Values for the keys in `source.givenSecrets`. Secret: only ever wrapped by `pulumi.secret`. */
  secrets: Record<string, string>;
}

export interface InstanceArgs extends InstanceInput {
  cloud: Cloud;
}

/** What the stack shows of an instance. */
export interface InstanceOutputs {
  tutor: string;
  openEdx: string;
  urls: string[];
  namespace: pulumi.Output<string>;
}
