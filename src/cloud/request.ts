import type { EdgeConfig } from "../config/edge.js";
import type { PlatformConfig } from "../config/platform.js";
import type { ServicesConfig } from "../config/services.js";

/** What the modules of clouds read of a stack's config, beside the part that is a cloud's own. */
export interface CloudRequest {
  /** Name of the stack. */
  stack: string;
  /** Data need no protection, and all goes with the stack. */
  disposable: boolean;
  edge: EdgeConfig;
  platform: PlatformConfig;
  services: ServicesConfig;
  /** Passwords and keys of what exists outside the stack, by service and name. */
  credentials: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
