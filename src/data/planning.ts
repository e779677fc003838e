import type { CloudAbilities } from "../cloud/types.js";
import type { StackConfig } from "../stack/load.js";
import type { ServicesConfig } from "../config/services.js";
import { amount, type SizeRequest } from "./sizes.js";

/** What the plan of a service is made from. */
export interface PlanContext {
  config: StackConfig;
  services: ServicesConfig;
  abilities: CloudAbilities;
}

/** A service's plan, and all that is wrong with it; with faults the plan is of no use. */
export interface Planned<Plan> {
  plan: Plan;
  faults: string[];
}

/** A service in the shape that the cloud offers, or the fault that it offers none. */
export function planManaged<Shape>(
  { config }: PlanContext,
  service: string,
  shape: Shape | undefined,
): Planned<{ mode: "bundled" } | { mode: "managed"; shape: Shape }> {
  return shape !== undefined
    ? { plan: { mode: "managed", shape }, faults: [] }
    : {
        plan: { mode: "bundled" },
        faults: [
          `openedx:services.${service}.mode: is managed, and "${config.cloud}" (openedx:cloud) offers no such service; ` +
            "it can be cluster, external, bundled",
        ],
      };
}

/** The host of an external server, or a fault. */
export function needsHost(key: string, host: string | undefined): string[] {
  return host === undefined ? [`openedx:services.${key}: is missing, and the mode is external`] : [];
}

/** A group that decides by majority gains nothing from an even number, and stands still when it is split in halves. */
export function replicaFaults(key: string, replicas: number | undefined, most: number): string[] {
  if (replicas === undefined) {
    return [];
  }
  if (replicas % 2 === 0) {
    return [
      `openedx:services.${key}: ${replicas} servers decide by majority, so that ${replicas} bear no more losses than ` +
        `${replicas - 1}; use ${replicas - 1} or ${replicas + 1}`,
    ];
  }
  return replicas > most
    ? [`openedx:services.${key}: ${replicas} servers are more than the ${most} that vote`]
    : [];
}

/** What a server needs even when it holds nothing yet. */
export function sizeFaults(
  key: string,
  request: SizeRequest,
  least: { storage: string; memory: string },
): string[] {
  return (["storage", "memory"] as const).flatMap((part) => {
    const value = request[part];
    return value !== undefined && amount(value) < amount(least[part])
      ? [
          `openedx:services.${key}.${part}: ${value} is too small; such a server needs ${least[part]} at least`,
        ]
      : [];
  });
}
