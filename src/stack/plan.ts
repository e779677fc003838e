import type { OpenCloud } from "../cloud/types.js";
import { chartsOfServices, planServices } from "../data/plan.js";
import type { ServicesPlan } from "../data/table.js";
import type { ChartName } from "../platform/charts.js";
import { chartsOfAddOns } from "../platform/chartSource.js";
import { planEdge } from "../platform/edge/plan.js";
import { type PlatformLimits, type PlatformPlan, planAddOns } from "../platform/plan.js";
import type { PlatformFacts } from "../platform/types.js";
import type { StackConfig } from "./load.js";

/** What a stack is made of, decided before an instance is read and before anything is made. Plain. */
export interface StackPlan extends PlatformFacts {
  /** With what the cloud decides. */
  config: StackConfig;
  addOns: PlatformPlan;
  services: ServicesPlan;
  /** All community charts that the stack deploys: those of its add-ons, then those of its data services. */
  charts: readonly ChartName[];
  /** Whose pods read the sites' metrics; undefined: there is no monitoring. */
  monitoringNamespace: string | undefined;
}

/**
 * Decides all that a config decides. Makes nothing; reads nothing but the authorities' files that the config names.
 * @param limits what the cluster at hand cannot do, where that is known. Default: it can all.
 * @throws UserError with the faults of the edge, the add-ons or the data services.
 */
export function planStack(
  given: StackConfig,
  { abilities, decided }: Pick<OpenCloud, "abilities" | "decided">,
  limits: PlatformLimits = {},
): StackPlan {
  const config = { ...given, ...decided, services: { ...given.services, ...decided?.services } };
  const facts = { config, abilities, edge: planEdge(config, abilities) };
  const addOns = planAddOns(facts, limits);
  const services = planServices(config, abilities);
  return {
    ...facts,
    addOns,
    services,
    charts: [...chartsOfAddOns(addOns.on.map(({ addOn }) => addOn.name)), ...chartsOfServices(services)],
    monitoringNamespace: addOns.namespaces["kube-prometheus-stack"],
  };
}
