import { type Answer, type CheckedPlan, fails, ok, planned, warning } from "../../src/cloud/check.js";
import { listed, type Rest } from "../rest.js";

interface Pool {
  vmSize: string;
  minCount?: number;
  maxCount?: number;
  count?: number;
  availabilityZones?: string[];
}

/** Pools of nodes, within the cluster and beside it. */
function poolsOf(plan: CheckedPlan): Pool[] {
  const clusters = planned(plan, "azure-native:containerservice:ManagedCluster");
  return [
    ...clusters.flatMap(({ agentPoolProfiles }) => (agentPoolProfiles ?? []) as Pool[]),
    ...(planned(plan, "azure-native:containerservice:AgentPool") as unknown as Pool[]),
  ];
}

interface Sku {
  resourceType: string;
  name: string;
  family?: string;
  locationInfo?: { zones?: string[] }[];
  restrictions?: { type: string; reasonCode?: string; restrictionInfo?: { zones?: string[] } }[];
  capabilities?: { name: string; value: string }[];
}

const skus = (rest: Rest, base: string, location: string): Promise<Sku[]> =>
  listed<Sku>(
    rest,
    `${base}/providers/Microsoft.Compute/skus?api-version=2021-07-01&$filter=location eq '${location}'`,
    "Microsoft.Compute/skus/read",
  );

/** Whether the subscription may have each size in the pool's zones; a size can be there and be kept from it. */
export async function sizes(rest: Rest, base: string, location: string, plan: CheckedPlan): Promise<Answer> {
  const all = await skus(rest, base, location);
  const faults = poolsOf(plan).flatMap(({ vmSize, availabilityZones = [] }) => {
    const sku = all.find(({ resourceType, name }) => resourceType === "virtualMachines" && name === vmSize);
    if (sku === undefined) {
      return [`${vmSize} is not in ${location}`];
    }
    const restrictions = sku.restrictions ?? [];
    const whole = restrictions.find(({ type }) => type === "Location");
    if (whole !== undefined) {
      return [`${vmSize} is kept from this subscription (${whole.reasonCode ?? "no reason given"})`];
    }
    const kept = restrictions.flatMap(({ restrictionInfo }) => restrictionInfo?.zones ?? []);
    const zones = (sku.locationInfo?.flatMap((each) => each.zones ?? []) ?? []).filter(
      (zone) => !kept.includes(zone),
    );
    const missing = availabilityZones.filter((zone) => !zones.includes(zone));
    return missing.length > 0 ? [`${vmSize} is not to be had in zone ${missing.join(", ")}`] : [];
  });
  const disks = diskSkus(plan).filter(
    (name) => !all.some((each) => each.resourceType === "disks" && each.name === name),
  );
  const wrong = [...new Set(faults), ...disks.map((name) => `disks of ${name} are not in ${location}`)];
  return wrong.length > 0
    ? fails(
        wrong.join("; "),
        "set openedx:azure.nodes.POOL.machineType or firstNode, zones: 2, storage.disks: Premium_LRS, or another region",
      )
    : ok([...new Set(poolsOf(plan).map(({ vmSize }) => vmSize))].join(", "));
}

/** Of the storage classes that the stack makes. */
function diskSkus(plan: CheckedPlan): string[] {
  const classes = planned(plan, "kubernetes:storage.k8s.io/v1:StorageClass") as {
    provisioner?: string;
    parameters?: { skuName?: string; skuname?: string };
  }[];
  return classes.flatMap(({ provisioner, parameters }) =>
    provisioner === "disk.csi.azure.com" ? (parameters?.skuName ?? parameters?.skuname ?? []) : [],
  );
}

interface Usage {
  name: { value: string };
  currentValue: number;
  limit: number;
}

/** vCPUs of each family, and of all together, that the pools begin with and grow to. */
export async function quotas(rest: Rest, base: string, location: string, plan: CheckedPlan): Promise<Answer> {
  const [all, usages] = await Promise.all([
    skus(rest, base, location),
    listed<Usage>(
      rest,
      `${base}/providers/Microsoft.Compute/locations/${location}/usages?api-version=2024-07-01`,
      "Microsoft.Compute/locations/usages/read",
    ),
  ]);
  const needs = new Map<string, { first: number; most: number }>();
  for (const { vmSize, minCount, maxCount, count = 0 } of poolsOf(plan)) {
    const sku = all.find(({ resourceType, name }) => resourceType === "virtualMachines" && name === vmSize);
    const vcpus = Number(sku?.capabilities?.find(({ name }) => name === "vCPUs")?.value ?? 0);
    for (const name of [sku?.family ?? vmSize, "cores"]) {
      const { first, most } = needs.get(name) ?? { first: 0, most: 0 };
      needs.set(name, {
        first: first + vcpus * (minCount ?? count),
        most: most + vcpus * (maxCount ?? count),
      });
    }
  }
  const judged = [...needs].map(([name, { first, most }]) => {
    const usage = usages.find((each) => each.name.value.toLowerCase() === name.toLowerCase());
    const { limit = 0, currentValue = 0 } = usage ?? {};
    const text = `${name}: ${limit} allowed, ${currentValue} used, ${first} to ${most} needed`;
    return { text, now: currentValue + first > limit, later: currentValue + most > limit };
  });
  const text = judged.map((each) => each.text).join("; ");
  const remedy = `ask for more in ${location}: portal, Quotas, Compute; what a deployed stack uses is counted as used`;
  if (judged.some(({ now }) => now)) {
    return fails(text, remedy);
  }
  return judged.some(({ later }) => later)
    ? warning(`${text}: too few once the nodes grow`, remedy)
    : ok(text);
}

interface Versions {
  values?: { version: string; isPreview?: boolean; capabilities?: { supportPlan?: string[] } }[];
}

export async function kubernetesVersion(
  rest: Rest,
  base: string,
  location: string,
  plan: CheckedPlan,
): Promise<Answer> {
  const [cluster = {}] = planned(plan, "azure-native:containerservice:ManagedCluster");
  const wanted = String(cluster.kubernetesVersion);
  const { values = [] } = await rest.get<Versions>(
    `${base}/providers/Microsoft.ContainerService/locations/${location}/kubernetesVersions?api-version=2024-09-01`,
    "Microsoft.ContainerService/locations/kubernetesVersions/read",
  );
  const found = values.find(({ version }) => version === wanted);
  const remedy = "set openedx:azure.kubernetes.version";
  if (found === undefined) {
    return fails(`AKS offers ${values.map(({ version }) => version).join(", ")}, not ${wanted}`, remedy);
  }
  if (found.isPreview === true) {
    return warning(`${wanted} is a preview in ${location}`, remedy);
  }
  const plans = found.capabilities?.supportPlan ?? ["KubernetesOfficial"];
  return plans.includes("KubernetesOfficial")
    ? ok(`${wanted} in ${location}`)
    : fails(`${wanted} is for long-term support alone`, remedy);
}

interface Capability {
  zone?: string;
  supportedHAMode?: string[];
  supportedFlexibleServerEditions?: {
    name?: string;
    supportedServerVersions?: { name?: string; supportedSkus?: { name?: string }[] }[];
  }[];
}

/** Whether the location has the size of server, the version, and the standby that is asked for. */
export async function database(
  rest: Rest,
  base: string,
  location: string,
  plan: CheckedPlan,
): Promise<Answer> {
  const [server = {}] = planned(plan, "azure-native:dbformysql:Server");
  const { sku, version, highAvailability } = server as {
    sku: { name: string; tier: string };
    version: string;
    highAvailability?: { mode?: string };
  };
  const zones = await listed<Capability>(
    rest,
    `${base}/providers/Microsoft.DBforMySQL/locations/${location}/capabilities?api-version=2023-12-30`,
    "Microsoft.DBforMySQL/locations/capabilities/read",
  );
  const editions = zones.flatMap((zone) => zone.supportedFlexibleServerEditions ?? []);
  const versions = editions
    .filter(({ name }) => name === sku.tier)
    .flatMap(({ supportedServerVersions = [] }) => supportedServerVersions);
  const offered = versions.filter(({ name = "" }) => `${name}.`.startsWith(`${version}.`));
  if (offered.length === 0) {
    const known = [...new Set(versions.map(({ name }) => name))].join(", ") || "none";
    return fails(
      `MySQL ${version} is not offered in ${location} on ${sku.tier}; versions: ${known}`,
      "services.mysql.mode: cluster, or a server of your own in existing.database",
    );
  }
  if (!offered.some(({ supportedSkus = [] }) => supportedSkus.some(({ name }) => name === sku.name))) {
    return fails(
      `${sku.name} is not offered in ${location} with MySQL ${version}`,
      "set openedx:azure.mysql.sku",
    );
  }
  const mode = highAvailability?.mode ?? "Disabled";
  const modes = zones.flatMap(({ supportedHAMode = [] }) => supportedHAMode);
  return mode !== "Disabled" && !modes.includes(mode)
    ? fails(
        `a standby (${mode}) is not offered in ${location}`,
        "leave openedx:azure.mysql.highAvailability out",
      )
    : ok(`${version} on ${sku.name}`);
}
