import type { Json } from "../kubernetes/objects.js";
import { accountNames } from "./names.js";
import type { ServiceFacts } from "./facts.js";
import { dataServices, planOf, type ServicesPlan, type ServiceTable } from "./table.js";
import type { InstanceServices } from "./types.js";

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
      : [{ name, bound: Object.entries(service.bound(own)), ...service.settings(own, names) }];
  });
  const bound = used.flatMap((each) => each.bound);
  return {
    uses: used.map(({ name }) => name),
    settings: Object.assign({}, ...used.map(({ settings }) => settings)) as InstanceServices["settings"],
    tokens: Object.assign(
      Object.fromEntries(bound.map(([key, { token }]) => [key, token])),
      ...used.map(({ made }) => made),
    ) as InstanceServices["tokens"],
    adminSettings: bound.flatMap(([key, { isAdmin }]) => (isAdmin ? [key] : [])),
  };
}

/**
 * What keeps a rendered instance from the services that it uses; a sentence each.
 * @param rendered The full rendered config.
 */
export function renderedFaults(
  plan: Pick<ServicesPlan, "namespace">,
  rendered: Readonly<Record<string, Json>>,
  uses: readonly string[],
  table: ServiceTable = dataServices,
): string[] {
  return uses.flatMap((name) => {
    const own = planOf(plan, name);
    return own.mode === "bundled" ? [] : (table[name]?.renderedFaults?.(own, rendered) ?? []);
  });
}

/** Whether an instance's config.yml gives a service's address or switch, and so has that service to itself. */
export function isOwn({ ownKeys }: Pick<ServiceFacts, "ownKeys">, written: ReadonlySet<string>): boolean {
  return [...written].some((key) => ownKeys.test(key));
}
