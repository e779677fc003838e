import { z } from "zod";
import {
  addressFaults,
  cidrSchema,
  cloudKeys,
  commonFaults,
  existingIds,
  type Fault,
  reportFaults,
} from "../../src/config/clouds.js";
import { clusterFaults, machineFaults, poolNames, type Sized, withSizes } from "../../src/config/pools.js";
import { gcpIdForms, parseGcpId } from "./ids.js";
import { gcpRegions } from "./regions.js";
import { editionOf, type GcpSizes, gcpSizes } from "./sizes.js";

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
  diskGiB: z.int().min(10).max(65_536).optional().describe("It grows by itself. Default: the preset's."),
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
});

/** Memorystore's own bounds, in GiB. */
const redisGiB = z.int().min(1).max(300);

const redisSchema = z.strictObject({
  brokerGiB: redisGiB.optional().describe("Memory for Celery and the event bus. Default: the preset's."),
  cacheGiB: redisGiB.optional().describe("Memory for Django's caches. Default: the preset's."),
  highAvailability: z
    .boolean()
    .optional()
    .describe("A replica each, in another zone. A change makes new servers. Default: the preset's."),
});

const gcpObject = z.strictObject({
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
  logs: z
    .strictObject({
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
export type GcpSettings = Sized<GcpConfig, GcpSizes>;

/** What is set wins over the preset. */
export function gcpSettings(config: GcpConfig): GcpSettings {
  return withSizes(config, gcpSizes);
}

/** Everything under `openedx:gcp`. */
export const gcpSchema = gcpObject.superRefine((config, context) =>
  reportFaults(context, [...faultsBetweenKeys(config, gcpSettings(config))]),
);

/** A /20 for nodes, and as much again for endpoints and Redis. */
const longestNetwork = 19;

/** GKE takes Service addresses in these sizes only. */
const serviceBits = { shortest: 16, longest: 27 };

/** Open edX's images are built for x86; these families are ARM. */
const machines = {
  arm: /^(t2a|c4a|n4a|a4x)-/,
  form: /^[a-z]\d+[a-z]?-(standard|highmem|highcpu|custom)(-\d+)+(-lssd)?$/,
  what: "a type of machine that is large enough for a node",
  example: "n2-standard-4",
};

/** What is wrong between the keys, by the key at fault. */
function* faultsBetweenKeys(config: GcpConfig, settings: GcpSettings): Generator<Fault> {
  const { network, existing, apiEndpoint, kubernetes } = settings;
  const { podCidr, serviceCidr } = network;
  const longest = existing.network === undefined ? longestNetwork : 29;
  yield* commonFaults(config);
  yield* addressFaults({ network, existing, others: { podCidr, serviceCidr }, longest, shortest: 8 });
  yield* clusterFaults(settings, serviceBits, "GKE's own pods run");
  if (apiEndpoint === "dns" && kubernetes.apiAccess.length > 0) {
    yield {
      path: ["kubernetes", "apiAccess"],
      message:
        "has no effect with apiEndpoint dns, which lets in by IAM alone: take it out, or set apiEndpoint to ip",
    };
  }
  yield* existingFaults(config);
  yield* machineFaults(settings.nodes, machines);
  yield* diskFaults(settings);
  yield* mysqlFaults(config, settings);
  yield* labelFaults(config);
}

/** A cluster is in a region, or in one zone of it. */
function isIn(region: string, location: string): boolean {
  return location === region || location.startsWith(`${region}-`);
}

function* existingFaults({ existing, project, region }: GcpConfig): Generator<Fault> {
  for (const { path, id, kind } of existingIds(existing)) {
    const parsed = parseGcpId(id, kind);
    if (parsed === undefined) {
      yield { path, message: `is not an id such as ${gcpIdForms[kind]}` };
    } else if (parsed.project !== project) {
      yield { path, message: `is in another project than openedx:gcp.project (${project})` };
    } else if (parsed.location !== undefined && !isIn(region, parsed.location)) {
      yield { path, message: `is in another region than openedx:gcp.region (${region})` };
    }
  }
  for (const key of ["nodeSubnets", "dataSubnets"] as const) {
    if (existing.network !== undefined && existing.network[key].length !== 1) {
      yield {
        path: ["existing", "network", key],
        message: "must be one subnet: on Google Cloud it spans all zones",
      };
    }
  }
}

/** Families that take one kind of disks only. */
const hyperdiskOnly = /^(c4|c4d|n4|n4d|x4|m4)-/;
const persistentDiskOnly = /^(e2|n1|n2|n2d|t2d|c2|c2d)-/;

function* diskFaults({ nodes, storage }: GcpSettings): Generator<Fault> {
  const isHyperdisk = storage.disks === "hyperdisk-balanced";
  const [refusing, other] = isHyperdisk
    ? [persistentDiskOnly, "pd-balanced"]
    : [hyperdiskOnly, "hyperdisk-balanced"];
  for (const role of poolNames) {
    const { machineType } = nodes[role];
    if (machines.form.test(machineType) && refusing.test(machineType)) {
      yield {
        path: ["nodes", role, "machineType"],
        message: `${machineType} takes no ${storage.disks} disks: set storage.disks to ${other}, or take another type`,
      };
    }
  }
}

/** Days that edition Enterprise keeps the binary log. */
const longestLog = 7;

function* mysqlFaults(config: GcpConfig, { mysql }: GcpSettings): Generator<Fault> {
  const { tier, logDays, backups } = mysql;
  if (editionOf(tier) === "ENTERPRISE" && logDays > longestLog) {
    yield {
      path: ["mysql", config.mysql.logDays === undefined ? "tier" : "logDays"],
      message: `${tier} is of edition Enterprise, which keeps the log for ${longestLog} days at most: set mysql.logDays`,
    };
  }
  if (logDays > backups) {
    yield {
      path: ["mysql", config.mysql.backups === undefined ? "logDays" : "backups"],
      message: `the log of ${logDays} days needs as many daily backups to begin from, and there are ${backups}`,
    };
  }
  const [, cores = 0, mebibytes = 0] = /^db-custom-(\d+)-(\d+)$/.exec(tier)?.map(Number) ?? [];
  if (cores > 0) {
    const isEven = cores === 1 || cores % 2 === 0;
    const perCore = mebibytes / 1024 / cores;
    const isFit = mebibytes >= 3840 && mebibytes % 256 === 0 && perCore >= 0.9 && perCore <= 6.5;
    if (!isEven || cores > 96 || !isFit) {
      yield {
        path: ["mysql", "tier"],
        message:
          "is none that Cloud SQL makes: cores are 1 or even, to 96; memory a multiple of 256 MiB, from 3840, and 0.9 " +
          "to 6.5 GiB a core, such as db-custom-2-7680",
      };
    }
  }
}

function* labelFaults({ tags }: GcpConfig): Generator<Fault> {
  for (const [key, value] of Object.entries(tags)) {
    if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key) || !/^[a-z0-9_-]{0,63}$/.test(value)) {
      yield {
        path: ["tags", key],
        message:
          "is not a label: at most 63 lower-case letters, digits, - and _, and the key begins with a letter",
      };
    }
  }
}
