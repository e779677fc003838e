import { contains } from "../../src/config/cidr.js";
import type { InputRule } from "../../src/cloud/rules.js";
import { mapOf, mapsOf } from "../../src/workspace/yaml.js";

type Inputs = Readonly<Record<string, unknown>>;

const learn = "https://learn.microsoft.com/azure";
/** "Naming rules and restrictions for Azure resources". */
const nameRules = `${learn}/azure-resource-manager/management/resource-name-rules`;
const tagRules = `${learn}/azure-resource-manager/management/tag-resources#limitations`;
const aks = `${learn}/aks`;
const mySql = `${learn}/mysql/flexible-server`;
const redis = `${learn}/redis`;
/** Packages that hold Azure's own description of an API: enumerations, patterns, bounds. */
const sdk = (name: string): string => `https://pypi.org/project/azure-mgmt-${name}`;
const cli = "https://github.com/Azure/azure-cli/tree/dev/src/azure-cli/azure/cli/command_modules";

const named = (path: string, pattern: RegExp, source = nameRules): InputRule => ({ path, pattern, source });
const oneOf = (path: string, values: readonly unknown[], source: string): InputRule => ({
  ...{ path, oneOf: values, source },
});
const between = (path: string, min: number, max: number, source: string): InputRule => ({
  ...{ path, min, max, source },
});

/** Letters, digits, `_`, `.` and `-`, up to eighty of them: what most parts of a network may be called. */
const networkName = /[A-Za-z0-9]([\w.-]{0,78}\w)?/;
const poolName = /[a-z][a-z0-9]{0,11}/;

/** Of all types. */
export const commonRules: readonly InputRule[] = [
  { path: "tags{key}", not: /[<>%&\\?/]/, max: 512, source: tagRules },
  { path: "tags{}", max: 256, source: tagRules },
  {
    path: "tags",
    check: ({ tags }) => (Object.keys(mapOf(tags)).length > 50 ? "are more than 50" : undefined),
    source: tagRules,
  },
  { path: "resourceGroupName", pattern: /[-\w.()]{0,89}[-\w()]/, source: nameRules },
];

/** Zones of DNS take fewer tags, and drop keys with other signs without a word. */
const zoneTags: readonly InputRule[] = [
  named("tags{key}", /[A-Za-z_][\w.-]*/, "https://github.com/Azure/azure-rest-api-specs/issues/11748"),
  {
    path: "tags",
    check: ({ tags }) => (Object.keys(mapOf(tags)).length > 15 ? "are more than 15" : undefined),
    source: tagRules,
  },
  oneOf("location", ["global"], sdk("privatedns")),
];

const ports = /\d{1,5}(-\d{1,5})?/;
/** The lists take no wildcard, and neither lists nor single values both. */
const noWildcard = "https://github.com/Azure/terraform-azurerm-network-security-group/issues/44";

function securityRules(path: string): InputRule[] {
  return [
    named(`${path}name`, networkName),
    between(`${path}priority`, 100, 4096, sdk("network")),
    oneOf(`${path}access`, ["Allow", "Deny"], sdk("network")),
    oneOf(`${path}direction`, ["Inbound", "Outbound"], sdk("network")),
    oneOf(`${path}protocol`, ["Tcp", "Udp", "Icmp", "Esp", "Ah", "*"], sdk("network")),
    named(`${path}destinationPortRange`, /\*|\d{1,5}(-\d{1,5})?/, sdk("network")),
    named(`${path}destinationPortRanges[]`, ports, noWildcard),
    named(`${path}sourcePortRanges[]`, ports, noWildcard),
    { path: `${path}sourceAddressPrefixes[]`, not: /^\*$/, source: noWildcard },
  ];
}

/** Two rules of one direction with one priority, or a rule without ports. */
function securityRulesClash(inputs: Inputs): string | undefined {
  const rules = mapsOf(inputs.securityRules);
  const places = rules.map(({ direction, priority }) => `${String(direction)} ${String(priority)}`);
  if (new Set(places).size < places.length) {
    return "have one priority twice";
  }
  const ways = ({ destinationPortRange, destinationPortRanges }: Inputs): number =>
    [destinationPortRange, destinationPortRanges].filter((value) => value !== undefined).length;
  return rules.every((rule) => ways(rule) === 1)
    ? undefined
    : "name their ports not by one of destinationPortRange and destinationPortRanges";
}

const privateAddress = /^(10|127|192\.168|172\.(1[6-9]|2\d|3[01]))\./;

function poolFault(inputs: Inputs): string | undefined {
  const { mode, minCount, scaleSetPriority, upgradeSettings } = inputs;
  const spot = scaleSetPriority === "Spot";
  if (mode === "System" && (minCount === 0 || spot)) {
    return "is a system pool, which keeps a node that Azure cannot take back";
  }
  return spot && mapOf(upgradeSettings).maxSurge !== undefined
    ? "takes spare machines, which have no surge"
    : undefined;
}

function clusterFault(inputs: Inputs): string | undefined {
  const { serviceCidr, dnsServiceIP } = mapOf(inputs.networkProfile);
  const access = mapOf(inputs.apiServerAccessProfile);
  if (
    typeof serviceCidr === "string" &&
    typeof dnsServiceIP === "string" &&
    !contains(serviceCidr, `${dnsServiceIP}/32`)
  ) {
    return `have a dnsServiceIP (${dnsServiceIP}) that is not in serviceCidr (${serviceCidr})`;
  }
  return access.enablePrivateCluster === true && access.authorizedIPRanges !== undefined
    ? "is private and names ranges that it is reached from"
    : undefined;
}

function mySqlFault(inputs: Inputs): string | undefined {
  const { name, tier } = mapOf(inputs.sku);
  const { storageRedundancy, autoGrow } = mapOf(inputs.storage);
  const standby = mapOf(inputs.highAvailability).mode !== "Disabled";
  const tiers: Record<string, string> = { B: "Burstable", D: "GeneralPurpose", E: "MemoryOptimized" };
  const wanted = tiers[String(name).replace("Standard_", "").charAt(0)];
  const faults: [boolean, string][] = [
    [wanted !== tier, `is of tier ${String(tier)}, and ${String(name)} of ${String(wanted)}`],
    [standby && tier === "Burstable", "has a standby, which no Burstable server has"],
    [standby && autoGrow !== "Enabled", "has a standby, and its storage does not grow"],
    [
      storageRedundancy === "ZoneRedundancy" && tier !== "MemoryOptimized",
      "has storage in all zones, which Business Critical alone has",
    ],
  ];
  return faults.find(([is]) => is)?.[1];
}

/** Sizes of Azure Managed Redis that do without clustering: up to 24 GB. */
export const unclusteredRedis = [
  ...["B0", "B1", "B3", "B5", "B10", "B20"].map((size) => `Balanced_${size}`),
  ...["M10", "M20"].map((size) => `MemoryOptimized_${size}`),
  ...["X3", "X5", "X10", "X20"].map((size) => `ComputeOptimized_${size}`),
] as const;

/** Of each type, beside those of all. */
export const azureRules: Readonly<Record<string, readonly InputRule[]>> = {
  "authorization:ManagementLockByScope": [
    { path: "lockName", not: /[<>%&:\\?/]/, max: 260, source: sdk("resource-locks") },
    oneOf("level", ["CanNotDelete", "ReadOnly"], sdk("resource-locks")),
    { path: "notes", max: 512, source: sdk("resource-locks") },
  ],
  "authorization:RoleAssignment": [
    oneOf("principalType", ["User", "Group", "ServicePrincipal"], sdk("authorization")),
  ],
  "authorization:RoleDefinition": [
    named(
      "permissions[].actions[]",
      /\*(\/\w+)?|Microsoft\.\w+(\/[\w*]+)+/,
      `${learn}/role-based-access-control/role-definitions`,
    ),
    { path: "roleName", max: 512, source: `${learn}/role-based-access-control/custom-roles` },
    {
      path: "assignableScopes[]",
      not: /\/providers\//,
      source: `${learn}/role-based-access-control/role-definitions`,
    },
  ],
  "compute:DiskEncryptionSet": [named("diskEncryptionSetName", /[\w-]{1,80}/)],
  "containerregistry:Registry": [
    named("registryName", /[A-Za-z0-9]{5,50}/),
    oneOf("sku.name", ["Basic", "Standard", "Premium"], sdk("containerregistry")),
  ],
  "containerservice:AgentPool": [
    named("agentPoolName", poolName, sdk("containerservice")),
    oneOf("mode", ["System", "User"], sdk("containerservice")),
    between("osDiskSizeGB", 30, 2048, sdk("containerservice")),
    between("maxPods", 10, 250, `${aks}/quotas-skus-regions`),
    between("minCount", 0, 1000, `${aks}/quotas-skus-regions`),
    between("maxCount", 1, 1000, `${aks}/quotas-skus-regions`),
    { path: "mode", check: poolFault, source: `${aks}/use-system-pools` },
  ],
  "containerservice:MaintenanceConfiguration": [
    oneOf(
      "configName",
      ["default", "aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"],
      `${aks}/planned-maintenance`,
    ),
    between("maintenanceWindow.durationHours", 4, 24, `${aks}/planned-maintenance`),
    named("maintenanceWindow.startTime", /\d{2}:\d{2}/, sdk("containerservice")),
    named("maintenanceWindow.utcOffset", /[-+]\d{2}:\d{2}/, sdk("containerservice")),
    between("maintenanceWindow.schedule.weekly.intervalWeeks", 1, 4, sdk("containerservice")),
  ],
  "containerservice:ManagedCluster": [
    named("resourceName", /[A-Za-z0-9]([-\w]{0,61}[A-Za-z0-9])?/, sdk("containerservice")),
    named("dnsPrefix", /[A-Za-z0-9]([A-Za-z0-9-]{0,52}[A-Za-z0-9])?/, `${cli}/acs/_validators.py`),
    { path: "nodeResourceGroup", max: 80, source: `${aks}/faq` },
    named("agentPoolProfiles[].name", poolName, sdk("containerservice")),
    { path: "agentPoolProfiles", min: 1, source: sdk("containerservice") },
    {
      path: "apiServerAccessProfile.authorizedIPRanges",
      max: 200,
      source: `${aks}/api-server-authorized-ip-ranges`,
    },
    {
      path: "apiServerAccessProfile.authorizedIPRanges[]",
      not: privateAddress,
      source: `${aks}/api-server-authorized-ip-ranges`,
    },
    { path: "networkProfile", check: clusterFault, source: `${cli}/acs/_validators.py` },
  ],
  "dbformysql:Configuration": [
    oneOf("source", ["user-override", "system-default"], sdk("mysqlflexibleservers")),
  ],
  "dbformysql:Server": [
    named("serverName", /[a-z0-9][a-z0-9-]{1,61}[a-z0-9]/),
    between("storage.storageSizeGB", 20, 32768, `${mySql}/concepts-service-tiers-storage`),
    between("backup.backupRetentionDays", 1, 35, `${cli}/mysql/_validators.py`),
    oneOf("highAvailability.mode", ["Disabled", "ZoneRedundant", "SameZone"], sdk("mysqlflexibleservers")),
    {
      path: "administratorLogin",
      not: /^(azure_superuser|admin|administrator|root|guest|public)$/,
      max: 32,
      source: `${cli}/mysql`,
    },
    { path: "sku", check: mySqlFault, source: `${cli}/mysql/_validators.py` },
    // "Known issue: cannot be set during server creation or updated with other properties"
    {
      path: "maintenanceWindow",
      check: ({ maintenanceWindow }) => (maintenanceWindow === undefined ? undefined : "is set"),
      source: sdk("mysqlflexibleservers"),
    },
  ],
  "dns:Zone": [...zoneTags, { path: "zoneName", max: 253, source: nameRules }],
  "keyvault:Key": [
    named("keyName", /[A-Za-z0-9-]{1,127}/),
    oneOf("properties.kty", ["RSA", "EC", "RSA-HSM", "EC-HSM"], sdk("keyvault")),
    oneOf("properties.keySize", [2048, 3072, 4096], `${learn}/key-vault/keys/about-keys`),
  ],
  "keyvault:Vault": [
    named("vaultName", /(?=.{3,24}$)[A-Za-z]([A-Za-z0-9]|-[A-Za-z0-9])+/, sdk("keyvault")),
    between("properties.softDeleteRetentionInDays", 7, 90, sdk("keyvault")),
  ],
  "managedidentity:FederatedIdentityCredential": [
    named("federatedIdentityCredentialResourceName", /[A-Za-z0-9][\w-]{2,119}/, sdk("msi")),
    between("audiences", 1, 1, `${learn}/active-directory/workload-identities`),
    { path: "subject", max: 600, source: `${learn}/active-directory/workload-identities` },
  ],
  "managedidentity:UserAssignedIdentity": [named("resourceName", /[A-Za-z0-9][\w-]{2,127}/)],
  "monitor:DataCollectionRule": [named("dataCollectionRuleName", /[\w-]{3,64}/)],
  "monitor:DiagnosticSetting": [{ path: "name", not: /[*<>?+/&%\\.]|\s$/, max: 260, source: nameRules }],
  "network:NatGateway": [
    named("natGatewayName", networkName),
    between("idleTimeoutInMinutes", 4, 120, sdk("network")),
  ],
  "network:NetworkSecurityGroup": [
    named("networkSecurityGroupName", networkName),
    ...securityRules("securityRules[]."),
    { path: "securityRules", check: securityRulesClash, source: sdk("network") },
  ],
  "network:PrivateEndpoint": [named("privateEndpointName", /[A-Za-z0-9]([\w.-]{0,62}\w)?/)],
  "network:PublicIPAddress": [
    named("publicIpAddressName", networkName),
    oneOf("zones[]", ["1", "2", "3"], sdk("network")),
  ],
  "network:SecurityRule": securityRules(""),
  "network:Subnet": [
    named("subnetName", networkName),
    oneOf(
      "privateEndpointNetworkPolicies",
      ["Enabled", "Disabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled"],
      sdk("network"),
    ),
    named("addressPrefix", /[\d.]+\/([1-9]|1\d|2\d)/, `${learn}/virtual-network/virtual-networks-faq`),
  ],
  "network:VirtualNetwork": [named("virtualNetworkName", /[A-Za-z0-9]([\w.-]{0,62}\w)/)],
  "operationalinsights:Workspace": [
    named("workspaceName", /[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]/),
    between("retentionInDays", 30, 730, `${learn}/azure-monitor/logs/data-retention-configure`),
    { path: "workspaceCapping.dailyQuotaGb", min: 0.023, source: `${cli}/monitor` },
  ],
  "privatedns:PrivateZone": zoneTags,
  "privatedns:VirtualNetworkLink": [...zoneTags, named("virtualNetworkLinkName", networkName)],
  "redisenterprise:Database": [
    oneOf("databaseName", ["default"], sdk("redisenterprise")),
    oneOf("clientProtocol", ["Encrypted", "Plaintext"], sdk("redisenterprise")),
    oneOf("clusteringPolicy", ["EnterpriseCluster", "OSSCluster", "NoCluster"], sdk("redisenterprise")),
    oneOf(
      "evictionPolicy",
      ["NoEviction", "AllKeysLRU", "AllKeysLFU", "VolatileLRU"],
      sdk("redisenterprise"),
    ),
    oneOf("port", [10000], `${redis}/overview`),
    oneOf("persistence.aofFrequency", ["1s"], `${redis}/how-to-persistence`),
  ],
  "redisenterprise:RedisEnterprise": [
    named("clusterName", /(?=.{1,60}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*/),
    // The one policy for clustering that Celery can do with ends there.
    oneOf("sku.name", unclusteredRedis, `${redis}/architecture#cluster-policies`),
    oneOf("minimumTlsVersion", ["1.2"], sdk("redisenterprise")),
  ],
  "resources:ResourceGroup": [],
  "storage:BlobContainer": [
    named("containerName", /(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*/),
    oneOf("publicAccess", ["None", "Blob", "Container"], sdk("storage")),
  ],
  "storage:BlobServiceProperties": [
    between("deleteRetentionPolicy.days", 1, 365, sdk("storage")),
    between("containerDeleteRetentionPolicy.days", 1, 365, sdk("storage")),
    { path: "cors.corsRules", max: 5, source: sdk("storage") },
    oneOf(
      "cors.corsRules[].allowedMethods[]",
      ["DELETE", "GET", "HEAD", "MERGE", "POST", "OPTIONS", "PUT", "PATCH", "CONNECT", "TRACE"],
      sdk("storage"),
    ),
  ],
  "storage:ManagementPolicy": [oneOf("managementPolicyName", ["default"], sdk("storage"))],
  "storage:StorageAccount": [
    named("accountName", /[a-z0-9]{3,24}/),
    { path: "tags{key}", max: 128, source: tagRules },
    oneOf(
      "sku.name",
      ["Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_GZRS", "Premium_ZRS"],
      sdk("storage"),
    ),
    oneOf("minimumTlsVersion", ["TLS1_2", "TLS1_3"], sdk("storage")),
  ],
};
