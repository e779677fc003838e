import { accountNames } from "./names.js";
import type { ServiceFacts, ServiceMode } from "./facts.js";
import { serviceFacts } from "./factsTable.js";
import { planOf, type ServicesPlan } from "./table.js";

/** Where the services of a stack come from: a stack output, so that the next deployment can tell what it would change. */
export interface ServiceModes {
  namespace: string;
  /** By service. */
  modes: Record<string, string>;
  /** Who uses them, sorted. Empty lists are not kept by every state. */
  instances?: string[];
}

type FactsTable = Readonly<Record<string, ServiceFacts>>;

/** The modes of a plan, as the stack's output `services` has them. */
export function serviceModes(
  plan: Pick<ServicesPlan, "namespace">,
  instances: readonly string[],
  table: FactsTable = serviceFacts,
): ServiceModes {
  return {
    namespace: plan.namespace,
    modes: Object.fromEntries(Object.keys(table).map((name) => [name, planOf(plan, name).mode])),
    instances: [...instances].sort(),
  };
}

/**
 * What would be lost by deploying `after` where `before` is deployed, or left behind on servers that stay; one sentence a
 * service. None for a service that comes from where it came from.
 */
export function servicesLost(
  before: ServiceModes | undefined,
  after: ServiceModes | undefined,
  table: FactsTable = serviceFacts,
): string[] {
  if (before === undefined) {
    return [];
  }
  const whose = list(before.instances ?? []);
  return Object.entries(table).flatMap(([name, facts]) => {
    const was = modeOf(before, name);
    const becomes = modeOf(after, name);
    const isMoved = isOnCluster(facts, was) && before.namespace !== after?.namespace;
    const isSame = was === becomes || (isOnCluster(facts, was) && isOnCluster(facts, becomes));
    if (isSame && !isMoved) {
      return [];
    }
    const change = isSame
      ? `openedx:services.namespace from ${before.namespace} to ${after?.namespace}`
      : `openedx:services.${facts.key ?? name}.mode from ${was} to ${becomes}`;
    if (was === "bundled" || was === "external") {
      const what = facts.leftBehind?.(whose);
      return what === undefined ? [] : [`${change} leaves ${what} behind, where they are now.`];
    }
    return facts.loss === undefined ? [] : [`${change} gives up ${facts.loss(whose)}.`];
  });
}

/** A stack that was deployed before there was the service has it bundled. */
function modeOf(modes: ServiceModes | undefined, service: string): string {
  return modes?.modes[service] ?? "bundled";
}

/** Whether the service is on the stack's cluster in this mode. */
export function isOnCluster({ clusterModes = ["cluster"] }: ServiceFacts, mode: string): boolean {
  return clusterModes.includes(mode as ServiceMode);
}

function list(names: readonly string[]): string {
  return names.length < 2
    ? (names[0] ?? "no instance")
    : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/**
 * What stays of instances that are deployed no longer; one sentence each. Nothing here deletes databases, users or
 * buckets: that takes an administrator's own hands.
 */
export function dataRetained(
  before: ServiceModes | undefined,
  after: ServiceModes | undefined,
  table: FactsTable = serviceFacts,
): string[] {
  if (before === undefined) {
    return [];
  }
  const gone = (before.instances ?? []).filter((name) => !(after?.instances ?? []).includes(name));
  return gone.flatMap((instance) => {
    const names = accountNames(instance);
    const kept = Object.entries(table).flatMap(([name, { retained }]) =>
      retained === undefined || modeOf(before, name) === "bundled" ? [] : [retained(names)],
    );
    return kept.length === 0 ? [] : [`${instance} is deployed no longer, and its data stays: ${list(kept)}.`];
  });
}
