import { z } from "zod";
import type { ServiceFacts } from "../facts.js";
import { ca, clusterKeys, host, mode, port, replicas, tls } from "../schemaParts.js";

const mysqlSchema = z.strictObject({
  mode,
  ...clusterKeys,
  replicas,
  proxies: z
    .int()
    .min(1)
    .max(9)
    .optional()
    .describe("HAProxy pods before the servers. Default: 2; 1 where there is one server."),
  external: z
    .strictObject({
      host: host.optional(),
      port: port.default(3306),
      adminUser: z
        .string()
        .default("root")
        .describe("May make databases and users. Its password: openedx:credentials.mysql.adminPassword."),
      tls,
      ca,
    })
    .prefault({})
    .describe("For `mode: external`."),
});

export const mysqlFacts = {
  title: "MySQL",
  schema: mysqlSchema.prefault({}),
  charts: ["ps-operator", "ps-db"],
  isBackedUp: true,
  isInContract: true,
  workloads: {
    mysql: {
      size: { cpu: "250m", memory: "512Mi", memoryLimit: "2Gi" },
      taskSize: { cpu: "50m", memory: "128Mi", memoryLimit: "512Mi" },
      startSeconds: 600,
    },
  },
  alsoNamed: ["mariadb", "percona", "ps-db", "pxc"],
  ports: [3306, 33060],
  settingPrefixes: ["MYSQL", "MARIADB"],
  operatorGroups: ["percona\\.com", "mysql\\.oracle\\.com", "mariadb\\."],
  operatorCharts: ["ps-db", "pxc-db"],
  credentials: { names: ["adminPassword"] },
  ownKeys: /^(RUN_MYSQL|MYSQL_HOST)$/,
  // Plugins name theirs, too, by custom.
  claims: [
    {
      setting: /(^|_)MYSQL_(DATABASE|DB|DB_NAME)$/,
      kind: "database",
      ignoresCase: true,
      clash: (one, other) =>
        covers(one, other) || covers(other, one)
          ? "in MySQL's GRANT `_` stands for any character, so that the rights to one are rights to the other"
          : undefined,
    },
    { setting: /_MYSQL_(USERNAME|USER)$/, kind: "user", ignoresCase: true },
  ],
  authorityFiles: { OPENEDX_PULUMI_MYSQL_CA: "mysql.pem" },
  loss: (whose) => `the MySQL servers with the databases of ${whose}, and their volumes`,
  leftBehind: (whose) => `the databases of ${whose}`,
  retained: ({ prefix }) => `MySQL's databases and users ${prefix}*`,
} satisfies ServiceFacts;

/** Whether a GRANT on the database `pattern` is one on `name`, too. */
function covers(pattern: string, name: string): boolean {
  return (
    pattern.length === name.length &&
    [...pattern].every((letter, index) => letter === "_" || letter === name[index])
  );
}
