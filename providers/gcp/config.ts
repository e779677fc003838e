import { z } from "zod";
import { cidrSchema, cloudKeys } from "../../src/config/clouds.js";
import { type Sized, withSizes } from "../../src/config/pools.js";
import { isTimeZone, type Maintenance } from "./calendar.js";
import { gcpRegions, gcpTimeZones } from "./regions.js";
import { type GcpSizes, gcpSizes } from "./sizes.js";

const mysqlSchema = z.strictObject({
  tier: z
    .string()
    .regex(
      /^db-(custom-\d+-\d+|perf-optimized-N-\d+)$/,
      "is not a size of Cloud SQL, such as db-custom-2-7680 (cores, MiB) or db-perf-optimized-N-8",
    )
    .optional()
    .describe(
      "Size of the server, which also decides its edition: db-custom-… is Enterprise, db-perf-optimized-… Enterprise " +
        "Plus. Default: the preset's.",
    ),
  diskGiB: z
    .int()
    .min(10)
    .max(65_536)
    .optional()
    .describe("At first; a larger one makes it grow, and it grows by itself too. Default: the preset's."),
  diskLimitGiB: z
    .int()
    .min(10)
    .max(65_536)
    .optional()
    .describe("It grows by itself up to here. Default: 64 TiB."),
  highAvailability: z
    .boolean()
    .optional()
    .describe("A standby server in another zone. Default: the preset's."),
  backups: z.int().min(1).max(365).optional().describe("Daily backups that are kept. Default: the preset's."),
  logDays: z
    .int()
    .min(1)
    .max(35)
    .optional()
    .describe(
      "Days of the binary log: any moment of them can be gone back to. At most 7 in edition Enterprise. Default: the " +
        "preset's.",
    ),
  generation: z
    .int()
    .positive()
    .default(1)
    .describe(
      "Part of the server's name: one more where Google could not make the first one, whose name stays taken for a week.",
    ),
  connection: z
    .enum(["psc", "peering"])
    .default("psc")
    .describe(
      "How existing.database is reached. psc: by Private Service Connect. peering: by its private address, in a network " +
        "that is peered with Google's (private services access).",
    ),
});

/** Memorystore's own bounds, in GiB. */
const redisGiB = z.int().min(1).max(300);

const redisSchema = z.strictObject({
  brokerGiB: redisGiB.optional().describe("Memory for Celery and the event bus. Default: the preset's."),
  cacheGiB: redisGiB.optional().describe("Memory for Django's caches. Default: the preset's."),
  highAvailability: z
    .boolean()
    .optional()
    .describe(
      "A replica each, in another zone. Fixed once the servers are there: another value would need new ones, and the " +
        "broker is protected; docs/gcp.md has the way. Default: true.",
    ),
});

/** Pulumi reads a date without quotes as a moment, and says it so. */
const day = z
  .string()
  .overwrite((text) => text.replace(/ 00:00:00 \+0000 UTC$/, ""))
  .regex(/^\d{4}-\d\d-\d\d$/, "is not a day, such as 2027-01-18");

const maintenanceSchema = z.strictObject({
  timeZone: z
    .string()
    .refine(isTimeZone, "is not a time zone of IANA's, such as Europe/Berlin")
    .optional()
    .describe(
      "By whose clocks nights are: patches come in those of the weekend, backups in all. Default: the region's.",
    ),
  quietPeriods: z
    .array(z.strictObject({ from: day, to: day.describe("The last day.") }))
    .max(3)
    .default([])
    .describe(
      "Exams and the like, the earliest first: the cluster and MySQL get no patches then. Where there are any, patches of " +
        "the cluster come in all other nights.",
    ),
});

/** The keys under `openedx:gcp`, each on its own. */
export const gcpObject = z.strictObject({
  ...cloudKeys,
  project: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
      "is not a project id: 6 to 30 lower-case letters, digits and inner hyphens",
    )
    .describe("Id of the project that all is made in. Best one of its own for each stack."),
  projectNumber: z
    .string('write the number in quotes, such as "123456789012"')
    .regex(/^\d{6,19}$/, 'is not a project number, such as "123456789012"')
    .describe('`gcloud projects describe PROJECT --format "value(projectNumber)"`'),
  region: z.enum(gcpRegions).describe("Where all is made; `gcloud compute regions list`."),
  apiEndpoint: z
    .enum(["dns", "ip"])
    .default("dns")
    .describe(
      "How the cluster's API is reached. dns: by a name, from anywhere, by those alone who have the right in IAM; " +
        "kubernetes.apiAccess says nothing then. ip: by an address, from the networks in kubernetes.apiAccess.",
    ),
  network: z
    .strictObject({
      cidr: cidrSchema.default("10.70.0.0/16").describe("Addresses of nodes and data services."),
      podCidr: cidrSchema
        .default("10.80.0.0/14")
        .describe("Addresses of pods. It bounds the number of nodes, each of which takes a /24."),
      serviceCidr: cidrSchema.default("10.84.0.0/20").describe("Addresses of Services."),
      natAddresses: z
        .int()
        .min(1)
        .max(8)
        .default(1)
        .describe("Addresses that the cluster's own requests come from; each carries 64,000 connections."),
    })
    .prefault({}),
  encryption: z
    .strictObject({
      ownKeys: z
        .boolean()
        .default(true)
        .describe(
          "Secrets, disks, databases, buckets and images are encrypted with keys of the stack's own, else with " +
            "Google's. Fixed once they are there.",
        ),
      rotationDays: z.int().min(1).max(3650).default(90).describe("Days until a key gets a new version."),
    })
    .prefault({}),
  mysql: mysqlSchema.prefault({}).describe("For services.mysql.mode: managed."),
  redis: redisSchema.prefault({}).describe("For services.redis.mode: managed."),
  storage: z
    .strictObject({
      disks: z
        .enum(["pd-balanced", "pd-ssd", "hyperdisk-balanced"])
        .default("pd-balanced")
        .describe("Of nodes, and of volumes that one node mounts. The machine types decide which they take."),
      deletedDays: z
        .int()
        .min(7)
        .max(90)
        .default(30)
        .describe("Days that deleted and overwritten files can be brought back."),
    })
    .prefault({}),
  registry: z
    .strictObject({
      untaggedDays: z
        .int()
        .positive()
        .default(30)
        .describe("Days after which images go that no tag names any more."),
    })
    .prefault({})
    .describe("The container registry."),
  maintenance: maintenanceSchema.prefault({}).describe("When Google may interrupt what runs."),
  logs: z
    .strictObject({
      controlPlane: z
        .boolean()
        .default(true)
        .describe("Of the API server, the scheduler and the controllers; Cloud Logging charges by volume."),
      containers: z
        .boolean()
        .default(true)
        .describe("What pods write is kept too, in Cloud Logging, which charges by volume."),
    })
    .prefault({}),
});

/** As the stack file says it. */
export type GcpConfig = z.output<typeof gcpObject>;

/** The config with the preset's sizes filled in. */
export type GcpSettings = Omit<Sized<GcpConfig, GcpSizes>, "maintenance"> & { maintenance: Maintenance };

/** What is set wins over the preset. */
export function gcpSettings(config: GcpConfig): GcpSettings {
  const { timeZone = gcpTimeZones[config.region], quietPeriods } = config.maintenance;
  return { ...withSizes(config, gcpSizes), maintenance: { timeZone, quietPeriods } };
}
