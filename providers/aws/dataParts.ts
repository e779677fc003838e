import type * as random from "@pulumi/random";
import type { ControlPlane } from "./cluster.js";
import type { Keys } from "./keys.js";
import type { Network } from "./network.js";

/** What every data service is made from. */
export interface DataParts {
  keys: Keys;
  network: Network;
  controlPlane: ControlPlane;
  /** Makes passwords. */
  randomProvider: random.Provider;
}
