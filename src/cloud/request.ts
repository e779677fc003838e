import type { EdgeConfig } from "../config/edge.js";
import type { PlatformConfig } from "../config/platform.js";
import type { BackupConfig } from "./backupStore.js";
import type { ServiceKind } from "./services.js";

/** What a stack may hold: all; the cluster and what sites share; sites on the platform of another stack. */
export const scopes = ["all", "platform", "instances"] as const;
export type Scope = (typeof scopes)[number];

/** What the modules of clouds read of a stack's config, beside the part that is a cloud's own. */
export interface CloudRequest extends BackupConfig {
  /** Name of the stack. */
  stack: string;
  /** With `platform` sites are in other stacks, where this cloud cannot be asked for anything. */
  scope: Scope;
  /** Data need no protection, and all goes with the stack. */
  disposable: boolean;
  edge: EdgeConfig;
  platform: PlatformConfig;
  /** The sites, by name. */
  instances: Readonly<Record<string, object>>;
  services: { namespace: string } & Record<ServiceKind, { mode: string }> & BackupConfig["services"];
}
