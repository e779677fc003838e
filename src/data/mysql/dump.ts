import type { MySqlShape, TlsMode } from "../../cloud/services.js";
import { images } from "../../workspace/versions.js";
import type { Dump } from "../dumps/dump.js";
import { mysqlUsersName } from "./cluster.js";

const tls: Record<TlsMode, string> = {
  off: "DISABLED",
  require: "REQUIRED",
  "verify-ca": "VERIFY_CA",
  "verify-identity": "VERIFY_IDENTITY",
};

/**
 * One file a database, so that one site can be restored alone. Users are not in it: the stack makes them anew, and no
 * managed server takes MySQL's own tables. What is not whole lacks the last line, and fails.
 */
const script = `set -eu
umask 077
run() {
  client=$1
  shift
  set -- --host="$HOST" --port="$PORT" --user="$ACCOUNT" --ssl-mode="$TLS" "$@"
  if [ -n "$CA" ]; then set -- --ssl-ca="$CA" "$@"; fi
  MYSQL_PWD=$PASSWORD "$client" "$@"
}
mkdir -p "$OUT"
databases=$(run mysql --batch --skip-column-names --execute="SELECT schema_name FROM information_schema.schemata
  WHERE schema_name NOT IN ('information_schema', 'mysql', 'mysql_innodb_cluster_metadata', 'performance_schema', 'sys')")
for database in $databases
do
  run mysqldump --single-transaction --routines --triggers --events --hex-blob --no-tablespaces --set-gtid-purged=OFF \\
    --skip-generated-invisible-primary-key --default-character-set=utf8mb4 "$database" | gzip > "$OUT/$database.sql.gz"
  gzip -dc "$OUT/$database.sql.gz" | tail -n 1 | grep -q '^-- Dump completed' || {
    echo "The dump of $database is not whole." >&2
    exit 1
  }
  echo "$database: $(wc -c < "$OUT/$database.sql.gz") bytes"
done`;

/** By mysqldump, each database as of one moment. */
export const mysqlDump: Dump<MySqlShape> = {
  image: images.mysqlClient,
  script,
  env: ({ port, tls: mode }) => ({ PORT: String(port), TLS: tls[mode] }),
  // Of the server's own users, the one that reads all.
  operated: { secret: mysqlUsersName, password: "root", account: { value: "root" } },
};
