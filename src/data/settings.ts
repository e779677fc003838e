import { accountNames } from "./names.js";
import type { ServiceFacts } from "./facts.js";
import { dataServices, planOf, type ServicesPlan, type ServiceTable } from "./table.js";
import { adminSecret, type InstanceServices } from "./types.js";

/**
 * What an instance's Tutor must be told about the services.
 * @param written Keys of the instance's config.yml, which wins: a service whose address stands there is the instance's own.
 */
export function instanceServices(
  plan: Pick<ServicesPlan, "namespace">,
  instance: string,
  written: ReadonlySet<string>,
  table: ServiceTable = dataServices,
): InstanceServices {
  const names = accountNames(instance);
  const used = Object.entries(table).flatMap(([name, service]) => {
    const own = planOf(plan, name);
    return own.mode === "bundled" || isOwn(service, written)
      ? []
      : [{ name, ...service.settings(own, names) }];
  });
  const tokens = Object.assign({}, ...used.map((part) => part.tokens)) as InstanceServices["tokens"];
  return {
    uses: used.map(({ name }) => name),
    settings: Object.assign({}, ...used.map((part) => part.settings)) as InstanceServices["settings"],
    tokens,
    adminSettings: Object.keys(tokens).filter((key) => tokens[key] === adminSecret),
  };
}

/** Whether an instance's config.yml gives a service's address or switch, and so has that service to itself. */
export function isOwn({ ownKeys }: Pick<ServiceFacts, "ownKeys">, written: ReadonlySet<string>): boolean {
  return [...written].some((key) => ownKeys.test(key));
}
