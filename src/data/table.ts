import type { ServiceName } from "./factsTable.js";
import { legacySearch } from "./legacySearch/legacySearch.js";
import { mail } from "./mail/mail.js";
import { mongodb } from "./mongodb/mongodb.js";
import { mysql } from "./mysql/mysql.js";
import { objectStore } from "./objectStore/objectStore.js";
import { redis } from "./redis/redis.js";
import { search } from "./search/search.js";
import type { DataService } from "./service.js";
import type { ServicePlan } from "./types.js";

/** All data services that instances can share. */
export const dataServices = {
  mysql,
  mongodb,
  redis,
  search,
  legacySearch,
  objectStore,
  mail,
} satisfies Record<ServiceName, DataService>;

/** The loops take another table in tests. */
export type ServiceTable = Readonly<Record<string, DataService>>;

type PlanOf<Service> =
  Service extends DataService<infer Shape, infer Address, infer _> ? ServicePlan<Shape, Address> : never;

/** Where each data service comes from. Plain, decided before the first resource. */
export type ServicesPlan = {
  /** Namespace of the shared services, and of the Jobs that know their administrators' passwords. */
  namespace: string;
} & { [Name in ServiceName]: PlanOf<(typeof dataServices)[Name]> };

/** The plan of a service of any table. */
export function planOf(plan: Pick<ServicesPlan, "namespace">, name: string): ServicePlan {
  return (plan as unknown as Record<string, ServicePlan | undefined>)[name] ?? { mode: "bundled" };
}
