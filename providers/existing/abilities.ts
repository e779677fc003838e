import type { CloudAbilities } from "../../src/cloud/types.js";

/** A cluster alone: whatever else is needed runs on it or is reached from it. */
export const existingAbilities: CloudAbilities = {
  edgeControllers: [],
  builtIn: [],
  dns: false,
  workloadIdentity: false,
  backup: false,
  managed: {},
};
