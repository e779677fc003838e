import type { CloudAbilities } from "../cloud/types.js";
import { joinFaults } from "../workspace/errors.js";
import { backupFaults } from "./backupStore.js";
import { credentialFaults } from "./credentials.js";
import type { ChartName } from "../platform/charts.js";
import type { ServiceFacts, ServiceMode } from "./facts.js";
import { serviceFacts } from "./factsTable.js";
import { isOnCluster } from "./serviceChanges.js";
import type { PlanContext } from "./planning.js";
import type { DataService } from "./service.js";
import { dataServices, planOf, type ServicesPlan, type ServiceTable } from "./table.js";
import type { ServicePlan, ServicesRequest } from "./types.js";

/**
 * Where each data service comes from. Reads nothing but the config and the files with authorities that it names.
 * @throws UserError with all faults: a mode that the cloud does not offer or that lacks what it needs, sizes that no
 *   server can live with, credentials that are missing or that nothing reads.
 */
export function planServices(
  config: ServicesRequest,
  abilities: CloudAbilities,
  table: ServiceTable = dataServices,
): ServicesPlan {
  const context: PlanContext = { config, services: config.services, abilities };
  const planned = Object.entries(table).map(
    ([name, service]) => [name, plan(name, service, context)] as const,
  );
  const faults = [
    ...namespaceFaults(config),
    ...credentialFaults(config, table),
    ...backupFaults(config, abilities),
    ...planned.flatMap(([, { faults: own }]) => own),
  ];
  if (faults.length > 0) {
    throw joinFaults(`The data services of stacks/Pulumi.${config.stack}.yaml can't be made`, faults);
  }
  return {
    namespace: config.services.namespace,
    ...Object.fromEntries(planned.map(([name, each]) => [name, each.plan])),
  } as ServicesPlan;
}

/** A service's plan, and all that is wrong with it; with faults the plan is of no use. */
function plan(
  name: string,
  service: DataService,
  context: PlanContext,
): { plan: ServicePlan; faults: string[] } {
  const { mode, key } = service.modeOf?.(context.services) ?? { mode: modeIn(context, name), key: name };
  switch (mode) {
    case "bundled":
      return { plan: { mode }, faults: [] };
    case "managed": {
      const shape = service.offered(context);
      return shape === undefined
        ? { plan: { mode: "bundled" }, faults: [notOffered(context, key, service)] }
        : { plan: { mode, shape }, faults: userFaults(context, key, service, shape) };
    }
    case "cluster":
    case "external": {
      const { faults, ...decided } =
        mode === "cluster" && service.onCluster ? service.onCluster(context) : service.elsewhere(context);
      return { plan: { mode, ...decided }, faults };
    }
  }
}

function modeIn({ services }: PlanContext, name: string): ServiceMode {
  return (services as unknown as Record<string, { mode: ServiceMode }>)[name]?.mode ?? "bundled";
}

/** The cloud makes a site's user when the site is deployed, which in another stack it is not asked to. */
function userFaults({ config }: PlanContext, key: string, facts: ServiceFacts, shape: unknown): string[] {
  return config.scope === "platform" && (shape as { users?: string }).users === "managed"
    ? [
        `openedx:services.${key}.mode: is managed, and the cloud itself makes each site's user on it, which stacks with ` +
          `\`scope: instances\` cannot ask it for; use ${otherModes(facts)} here, or \`scope: all\``,
      ]
    : [];
}

function otherModes({ modes = ["cluster", "external", "bundled"] }: ServiceFacts): string {
  return modes.filter((mode) => mode !== "managed").join(", ");
}

function notOffered({ config }: PlanContext, key: string, facts: ServiceFacts): string {
  const hint = facts.notOffered;
  return (
    `openedx:services.${key}.mode: is managed, and "${config.cloud}" (openedx:cloud) offers no such service; ` +
    `it can be ${otherModes(facts)}${hint === undefined ? "" : `; ${hint}`}`
  );
}

/** Whether any service is shared, so that there is something to make. */
export function hasSharedServices(plan: ServicesPlan, table: ServiceTable = dataServices): boolean {
  return Object.keys(table).some((name) => planOf(plan, name).mode !== "bundled");
}

/** All charts of the services that the stack deploys on its cluster. */
export function chartsOfServices(
  plan: Pick<ServicesPlan, "namespace">,
  table: Readonly<Record<string, ServiceFacts>> = serviceFacts,
): ChartName[] {
  return Object.entries(table).flatMap(([name, facts]) =>
    isOnCluster(facts, planOf(plan, name).mode) ? facts.charts : [],
  );
}

/** The administrators' passwords are in this namespace, so no site may run in it. */
function namespaceFaults({ services, instances }: ServicesRequest): string[] {
  return Object.entries(instances)
    .filter(([name, instance]) => (instance.namespace ?? name) === services.namespace)
    .map(
      ([name]) =>
        `openedx:services.namespace: ${services.namespace} is the namespace of the instance ${name}, too, which would ` +
        "bring the administrators' passwords within its reach",
    );
}
