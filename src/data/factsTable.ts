import type { ServiceFacts, Workload, WorkloadFacts } from "./facts.js";
import { legacySearchFacts } from "./legacySearch/facts.js";
import { mailFacts } from "./mail/facts.js";
import { mongodbFacts } from "./mongodb/facts.js";
import { mysqlFacts } from "./mysql/facts.js";
import { objectStoreFacts } from "./objectStore/facts.js";
import { redisFacts } from "./redis/facts.js";
import { searchFacts } from "./search/facts.js";

/** The data services that instances can share, in the order in which they are planned and made. */
export const serviceFacts = {
  mysql: mysqlFacts,
  mongodb: mongodbFacts,
  redis: redisFacts,
  search: searchFacts,
  legacySearch: legacySearchFacts,
  objectStore: objectStoreFacts,
  mail: mailFacts,
} satisfies Record<string, ServiceFacts>;

export type ServiceName = keyof typeof serviceFacts;

/** Data services that only plugins bring, and servers that a network must not open either. */
const others: readonly WorkloadFacts[] = [
  {
    workloads: {
      clickhouse: { size: { cpu: "250m", memory: "1Gi", memoryLimit: "4Gi" }, startSeconds: 600 },
    },
    ports: [8123, 9000, 9440],
    settingPrefixes: ["CLICKHOUSE"],
    operatorGroups: ["clickhouse\\."],
  },
  {
    workloads: { postgresql: {} },
    alsoNamed: ["postgres"],
    ports: [5432],
    settingPrefixes: ["POSTGRES", "POSTGRESQL"],
  },
  { workloads: {}, alsoNamed: ["memcached"], ports: [11211] },
  // Microsoft's and Oracle's.
  { workloads: {}, ports: [1433, 1521] },
];

/** Every data service that is known, whoever brings it. */
export const knownServices: readonly WorkloadFacts[] = [...Object.values(serviceFacts), ...others];

/** The workloads of all of them, by name. */
export const dataWorkloads: Readonly<Record<string, Workload>> = Object.assign(
  {},
  ...knownServices.map(({ workloads }) => workloads),
) as Record<string, Workload>;
