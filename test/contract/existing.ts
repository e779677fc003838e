import type { CloudCase } from "./clouds.js";

/** A cluster that exists: nothing of a cloud's is made. */
export const existingCase: CloudCase = {
  cloud: "existing",
  config: { existing: { kubeconfig: "test/contract/kubeconfig.yaml" } },
  tokens: "none:",
  outputs: () => ({}),
  tagsOf: () => undefined,
  tagKeys: { stack: "", instance: "" },
  types: {},
  rights: () => [],
  unscoped: {},
  openToAll: () => [],
};
