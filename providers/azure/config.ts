import { z } from "zod";
import {
  addressFaults,
  cidrSchema,
  cloudKeys,
  commonFaults,
  type Fault,
  reportFaults,
} from "../../src/config/clouds.js";
import { clusterFaults, machineFaults, type Sized, withSizes } from "../../src/config/pools.js";
import { unclusteredRedis } from "./rules.js";
import { apiFaults, diskFaults, existingFaults, tagFaults } from "./configFaults.js";
import { azureLocations } from "./regions.js";
import { type AzureSizes, azureSizes } from "./sizes.js";

const guid = (what: string): z.ZodString =>
  z
    .string()
    .regex(
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      `is not a ${what}: 8-4-4-4-12 digits in lower-case hexadecimal`,
    );

const administratorSchema = z.strictObject({
  id: guid("object id").describe("Object id in Entra ID."),
  type: z.enum(["User", "Group", "ServicePrincipal"]).default("Group"),
});

const mysqlSchema = z.strictObject({
  sku: z
    .string()
    .regex(
      /^Standard_(B(1s|2s|(1|2|4|8|12|16|20)ms)|[DE]\d+(i|is)?a?ds_v\d)$/,
      "is not a size of a MySQL flexible server, such as Standard_D2ads_v5",
    )
    .optional()
    .describe("Size of the server. Default: the preset's."),
  storageGiB: z.int().min(20).max(32768).optional().describe("It grows by itself. Default: the preset's."),
  highAvailability: z
    .boolean()
    .optional()
    .describe("A standby server in another zone. Default: the preset's."),
  backupDays: z
    .int()
    .min(1)
    .max(35)
    .optional()
    .describe("Days that can be gone back to. Default: the preset's."),
  geoRedundantBackup: z
    .boolean()
    .default(false)
    .describe("Backups in the paired region too. Fixed once the server is there."),
});

/** Without clustering, which Celery cannot do, Azure Managed Redis ends at 25 GB. */
const unclusteredSku = z.enum(unclusteredRedis);

const redisSchema = z.strictObject({
  brokerSku: unclusteredSku.optional().describe("Celery and the event bus. Default: the preset's."),
  cacheSku: unclusteredSku.optional().describe("Django's caches. Default: the preset's."),
  highAvailability: z
    .boolean()
    .optional()
    .describe("Two nodes each; cannot be turned off again. Default: the preset's."),
});

/** Log Analytics takes no smaller one. */
const dailyQuota = z.number().min(0.023).default(5);

/** Open edX's images are built for x86; a `p` after the number of cores stands for ARM. */
const machines = {
  arm: /^Standard_[A-Z]+\d+(-\d+)?[a-z]*p[a-z]*_/,
  form: /^Standard_[A-Z]+\d+(-\d+)?[a-z]*(_[A-Za-z0-9]+)*$/,
  what: "a size of a virtual machine",
  example: "Standard_D4s_v5",
};

const azureObject = z.strictObject({
  ...cloudKeys,
  existing: cloudKeys.existing
    .unwrap()
    .extend({
      privateDnsZones: z
        .strictObject({
          mysql: z.string().optional().describe("A zone whose name ends in .mysql.database.azure.com."),
          redis: z.string().optional().describe("The zone privatelink.redis.azure.net."),
        })
        .prefault({})
        .describe(
          "Ids of private DNS zones that the existing network sees already, such as those of a hub: a network takes " +
            "each name from one zone only. Default: the stack makes them and links them to the network.",
        ),
    })
    .prefault({})
    .describe("What is there already and is used, not made."),
  logRetentionDays: z
    .int()
    .min(30)
    .max(730)
    .default(90)
    .describe("How long Log Analytics keeps logs, in days; up to 30 cost nothing more."),
  subscriptionId: guid("subscription id").describe("`az account show --query id`"),
  tenantId: guid("tenant id").describe("`az account show --query tenantId`"),
  location: z
    .enum(azureLocations)
    .describe(
      "Region, by its short name. Only regions with three availability zones; `az account list-locations`.",
    ),
  administrators: z
    .array(administratorSchema)
    .min(1, "name at least one: nobody else, not even the subscription's owner, may use the cluster")
    .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, "names somebody twice")
    .describe("Who administers the cluster; whoever runs `pulumi up` must be among them."),
  firstNode: z
    .strictObject({
      machineType: z.string().regex(machines.form, `is not ${machines.what}`).default("Standard_D2s_v5"),
      zone: z.enum(["1", "2", "3"]).default("1"),
    })
    .prefault({})
    .describe(
      "The one node that AKS begins with, for its own pods: two cores and 4 GiB at least. For subscriptions that are not " +
        "offered that size there. Fixed once the cluster is there.",
    ),
  login: z
    .enum(["azurecli", "workloadidentity", "spn", "msi"])
    .default("azurecli")
    .describe("How kubelogin signs in: as `az login` did, or as a build server does."),
  network: z
    .strictObject({
      cidr: cidrSchema.default("10.60.0.0/16").describe("Addresses of nodes and data services."),
      podCidr: cidrSchema
        .default("10.244.0.0/16")
        .describe("Addresses of pods, which only the cluster knows."),
      serviceCidr: cidrSchema.default("10.96.0.0/16").describe("Addresses of Services, likewise."),
    })
    .prefault({}),
  encryption: z
    .strictObject({
      ownKey: z
        .boolean()
        .default(true)
        .describe(
          "Secrets and disks of the cluster are encrypted with keys in the stack's own key vault, else with Azure's. " +
            "Fixed once the cluster is there. A deleted vault stays recoverable for `softDeleteDays`.",
        ),
      softDeleteDays: z.int().min(7).max(90).default(90).describe("Fixed once the vault is there."),
      atHost: z
        .boolean()
        .default(true)
        .describe(
          "Temporary disks and caches of nodes too; needs the feature Microsoft.Compute/EncryptionAtHost.",
        ),
    })
    .prefault({}),
  mysql: mysqlSchema.prefault({}).describe("For services.mysql.mode: managed."),
  redis: redisSchema.prefault({}).describe("For services.redis.mode: managed."),
  storage: z
    .strictObject({
      redundancy: z
        .enum(["Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_GZRS"])
        .default("Standard_ZRS")
        .describe("Of the sites' media and of backups: copies in one zone, three zones, another region."),
      disks: z
        .enum(["Premium_ZRS", "PremiumV2_LRS", "StandardSSD_ZRS", "Premium_LRS"])
        .default("Premium_ZRS")
        .describe("Of volumes that one node mounts. Those with ZRS outlive a zone."),
      deletedDays: z
        .int()
        .min(1)
        .max(365)
        .default(30)
        .describe("Days that deleted and overwritten files can be brought back."),
    })
    .prefault({}),
  registry: z
    .strictObject({
      sku: z.enum(["Basic", "Standard", "Premium"]).default("Standard"),
    })
    .prefault({})
    .describe("The container registry."),
  logs: z
    .strictObject({
      containers: z.boolean().default(true).describe("What pods write is kept too, in Log Analytics."),
      dailyQuotaGb: dailyQuota.describe("A day's log of pods ends here, and so does its cost."),
      auditDailyQuotaGb: dailyQuota.describe(
        "The same for the log of who did what: on the cluster's API, with keys, in slow queries. Apart, so that a " +
          "talkative pod does not end it.",
      ),
    })
    .prefault({}),
});

/** As the stack file says it. */
export type AzureConfig = z.output<typeof azureObject>;

/** The config with the preset's sizes filled in. */
export type AzureSettings = Sized<AzureConfig, AzureSizes>;

/** What is set wins over the preset. */
export function azureSettings(config: AzureConfig): AzureSettings {
  return withSizes(config, azureSizes);
}

/** Everything under `openedx:azure`. */
export const azureSchema = azureObject.superRefine((config, context) =>
  reportFaults(context, [...faultsBetweenKeys(config, azureSettings(config))]),
);

/** AKS takes Service addresses in these sizes only; the tenth is that of its DNS. */
const serviceBits = { shortest: 13, longest: 28 };

/** A /20 for nodes, and as much again for gateways, endpoints and MySQL. */
const longestNetwork = 19;

/** What is wrong between the keys, by the key at fault. */
function* faultsBetweenKeys(config: AzureConfig, settings: AzureSettings): Generator<Fault> {
  const { network, existing } = settings;
  const { podCidr, serviceCidr } = network;
  const longest = existing.network === undefined ? longestNetwork : 32;
  yield* commonFaults(config);
  yield* addressFaults({ network, existing, others: { podCidr, serviceCidr }, longest, shortest: 8 });
  const { system } = settings.nodes;
  // The node that the cluster begins with is none of a pool's.
  const nodes = { ...settings.nodes, system: { ...system, max: system.max + 1 } };
  yield* clusterFaults({ network, nodes }, serviceBits, "AKS runs");
  yield* existingFaults(config.existing, config.subscriptionId);
  yield* machineFaults(settings.nodes, machines);
  yield* diskFaults(settings.nodes);
  yield* tagFaults(settings.tags);
  yield* apiFaults(settings);
  const { highAvailability, sku } = settings.mysql;
  if (highAvailability && sku.startsWith("Standard_B")) {
    yield {
      path: ["mysql", config.mysql.sku === undefined ? "highAvailability" : "sku"],
      message: `${sku} has no standby server: take a size such as Standard_D2ads_v5, or highAvailability: false`,
    };
  }
}
