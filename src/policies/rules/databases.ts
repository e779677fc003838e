/** Ports that databases, search engines and Redis listen on: of MySQL, PostgreSQL, MongoDB, Redis, Elasticsearch and others. */
export const databasePorts: ReadonlySet<number> = new Set([
  1433, 1521, 3306, 5432, 6379, 6380, 7700, 9200, 9300, 10000, 11211, 27017, 27018, 27019, 33060,
]);

/** Names of workloads, Services and charts that are databases. */
export const databaseName =
  /(^|[-_.])(mysql|mariadb|percona|postgres(ql)?|mongo(db)?|psmdb|ps-db|pxc|redis|valkey|memcached|elasticsearch|opensearch|meilisearch)([-_.]|\d|$)/i;

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
