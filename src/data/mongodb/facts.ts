import { z } from "zod";
import type { ServiceFacts } from "../facts.js";
import { ca, clusterKeys, mode, port, replicas, tls } from "../schemaParts.js";

const mongodbSchema = z.strictObject({
  mode,
  ...clusterKeys,
  replicas,
  external: z
    .strictObject({
      host: z
        .string()
        .regex(
          /^[A-Za-z0-9.-]+(:\d+)?(,[A-Za-z0-9.-]+(:\d+)?)*$/,
          "is neither a host nor a list of host:port by commas; the scheme is `srv`'s to say",
        )
        .optional()
        .describe("One host, or several as `host:port` by commas."),
      port: port.default(27017),
      srv: z.boolean().default(false).describe("True: the host is a DNS name that lists the members."),
      replicaSet: z.string().optional(),
      authSource: z.string().default("admin").describe("Database that holds the users."),
      adminUser: z
        .string()
        .default("admin")
        .describe("May make users. Its password: openedx:credentials.mongodb.adminPassword."),
      tls,
      ca,
    })
    .prefault({})
    .describe("For `mode: external`."),
});

export const mongodbFacts = {
  title: "MongoDB",
  schema: mongodbSchema.prefault({}),
  charts: ["psmdb-operator", "psmdb-db"],
  isBackedUp: true,
  isInContract: true,
  workloads: {
    mongodb: { size: { cpu: "100m", memory: "512Mi", memoryLimit: "2Gi" }, startSeconds: 600 },
  },
  alsoNamed: ["mongo", "psmdb"],
  ports: [27017, 27018, 27019],
  settingPrefixes: ["MONGO", "MONGODB"],
  operatorGroups: ["percona\\.com", "mongodb\\.com"],
  operatorCharts: ["psmdb-db"],
  credentials: { names: ["adminPassword"] },
  ownKeys: /^(RUN_MONGODB|MONGODB_HOST)$/,
  claims: [
    { setting: /^(FORUM_)?MONGODB_DATABASE$/, kind: "database" },
    { setting: /^MONGODB_USERNAME$/, kind: "user" },
  ],
  authorityFiles: { OPENEDX_PULUMI_MONGODB_CA: "mongodb.pem" },
  loss: (whose) =>
    `the MongoDB servers with the course structures, files and forums of ${whose}, and their volumes`,
  leftBehind: (whose) => `the course structures, files and forums of ${whose}`,
  retained: ({ prefix }) => `MongoDB's databases and user ${prefix}*`,
} satisfies ServiceFacts;
