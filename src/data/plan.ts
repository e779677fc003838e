import type { CloudAbilities } from "../cloud/types.js";
import type { StackConfig } from "../config/load.js";
import type { ServicesPlan } from "./types.js";

/**
 * Where each data service comes from.
 * @throws UserError for a mode that the cloud does not offer, or that lacks what it needs.
 */
export function planServices({ services }: StackConfig, _abilities: CloudAbilities): ServicesPlan {
  return {
    namespace: services.namespace,
    mysql: { mode: "bundled" },
    mongodb: { mode: "bundled" },
    redis: { mode: "bundled" },
    search: { mode: "bundled" },
    objectStore: { mode: "bundled" },
  };
}
