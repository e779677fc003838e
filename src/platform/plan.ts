import type { AddOnConfig, AddOnName } from "../config/platform.js";
import { joinFaults } from "../workspace/errors.js";
import { catalogue, exclusive } from "./catalogue.js";
import { charts } from "./charts.js";
import { inOrder } from "./order.js";
import type { AddOn, PlatformFacts } from "./types.js";

/** An add-on that the stack deploys. */
export interface PlannedAddOn {
  addOn: AddOn;
  namespace: string;
  /** Of its chart. */
  version: string;
}

/** What the stack makes of the catalogue. Plain. */
export interface PlatformPlan {
  /** In an order in which each comes after all that it waits for. */
  on: readonly PlannedAddOn[];
  /** Add-ons that the cluster has, or brings. */
  existing: readonly AddOnName[];
  /** Of add-ons that are on, and of those that exist where the config says where. */
  namespaces: Readonly<Partial<Record<AddOnName, string>>>;
  /** Those of them that the stack adds something to: an issuer to the cluster's cert-manager. */
  completed: readonly PlannedAddOn[];
  /** Add-ons that would be on, and why they are not. */
  leftOut: readonly { name: AddOnName; why: string }[];
}

/** What the cluster at hand cannot do. */
export interface PlatformLimits {
  /** False: no container runs (the sandbox). Default: true. */
  podsRun?: boolean;
  /** Why an add-on's chart cannot be had, where it is known. Default: each can. */
  unreachable?: (name: AddOnName) => string | undefined;
}

type State = "on" | "off" | "existing";

const names = Object.keys(catalogue) as AddOnName[];
const keyPath = (name: AddOnName): string => `openedx:platform.addons.${name}`;

/**
 * Which add-ons are deployed: those that the config says, those that something needs and the cluster lacks.
 * @throws UserError with all faults: one that is off and needed, settings for one that is not deployed, two that rule
 *   each other out, a namespace of a site.
 */
export function planAddOns(facts: PlatformFacts, limits: PlatformLimits = {}): PlatformPlan {
  const faults: string[] = [];
  const states = resolveStates(facts, faults);
  const isOn = (name: AddOnName): boolean => states[name] === "on";
  const on = names.filter(isOn).map((name) => planned(catalogue[name], facts));
  faults.push(
    ...on.flatMap(({ addOn }) =>
      (addOn.faults?.(facts) ?? []).map((fault) =>
        fault.startsWith("openedx:") ? fault : `${keyPath(addOn.name)}: ${fault}`,
      ),
    ),
    ...exclusive
      .filter(({ pair }) => pair.every(isOn))
      .map(({ pair: [one, other], why }) => `${keyPath(one)} and ${other}: ${why}; switch one of them off`),
    ...namespaceFaults(on, facts),
  );
  if (faults.length > 0) {
    throw joinFaults(`The platform of stacks/Pulumi.${facts.config.stack}.yaml cannot be made`, faults);
  }
  const existing = names.filter((name) => states[name] === "existing");
  const leftOut = whatIsLeftOut(on, facts, limits);
  return {
    on: inOrder(
      on.filter(({ addOn }) => !leftOut.has(addOn.name)),
      facts,
    ),
    existing,
    namespaces: Object.fromEntries([
      ...on.map(({ addOn, namespace }) => [addOn.name, namespace]),
      ...existing.flatMap((name) => {
        const namespace = facts.config.platform.addons[name]?.namespace;
        return namespace === undefined ? [] : [[name, namespace]];
      }),
    ]) as PlatformPlan["namespaces"],
    completed: existing
      .map((name) => catalogue[name])
      .filter(({ besideExisting }) => besideExisting?.(facts) === true)
      .map((addOn) => planned(addOn, facts)),
    leftOut: [...leftOut].map(([name, why]) => ({ name, why })),
  };
}

function planned(addOn: AddOn, { config }: PlatformFacts): PlannedAddOn {
  const { version = charts[addOn.name].version, namespace = addOn.namespace } =
    config.platform.addons[addOn.name] ?? {};
  return { addOn, namespace, version };
}

/** The config decides; then what the cluster has; then what something needs. */
function resolveStates(facts: PlatformFacts, faults: string[]): Record<AddOnName, State> {
  const { addons } = facts.config.platform;
  const states = Object.fromEntries(
    names.map((name) => [name, addons[name]?.state ?? defaultState(catalogue[name], facts)]),
  ) as Record<AddOnName, State>;
  for (const name of names) {
    const { isNeeded, neededBy = "the rest of the config" } = catalogue[name];
    if (states[name] === "off" && isNeeded?.(facts) === true) {
      faults.push(`${keyPath(name)}: it is off, but ${neededBy} needs it; leave it out, or say \`existing\``);
    }
  }
  const open = names.filter((name) => states[name] === "on");
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    for (const required of catalogue[name].requires?.(facts) ?? []) {
      if (states[required] !== "off") {
        continue;
      }
      if (addons[required]?.state === "off") {
        faults.push(
          `${keyPath(required)}: it is off, but ${name} needs it; switch on ${required}, or ${name} off`,
        );
      } else {
        states[required] = "on";
        open.push(required);
      }
    }
  }
  for (const name of names.filter((each) => states[each] !== "on")) {
    // Where an add-on that exists is, is worth saying.
    const settings = settingsOf(addons[name]).filter(
      (key) => !(key === "namespace" && states[name] === "existing"),
    );
    if (settings.length > 0) {
      faults.push(
        `${keyPath(name)}: ${settings.join(", ")} would have no effect, as the add-on is ${states[name]}; ` +
          "say `state: on`, or leave them out",
      );
    }
  }
  return states;
}

function defaultState({ name, isNeeded, isThere }: AddOn, facts: PlatformFacts): State {
  const { builtIn, needs = [] } = facts.abilities;
  if (builtIn.includes(name) || isThere?.(facts) === true) {
    return "existing";
  }
  return needs.includes(name) || isNeeded?.(facts) === true ? "on" : "off";
}

/** Keys of the config that say how the add-on is deployed. */
function settingsOf(config: AddOnConfig | undefined): string[] {
  const { state: _, values = {}, ...rest } = config ?? {};
  return [...Object.keys(rest), ...(Object.keys(values).length > 0 ? ["values"] : [])];
}

/** A namespace has one owner: a site's, the data services' or the Gateways' cannot be an add-on's too. */
function namespaceFaults(on: readonly PlannedAddOn[], { config, edge }: PlatformFacts): string[] {
  const taken = new Map(
    Object.entries(config.instances).map(([name, { namespace = name }]) => [
      namespace,
      `the instance ${name}`,
    ]),
  );
  taken.set(config.services.namespace, "openedx:services.namespace");
  if (edge.mode === "gateway" && config.edge.gateway.name === undefined) {
    taken.set(config.edge.gateway.namespace, "openedx:edge.gateway.namespace");
  }
  return on.flatMap(({ addOn, namespace }) => {
    const owner = taken.get(namespace);
    return owner === undefined
      ? []
      : [`${keyPath(addOn.name)}.namespace: ${namespace} is that of ${owner}; choose another`];
  });
}

/** What the cluster at hand cannot do, and what cannot do without that. */
function whatIsLeftOut(
  on: readonly PlannedAddOn[],
  facts: PlatformFacts,
  { podsRun = true, unreachable = () => undefined }: PlatformLimits,
): Map<AddOnName, string> {
  const leftOut = new Map<AddOnName, string>();
  for (const { addOn } of on) {
    const { withoutPods } = addOn;
    const why =
      !podsRun && withoutPods !== undefined && "leaveOut" in withoutPods
        ? `no container runs on this cluster: ${withoutPods.leaveOut}`
        : unreachable(addOn.name);
    if (why !== undefined) {
      leftOut.set(addOn.name, why);
    }
  }
  for (let before = -1; before !== leftOut.size;) {
    before = leftOut.size;
    for (const { addOn } of on) {
      const missing = (addOn.requires?.(facts) ?? []).find((name) => leftOut.has(name));
      if (missing !== undefined && !leftOut.has(addOn.name)) {
        leftOut.set(addOn.name, `it needs ${missing}, which is left out`);
      }
    }
  }
  return leftOut;
}
