import type { serviceCharts } from "../config/services.js";
import type { ServicesPlan } from "./types.js";

type ServiceChart = (typeof serviceCharts)[number];

/** All charts of the services that the stack deploys on its cluster. */
export function chartsOfServices(plan: ServicesPlan): ServiceChart[] {
  const { mysql, mongodb, redis, search, objectStore } = plan;
  const services: [{ mode: string }, ServiceChart[]][] = [
    [mysql, ["ps-operator", "ps-db"]],
    [mongodb, ["psmdb-operator", "psmdb-db"]],
    [redis, ["valkey"]],
    [search, ["meilisearch"]],
    [search.legacy, ["opensearch"]],
    [objectStore, ["seaweedfs"]],
  ];
  return services.flatMap(([{ mode }, charts]) => (mode === "cluster" ? charts : []));
}
