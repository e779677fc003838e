import type { PoolRole, Scheduling } from "../src/cloud/types.js";

/** The label that says which pool a node is in. */
export const poolLabel = "openedx.org/pool";

/** What keeps pods from a node, unless they tolerate it. */
export interface Taint {
  key: string;
  value: string;
  effect: string;
}

/**
 * Where pods go: data services get nodes of their own, which the cloud never takes back.
 * @param taints of the pools; with `spot` sites also go to nodes that the cloud may take back
 */
export function schedulingBy(taints: {
  system: Taint;
  stateful: Taint;
  spot?: Taint;
}): Record<PoolRole, Scheduling> {
  const { system, stateful, spot } = taints;
  const on = (pool: string, ...tolerated: Taint[]): Scheduling => ({
    nodeSelector: { [poolLabel]: pool },
    tolerations: tolerated.map(({ key, value, effect }) => ({ key, operator: "Equal", value, effect })),
  });
  return {
    system: on("system", system),
    general: spot === undefined ? on("general") : { ...on("general", spot), nodeSelector: {} },
    stateful: on("stateful", stateful),
  };
}
