import type { CloudAbilities } from "../cloud/types.js";
import type { StackConfig } from "../stack/load.js";
import { joinFaults } from "../workspace/errors.js";
import { backupFaults } from "./backupStore.js";
import { credentialFaults } from "./credentials.js";
import { planMongodb } from "./mongodb/plan.js";
import { planMysql } from "./mysql/plan.js";
import { planObjectStore } from "./objectStore/plan.js";
import type { PlanContext, Planned } from "./planning.js";
import { planRedis } from "./redis/plan.js";
import { planSearch } from "./search/plan.js";
import type { ServicesPlan } from "./types.js";

/**
 * Where each data service comes from. Reads nothing but the config and the files with authorities that it names.
 * @throws UserError with all faults: a mode that the cloud does not offer or that lacks what it needs, sizes that no
 *   server can live with, credentials that are missing or that nothing reads.
 */
export function planServices(config: StackConfig, abilities: CloudAbilities): ServicesPlan {
  const context: PlanContext = { config, services: config.services, abilities };
  const faults = [...namespaceFaults(config), ...credentialFaults(config), ...backupFaults(config)];
  const take = <Plan>(planned: Planned<Plan>): Plan => {
    faults.push(...planned.faults);
    return planned.plan;
  };
  const plan: ServicesPlan = {
    namespace: config.services.namespace,
    mysql: take(planMysql(context)),
    mongodb: take(planMongodb(context)),
    redis: take(planRedis(context)),
    search: take(planSearch(context)),
    objectStore: take(planObjectStore(context)),
  };
  if (faults.length > 0) {
    throw joinFaults(`The data services of stacks/Pulumi.${config.stack}.yaml can't be made`, faults);
  }
  return plan;
}

/** Whether any service is shared, so that there is something to make. */
export function hasSharedServices(plan: ServicesPlan): boolean {
  const { mysql, mongodb, redis, search, objectStore } = plan;
  return [mysql, mongodb, redis, search, search.legacy, objectStore].some(({ mode }) => mode !== "bundled");
}

/** The administrators' passwords are in this namespace, so no site may run in it. */
function namespaceFaults({ services, instances }: StackConfig): string[] {
  return Object.entries(instances)
    .filter(([name, instance]) => (instance.namespace ?? name) === services.namespace)
    .map(
      ([name]) =>
        `openedx:services.namespace: ${services.namespace} is the namespace of the instance ${name}, too, which would ` +
        "bring the administrators' passwords within its reach",
    );
}
