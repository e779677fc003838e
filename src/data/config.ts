import { z } from "zod";
import { type ServiceName, serviceFacts } from "./factsTable.js";
import { quantity, serviceSizes, url } from "./schemaParts.js";

const backupSchema = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe("Backups of MySQL and MongoDB. False: there are none, and no warning of it."),
  modes: z
    .array(z.enum(["cluster", "external", "managed"]))
    .default(["cluster"])
    .describe(
      "Modes of MySQL and MongoDB that are backed up. What is managed has the cloud's backups beside that, and Atlas those alone.",
    ),
  schedule: z
    .string()
    .regex(/^(\S+\s+){4}\S+$/, "is not a cron schedule of five fields, such as 0 2 * * *")
    .default("0 2 * * *")
    .describe("Cron schedule, in UTC."),
  retention: z
    .int()
    .positive()
    .default(7)
    .describe("Backups by the operators, where there are keys, that are kept of each service."),
  days: z
    .int()
    .min(1)
    .max(3650)
    .default(35)
    .describe(
      "Days after which the cloud's store deletes dumps; nobody who writes them can. In a store of your own: by rules of yours.",
    ),
  space: quantity
    .default("10Gi")
    .describe("Disk of a node that a dump, compressed, may take until it is uploaded."),
  region: z
    .string()
    .optional()
    .describe("Region of the cloud's store for backups. Fixed once it is there. Default: the cluster's."),
  store: z
    .strictObject({
      kind: z.enum(["s3", "azure", "gcs"]).default("s3"),
      bucket: z.string().describe("Bucket, or container."),
      account: z.string().optional().describe("Azure's storage account."),
      endpoint: url.optional().describe("Default: the kind's own."),
      region: z.string().default("us-east-1"),
    })
    .optional()
    .describe(
      "Its keys: openedx:credentials.backup.accessKey and .secretKey. Default: the cloud's store for backups.",
    ),
});

const chartSchema = z.strictObject({
  version: z.string().optional().describe("Exact. Default: the one that this project was tested with."),
  repository: z.string().optional().describe("`https://` or `oci://` address. Default: the chart's own."),
  values: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("Put over what the stack makes: maps are merged, lists and all else are replaced."),
});

type Facts = typeof serviceFacts;
export type ServiceChart = Facts[ServiceName]["charts"][number];

/** Charts of the services in `cluster` mode. */
export const serviceCharts: readonly ServiceChart[] = Object.values(serviceFacts).flatMap(
  ({ charts }): ServiceChart[] => charts,
);

/** Of each service that has a part of its own. */
const schemas = Object.fromEntries(
  Object.entries(serviceFacts).flatMap(([name, facts]) =>
    "schema" in facts ? [[name, facts.schema] as const] : [],
  ),
) as {
  [Name in ServiceName as Facts[Name] extends { schema: object } ? Name : never]: Facts[Name] extends {
    schema: infer Schema;
  }
    ? Schema
    : never;
};

export const servicesSchema = z.strictObject({
  namespace: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "is not a name of a namespace")
    .default("openedx-data")
    .describe("Namespace of the shared services, and of the Jobs that know their administrators' passwords."),
  size: z
    .enum(serviceSizes)
    .default("small")
    .describe("Of the services in `mode: cluster`: small for a few sites, medium for tens, large for more."),
  ...schemas,
  backup: backupSchema.prefault({}).describe("Backups of MySQL and MongoDB, to object storage."),
  charts: z
    .strictObject(
      Object.fromEntries(serviceCharts.map((name) => [name, chartSchema.optional()])) as Record<
        ServiceChart,
        z.ZodOptional<typeof chartSchema>
      >,
    )
    .prefault({})
    .describe("What differs from this project's charts and values in `mode: cluster`."),
});

export type ServicesConfig = z.output<typeof servicesSchema>;
