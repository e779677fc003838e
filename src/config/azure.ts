import { z } from "zod";
import { type AzureSizes, azureLocations, azureSizes } from "./azureSizes.js";
import { addressFaults, cidrSchema, cloudKeys, commonFaults, type Fault } from "./clouds.js";

const guid = (what: string): z.ZodString =>
  z
    .string()
    .regex(
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      `is no ${what}: 8-4-4-4-12 digits in lower-case hexadecimal`,
    );

const administratorSchema = z.strictObject({
  id: guid("object id").describe("Object id in Entra ID."),
  type: z.enum(["User", "Group", "ServicePrincipal"]).default("Group"),
});

const mysqlSchema = z.strictObject({
  sku: z
    .string()
    .regex(/^Standard_[BDE]\w+$/, "is no size of a MySQL flexible server, such as Standard_D2ads_v5")
    .optional()
    .describe("Size of the server. Default: the preset's."),
  storageGiB: z.int().min(20).max(16384).optional().describe("It grows by itself. Default: the preset's."),
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

const redisSku = z
  .string()
  .regex(
    /^(Balanced_B|MemoryOptimized_M|ComputeOptimized_X)\d+$/,
    "is no size of Azure Managed Redis, such as Balanced_B1",
  );

/** Without clustering, which Celery cannot do, Azure Managed Redis ends at 25 GB. */
const largestRedis = 20;

const unclusteredSku = redisSku.refine(
  (sku) => Number(/\d+$/.exec(sku)?.[0] ?? 0) <= largestRedis,
  `is too large: without clustering Azure Managed Redis ends at size ${largestRedis}, such as Balanced_B20`,
);

const redisSchema = z.strictObject({
  brokerSku: unclusteredSku.optional().describe("Celery and the event bus. Default: the preset's."),
  cacheSku: unclusteredSku.optional().describe("Django's caches. Default: the preset's."),
  highAvailability: z
    .boolean()
    .optional()
    .describe("Two nodes each; cannot be turned off again. Default: the preset's."),
});

const azureObject = z.strictObject({
  ...cloudKeys,
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
    .describe("Who administers the cluster; whoever runs `pulumi up` must be among them."),
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
      dailyQuotaGb: z.number().positive().default(5).describe("A day's log ends here, and so does its cost."),
    })
    .prefault({}),
});

type AzureSettings = z.output<typeof azureObject>;

/** Settings with the preset's sizes filled in. */
export interface AzureConfig extends Omit<AzureSettings, "nodes" | "mysql" | "redis"> {
  nodes: Record<keyof AzureSizes["nodes"], AzureSizes["nodes"]["system"] & { diskGiB: number }> & {
    spot: boolean;
  };
  mysql: AzureSizes["mysql"] & { geoRedundantBackup: boolean };
  redis: AzureSizes["redis"];
}

/** What is set wins over the preset. */
export function withSizes(settings: AzureSettings): AzureConfig {
  const preset = azureSizes[settings.preset];
  const pool = (role: keyof AzureSizes["nodes"]): AzureSizes["nodes"]["system"] & { diskGiB: number } => {
    const given = settings.nodes[role];
    const size = preset.nodes[role];
    // One bound alone moves the other along, where it would contradict it.
    const min = given.min ?? Math.min(size.min, given.max ?? size.min);
    return {
      machineType: given.machineType ?? size.machineType,
      min,
      max: given.max ?? Math.max(size.max, min),
      diskGiB: given.diskGiB,
    };
  };
  const { mysql, redis } = settings;
  return {
    ...settings,
    nodes: {
      system: pool("system"),
      general: pool("general"),
      stateful: pool("stateful"),
      spot: settings.nodes.spot,
    },
    mysql: {
      sku: mysql.sku ?? preset.mysql.sku,
      storageGiB: mysql.storageGiB ?? preset.mysql.storageGiB,
      highAvailability: mysql.highAvailability ?? preset.mysql.highAvailability,
      backupDays: mysql.backupDays ?? preset.mysql.backupDays,
      geoRedundantBackup: mysql.geoRedundantBackup,
    },
    redis: {
      brokerSku: redis.brokerSku ?? preset.redis.brokerSku,
      cacheSku: redis.cacheSku ?? preset.redis.cacheSku,
      highAvailability: redis.highAvailability ?? preset.redis.highAvailability,
    },
  };
}

/** Parts of an Azure resource's id, `/subscriptions/…/resourceGroups/GROUP/providers/TYPE/NAME`. */
export interface ResourceId {
  subscription: string;
  group: string;
  name: string;
}

/** @returns undefined when the text is no id of a resource of that type. */
export function parseResourceId(id: string, type: string): ResourceId | undefined {
  const [provider = "", ...kinds] = type.split("/");
  const path = kinds.map((kind) => `/${kind}/([^/]+)`).join("");
  const match = new RegExp(
    `^/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/${provider}${path}$`,
    "i",
  ).exec(id);
  const [subscription, group] = match?.slice(1) ?? [];
  const name = match?.at(-1);
  return subscription === undefined || group === undefined || name === undefined
    ? undefined
    : { subscription, group, name };
}

/** Types of what can be an existing one. */
export const existingTypes = {
  network: "Microsoft.Network/virtualNetworks",
  subnet: "Microsoft.Network/virtualNetworks/subnets",
  cluster: "Microsoft.ContainerService/managedClusters",
  dnsZone: "Microsoft.Network/dnsZones",
  database: "Microsoft.DBforMySQL/flexibleServers",
} as const;

function* existingFaults({ existing, subscriptionId }: AzureSettings): Generator<Fault> {
  const { network, cluster, dnsZone, database } = existing;
  const ids: { path: string[]; id: string | undefined; type: string }[] = [
    { path: ["network", "id"], id: network?.id, type: existingTypes.network },
    { path: ["cluster"], id: cluster, type: existingTypes.cluster },
    { path: ["dnsZone"], id: dnsZone, type: existingTypes.dnsZone },
    { path: ["database", "id"], id: database?.id, type: existingTypes.database },
    ...(["nodeSubnets", "dataSubnets"] as const).flatMap((key) =>
      (network?.[key] ?? []).map((id, index) => ({
        path: ["network", key, String(index)],
        id,
        type: existingTypes.subnet,
      })),
    ),
  ];
  for (const { path, id, type } of ids) {
    const parsed = id === undefined ? undefined : parseResourceId(id, type);
    if (parsed !== undefined && parsed.subscription !== subscriptionId) {
      yield {
        path: ["existing", ...path],
        message: `is in another subscription than openedx:azure.subscriptionId (${subscriptionId})`,
      };
    }
    if (id !== undefined && parsed === undefined) {
      const example = type
        .split("/")
        .slice(1)
        .map((kind) => `/${kind}/NAME`)
        .join("");
      yield {
        path: ["existing", ...path],
        message: `is no id such as /subscriptions/ID/resourceGroups/GROUP/providers/${type.split("/")[0]}${example}`,
      };
    }
  }
  if (network !== undefined && network.nodeSubnets.length !== 1) {
    yield {
      path: ["existing", "network", "nodeSubnets"],
      message: "must be one subnet: on Azure it spans all zones",
    };
  }
  if (network !== undefined && network.dataSubnets.length !== 2) {
    yield {
      path: ["existing", "network", "dataSubnets"],
      message:
        "must be two subnets: one delegated to Microsoft.DBforMySQL/flexibleServers, and one for private endpoints",
    };
  }
}

/** Open edX's images are built for x86; a `p` after the number of cores stands for ARM. */
const arm = /^Standard_[A-Z]+\d+(-\d+)?[a-z]*p[a-z]*_/;

function* sizeFaults(settings: AzureSettings): Generator<Fault> {
  const { nodes, mysql } = withSizes(settings);
  for (const role of ["system", "general", "stateful"] as const) {
    const path = ["nodes", role, "machineType"];
    if (arm.test(nodes[role].machineType)) {
      yield {
        path,
        message: "is an ARM machine, on which Open edX's images do not run: such as Standard_D4s_v5",
      };
    } else if (!/^Standard_[A-Z]+\d+(-\d+)?[a-z]*(_[A-Za-z0-9]+)*$/.test(nodes[role].machineType)) {
      yield { path, message: "is no size of a virtual machine, such as Standard_D4s_v5" };
    }
  }
  if (nodes.system.min < 1) {
    yield { path: ["nodes", "system", "min"], message: "must be at least 1: AKS runs on this pool" };
  }
  if (mysql.highAvailability && mysql.sku.startsWith("Standard_B")) {
    yield {
      path: ["mysql", settings.mysql.sku === undefined ? "highAvailability" : "sku"],
      message: `${mysql.sku} has no standby server: take a size such as Standard_D2ads_v5, or highAvailability: false`,
    };
  }
}

/** A /20 for nodes, and as much again for gateways, endpoints and MySQL. */
const longestNetwork = 19;

function networkFaults({ network, existing }: AzureSettings): Fault[] {
  return addressFaults({
    network:
      existing.network === undefined
        ? { path: ["network", "cidr"], cidr: network.cidr }
        : { path: ["existing", "network", "cidr"], cidr: existing.network.cidr },
    others: [
      { path: ["network", "podCidr"], cidr: network.podCidr },
      { path: ["network", "serviceCidr"], cidr: network.serviceCidr },
    ],
    longest: existing.network === undefined ? longestNetwork : 32,
    shortest: 8,
  });
}

/** Everything under `openedx:azure`. */
export const azureSchema = azureObject.superRefine((settings, context) => {
  const faults: Fault[] = [
    ...commonFaults(settings),
    ...networkFaults(settings),
    ...existingFaults(settings),
    ...sizeFaults(settings),
  ];
  for (const { path, message } of faults) {
    context.addIssue({ code: "custom", path, message });
  }
});
