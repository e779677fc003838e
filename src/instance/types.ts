import type * as pulumi from "@pulumi/pulumi";
import type { InstanceConfig } from "../stack/schema.js";
import type { InstanceServices } from "../data/types.js";
import type { EdgePlan, Site } from "../platform/edge/types.js";
import type { InstanceSource, Render } from "../tutor/types.js";

/** What one instance is made from. Plain and known before the first resource. */
export interface InstanceInput {
  source: InstanceSource;
  render: Render;
  config: InstanceConfig;
  /** Keys of its config.yml that say something. */
  written: readonly string[];
  edge: EdgePlan;
  /** All sites of the stack, with the hosts that the edge routes: they share its Gateways. */
  sites: readonly Site[];
  /** What the stack's data services mean for it. */
  services: InstanceServices;
  /** Whose pods may read the metrics of the site's; undefined: there is no monitoring. */
  monitoringNamespace?: string;
  disposable: boolean;
  /** Values for the keys in `source.givenSecrets`. Secret: only ever wrapped by `pulumi.secret`. */
  secrets: Record<string, string>;
}

/** What the stack shows of an instance. */
export interface InstanceOutputs {
  tutor: string;
  openEdx: string;
  urls: string[];
  namespace: pulumi.Output<string>;
}
