import type * as pulumi from "@pulumi/pulumi";
import type { InstanceConfig } from "../config/instances.js";
import type { InstanceServices } from "../data/types.js";
import type { EdgePlan } from "../platform/edge/types.js";
import type { InstancePlace } from "../tutor/folder.js";
import type { SiteConfig } from "../tutor/siteConfig.js";
import type { Render } from "../tutor/types.js";

/** What one instance is made from. Plain and known before the first resource. */
export interface InstanceInput {
  source: InstancePlace;
  /** Its config.yml. */
  siteConfig: SiteConfig;
  render: Render;
  config: InstanceConfig;
  edge: EdgePlan;
  /** What the stack's data services mean for it. */
  services: InstanceServices;
  /** Whose pods may read the metrics of the site's; undefined: there is no monitoring. */
  monitoringNamespace?: string;
  disposable: boolean;
  /** Values that stack config gives to its secret settings. Secret: only ever wrapped by `pulumi.secret`. */
  secrets: Record<string, string>;
}

/** What the stack shows of an instance. */
export interface InstanceOutputs {
  tutor: string;
  openEdx: string;
  urls: string[];
  namespace: pulumi.Output<string>;
}
