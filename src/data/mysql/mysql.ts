import type { MySqlServer, MySqlShape } from "../../cloud/services.js";
import { images } from "../../workspace/versions.js";
import { administered } from "../administered.js";
import { sharedNames } from "../names.js";
import { externalAddress, replicaFaults, sizeFaults } from "../planning.js";
import type { DataService } from "../service.js";
import type { ServerAddress } from "../types.js";
import { mysqlReadyScript, mysqlUsersName, mysqlValues } from "./cluster.js";
import { mysqlDump } from "./dump.js";
import { mysqlFacts } from "./facts.js";

/** Of a group; group replication takes no more. */
const mostServers = 9;

const { server, bound } = administered<MySqlShape>("mysql", {
  settings: {
    host: "MYSQL_HOST",
    adminPassword: "MYSQL_ROOT_PASSWORD",
    ca: "OPENEDX_PULUMI_MYSQL_CA",
  },
  charts: { operator: "ps-operator", server: "ps-db" },
  operatorMemory: "256Mi",
  serverValues: mysqlValues,
  users: { name: mysqlUsersName, passwordKey: "root" },
  // The servers' image has the client, and is on their nodes anyway.
  ready: { image: images.mysql, script: mysqlReadyScript, passwordVariable: "MYSQL_PWD" },
});

/** MySQL: databases and users of each instance on a server that all share. */
export const mysql: DataService<MySqlShape, ServerAddress, MySqlServer> = {
  ...mysqlFacts,
  server: { ...server, managed: ({ managed }) => managed.mysql },
  bound,
  dump: mysqlDump,
  offered: ({ abilities }) => abilities.managed.mysql,
  onCluster: ({ services: { mysql: config, namespace } }) => ({
    // The operator makes the certificates, by an authority of its own that is not known here.
    shape: { port: 3306, tls: "require", adminUser: "root" },
    address: { host: `${sharedNames.mysql}-haproxy.${namespace}.svc` },
    faults: [
      ...replicaFaults("mysql.replicas", config.replicas, mostServers),
      ...sizeFaults("mysql", config, { storage: "5Gi", memory: "1Gi" }),
    ],
  }),
  elsewhere: (context) => {
    const { port, tls, adminUser, ...server } = context.services.mysql.external;
    return { shape: { port, tls, adminUser }, ...externalAddress(context, "mysql", server) };
  },
  // The plugin puts the prefix before what other plugins name; Tutor's own database and user are named here.
  settings: ({ shape, ...plan }, { prefix }) => ({
    settings: {
      RUN_MYSQL: false,
      ...("address" in plan && { MYSQL_HOST: plan.address.host }),
      MYSQL_PORT: shape.port,
      MYSQL_ROOT_USERNAME: shape.adminUser,
      OPENEDX_MYSQL_DATABASE: `${prefix}openedx`,
      OPENEDX_MYSQL_USERNAME: `${prefix}openedx`,
      OPENEDX_PULUMI_MYSQL_PREFIX: prefix,
      OPENEDX_PULUMI_MYSQL_TLS: shape.tls,
    },
  }),
};
