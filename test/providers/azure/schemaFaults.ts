const subscription = "10000000-0000-0000-0000-000000000000";
export const inGroup = `/subscriptions/${subscription}/resourceGroups/theirs/providers`;
const subnet = `${inGroup}/Microsoft.Network/virtualNetworks/net/subnets/`;

/** Faults that the schema finds: what is set below `azure`, and what is said. */
export const schemaFaults: [string, Record<string, unknown>, RegExp][] = [
  ["an unknown region", { location: "westeurop" }, /azure\.location: .*"westeurope"/],
  ["a region without zones", { location: "westus" }, /azure\.location: .*got "westus"/],
  [
    "a subscription that is none",
    { subscriptionId: "mine" },
    /azure\.subscriptionId: is not a subscription id/,
  ],
  ["no administrator", { administrators: [] }, /azure\.administrators: name at least one/],
  [
    "an administrator named twice",
    { administrators: [{ id: subscription }, { id: subscription, type: "User" }] },
    /azure\.administrators: names somebody twice/,
  ],
  ["an unknown preset", { preset: "tiny" }, /azure\.preset: .*"small"\|"medium"\|"large"/],
  ["one zone", { zones: 1 }, /azure\.zones: must be at least 2/],
  ["four zones", { zones: 4 }, /azure\.zones: must be at most 3/],
  [
    "an old Kubernetes",
    { kubernetes: { version: "1.30" } },
    /azure\.kubernetes\.version: is older than 1\.35/,
  ],
  ["no version at all", { kubernetes: { version: "latest" } }, /azure\.kubernetes\.version: is not a minor/],
  [
    "an API that is open to all",
    { kubernetes: { apiAccess: ["0.0.0.0/0"] } },
    /azure\.kubernetes\.apiAccess: opens the cluster's API to everyone/,
  ],
  [
    "a machine of another cloud",
    { nodes: { general: { machineType: "m7i.large" } } },
    /azure\.nodes\.general\.machineType: is not a size of a virtual machine/,
  ],
  [
    "an ARM machine",
    { nodes: { general: { machineType: "Standard_D4ps_v5" } } },
    /azure\.nodes\.general\.machineType: is an ARM machine/,
  ],
  [
    "a system pool that can be empty",
    { nodes: { system: { min: 0 } } },
    /azure\.nodes\.system\.min: must be at least 1/,
  ],
  [
    "more nodes at least than at most",
    { nodes: { general: { min: 5, max: 2 } } },
    /azure\.nodes\.general\.min: is more than max \(2\)/,
  ],
  [
    "a network that is too small",
    { network: { cidr: "10.60.0.0/20" } },
    /azure\.network\.cidr: is too small/,
  ],
  [
    "a network in the internet",
    { network: { cidr: "8.8.0.0/16" } },
    /azure\.network\.cidr: is not a private network/,
  ],
  [
    "a block that begins nowhere",
    { network: { cidr: "10.60.1.0/16" } },
    /azure\.network\.cidr: is not a block/,
  ],
  [
    "pods and nodes that share addresses",
    { network: { podCidr: "10.60.0.0/16" } },
    /azure\.network\.podCidr: overlaps network\.cidr/,
  ],
  [
    "services and pods that share addresses",
    { network: { serviceCidr: "10.244.128.0/20" } },
    /azure\.network\.serviceCidr: overlaps network\.podCidr/,
  ],
  [
    "services too many for AKS",
    { network: { serviceCidr: "172.16.0.0/12" } },
    /azure\.network\.serviceCidr: must be from \/13 to \/28/,
  ],
  [
    "pods on fewer nodes than there may be",
    { preset: "large", network: { podCidr: "10.244.0.0/20" } },
    /azure\.network\.podCidr: has room for 16 nodes, and the pools may grow to 43/,
  ],
  [
    "a name that is too long",
    { name: "a-university-with-a-long-name" },
    /azure\.name: is longer than 15 characters/,
  ],
  ["a name that is not a name", { name: "Campus_1" }, /azure\.name: must begin with a letter/],
  [
    "a MySQL of another cloud",
    { mysql: { sku: "db.m7g.large" } },
    /azure\.mysql\.sku: is not a size of a MySQL/,
  ],
  [
    "a standby for a burstable MySQL",
    { mysql: { highAvailability: true } },
    /azure\.mysql\.highAvailability: Standard_B2ms has no standby server/,
  ],
  [
    "a burstable MySQL in a preset with a standby",
    { preset: "medium", mysql: { sku: "Standard_B2ms" } },
    /azure\.mysql\.sku: Standard_B2ms has no standby server/,
  ],
  ["too many days of backups", { mysql: { backupDays: 36 } }, /azure\.mysql\.backupDays: must be at most 35/],
  [
    "a Redis of the retired kind",
    { redis: { brokerSku: "Standard_C1" } },
    /azure\.redis\.brokerSku: .*such as Balanced_B0, got "Standard_C1"/,
  ],
  [
    "a Redis too large for one server",
    { redis: { cacheSku: "Balanced_B50" } },
    /azure\.redis\.cacheSku: .*got "Balanced_B50"/,
  ],
  [
    "a Redis of a size that there is not",
    { redis: { cacheSku: "Balanced_B2" } },
    /azure\.redis\.cacheSku: .*got "Balanced_B2"/,
  ],
  [
    "a MySQL of a size that there is not",
    { mysql: { sku: "Standard_B3ms" } },
    /azure\.mysql\.sku: is not a size of a MySQL/,
  ],
  ["logs for a week", { logRetentionDays: 7 }, /azure\.logRetentionDays: must be at least 30/],
  ["logs for years", { logRetentionDays: 5000 }, /azure\.logRetentionDays: must be at most 730/],
  [
    "less of a day's log than Log Analytics takes",
    { logs: { dailyQuotaGb: 0.001 } },
    /azure\.logs\.dailyQuotaGb: must be at least 0\.023/,
  ],
  [
    "a tag with a path for a key",
    { tags: { "cost/center?": "1" } },
    /azure\.tags\.cost\/center\?: is a key that/,
  ],
  [
    "a tag with a colon, which DNS drops",
    { tags: { "cost:center": "1" } },
    /azure\.tags\.cost:center: is a key that/,
  ],
  ["a tag with a comma in it", { tags: { owner: "a,b" } }, /azure\.tags\.owner: .*without commas/],
  [
    "more tags than DNS takes",
    { tags: Object.fromEntries(Array.from({ length: 13 }, (_, index) => [`tag${index}`, "x"])) },
    /azure\.tags: are more than 12/,
  ],
  [
    "a disk that is too large for a node",
    { nodes: { general: { diskGiB: 4096 } } },
    /azure\.nodes\.general\.diskGiB: is more than 2048/,
  ],
  [
    "an API for a private network",
    { kubernetes: { apiAccess: ["203.0.113.0/24", "10.0.0.0/8"] } },
    /azure\.kubernetes\.apiAccess\.1: is a private network/,
  ],
  [
    "an API that the nodes of an existing network could not reach",
    { existing: { network: networkOf() } },
    /azure\.existing\.network\.egressAddresses: is missing/,
  ],
  [
    "a way out that is no address",
    { existing: { network: { ...networkOf(), egressAddresses: ["198.51.100.0/24"] } } },
    /azure\.existing\.network\.egressAddresses\.0: is not an address/,
  ],
  [
    "a private zone of another service",
    {
      existing: {
        network: { ...networkOf(), egressAddresses: ["198.51.100.7"] },
        privateDnsZones: {
          redis: `${inGroup}/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net`,
        },
      },
    },
    /azure\.existing\.privateDnsZones\.redis: is not an id such as/,
  ],
  [
    "a private zone for a network that is yet to be made",
    {
      existing: {
        privateDnsZones: {
          redis: `${inGroup}/Microsoft.Network/privateDnsZones/privatelink.redis.azure.net`,
        },
      },
    },
    /azure\.existing\.privateDnsZones\.redis: needs existing\.network/,
  ],
  ["an unknown key", { locatoin: "westeurope" }, /azure\.locatoin: unknown key; did you mean "location"/],
  [
    "a cluster by name",
    { existing: { cluster: "mine", network: networkOf() } },
    /azure\.existing\.cluster: is not an id such as .*managedClusters\/NAME/,
  ],
  [
    "a cluster without its network",
    { existing: { cluster: `${inGroup}/Microsoft.ContainerService/managedClusters/mine` } },
    /azure\.existing\.cluster: needs existing\.network/,
  ],
  [
    "a network without its subnet for endpoints",
    { existing: { network: { ...networkOf(), dataSubnets: [`${subnet}mysql`] } } },
    /azure\.existing\.network\.dataSubnets: must be two subnets/,
  ],
  [
    "subnets for each zone",
    { existing: { network: { ...networkOf(), nodeSubnets: [`${subnet}a`, `${subnet}b`] } } },
    /azure\.existing\.network\.nodeSubnets: must be one subnet/,
  ],
  [
    "a subnet that is a network",
    { existing: { network: { ...networkOf(), nodeSubnets: [networkOf().id] } } },
    /azure\.existing\.network\.nodeSubnets\.0: is not an id such as .*subnets\/NAME/,
  ],
  [
    "a zone in another subscription",
    {
      existing: {
        dnsZone:
          "/subscriptions/90000000-0000-0000-0000-000000000000/resourceGroups/g/providers/Microsoft.Network/dnsZones/e.com",
      },
    },
    /azure\.existing\.dnsZone: is in another subscription/,
  ],
  [
    "a zone without its domain",
    { dns: undefined, existing: { dnsZone: `${inGroup}/Microsoft.Network/dnsZones/example.com` } },
    /azure\.existing\.dnsZone: needs dns\.zone/,
  ],
  ["a domain that is none", { dns: { zone: "example" } }, /azure\.dns\.zone: is not a domain/],
];

export function networkOf(): { id: string; cidr: string; nodeSubnets: string[]; dataSubnets: string[] } {
  return {
    id: `${inGroup}/Microsoft.Network/virtualNetworks/net`,
    cidr: "10.1.0.0/16",
    nodeSubnets: [`${subnet}nodes`],
    dataSubnets: [`${subnet}mysql`, `${subnet}endpoints`],
  };
}
