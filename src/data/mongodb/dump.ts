import type { MongoShape } from "../../cloud/services.js";
import { images } from "../../workspace/versions.js";
import type { Dump } from "../dumps/dump.js";
import { mongodbUsersName } from "./cluster.js";

/** Only a replica set has a log by which the dump is that of one moment. The address is in a file, as it has the password. */
const script = `set -eu
umask 077
options="authSource=$AUTH_SOURCE$OPTIONS"
if [ -n "$CA" ]; then options="$options&tlsCAFile=$CA"; fi
login="$ACCOUNT:$PASSWORD"
printf 'uri: "%s://%s@%s/?%s"\\n' "$SCHEME" "$login" "$HOST$PORT" "$options" > "$HOME/server.yaml"
mkdir -p "$OUT"
mongodump --config="$HOME/server.yaml" --archive="$OUT/all.archive.gz" --gzip $OPLOG
rm "$HOME/server.yaml"`;

/** By mongodump, all databases in one archive, as of its end. */
export const mongodbDump: Dump<MongoShape> = {
  image: images.mongodb,
  script,
  env: ({ address, port, tls, authSource, replicaSet }) => ({
    SCHEME: address === "srv" ? "mongodb+srv" : "mongodb",
    PORT: address === "single" ? `:${port}` : "",
    AUTH_SOURCE: authSource,
    // The tools know no certificate without its server's name: verify-ca asks for that, too.
    OPTIONS:
      (replicaSet === undefined ? "" : `&replicaSet=${replicaSet}`) +
      (tls === "off" ? "&tls=false" : tls === "require" ? "&tls=true&tlsInsecure=true" : "&tls=true"),
    OPLOG: address === "srv" || replicaSet !== undefined ? "--oplog" : "",
  }),
  // The operator's own user for backups.
  operated: {
    secret: mongodbUsersName,
    password: "MONGODB_BACKUP_PASSWORD",
    account: { key: "MONGODB_BACKUP_USER" },
  },
};
