import { knownServices } from "../../data/factsTable.js";

/** Ports that data services listen on. */
export const databasePorts: ReadonlySet<number> = new Set(knownServices.flatMap(({ ports }) => ports));

function oneOf(parts: readonly string[]): string {
  return `(${[...new Set(parts)].join("|")})`;
}

/** Names of workloads, Services and charts that are data services. */
export const databaseName = new RegExp(
  `(^|[-_.])${oneOf(knownServices.flatMap(({ workloads, alsoNamed = [] }) => [...Object.keys(workloads), ...alsoNamed]))}([-_.]|\\d|$)`,
  "i",
);

/** API groups of operators that run them. */
export const databaseGroups = new RegExp(
  oneOf(knownServices.flatMap(({ operatorGroups = [] }) => operatorGroups)),
);

/** Charts that make them through an operator, so that no volume shows among their objects. */
export const operatorCharts: ReadonlySet<string> = new Set(
  knownServices.flatMap(({ operatorCharts: charts = [] }) => charts),
);

/** Whether a range of ports, such as `3306`, `3000-4000` or `*`, has one of a database. */
export function hasDatabasePort(range: string): boolean {
  if (range === "*" || range === "all") {
    return true;
  }
  const [from = Number.NaN, to = from] = range.split("-").map(Number);
  return [...databasePorts].some((port) => port >= from && port <= to);
}

/** Whether an address range is the whole internet. */
export function isInternet(source: string): boolean {
  return /^(0\.0\.0\.0\/0|0\.0\.0\.0|::\/0|\*|Internet|Any)$/i.test(source);
}
