import { azureRules, commonRules } from "./rules.js";
import { mapOf, mapsOf } from "../../src/workspace/yaml.js";
import { type Access, type CloudFacts, type TypeFacts, typesWith } from "../../src/cloud/facts.js";
import { textsOf } from "../../src/kubernetes/objects.js";

/** Seconds from a grant to its first use. Azure heeds a role assignment after up to ten minutes, mostly within two: "Troubleshoot Azure RBAC". */
export const azureGrantSeconds = 120;

/** Lengths of names, as Azure's API references have them. */
export const azureNames = {
  storageAccount: { min: 3, max: 24, hyphens: false },
  keyVault: { min: 3, max: 24 },
  registry: { min: 5, max: 50, hyphens: false },
  dnsPrefix: { min: 1, max: 54 },
  mysql: { min: 3, max: 63 },
  redis: { min: 1, max: 60 },
  workspace: { min: 4, max: 63 },
  federatedCredential: { min: 3, max: 120 },
};

const reachable: TypeFacts = {
  access: ({ publicNetworkAccess, network }) => [
    { path: "publicNetworkAccess", on: publicNetworkAccess ?? mapOf(network).publicNetworkAccess },
  ],
};

const addressRange: TypeFacts = {
  access: ({ startIpAddress, startIP, endIpAddress, endIP }) =>
    (startIpAddress ?? startIP) === "0.0.0.0" && (endIpAddress ?? endIP) === "255.255.255.255"
      ? [{ allowed: ["0.0.0.0/0"], text: () => "it lets every address in" }]
      : [],
};

function securityRule(rule: Readonly<Record<string, unknown>>): Access[] {
  return rule.access === "Allow" && rule.direction === "Inbound"
    ? [
        {
          rule: `rule ${textsOf(rule.name).join("")}`,
          sources: textsOf(rule.sourceAddressPrefix, rule.sourceAddressPrefixes),
          ports: textsOf(rule.destinationPortRange, rule.destinationPortRanges),
        },
      ]
    : [];
}

/** What Azure's types are, beside those that the module makes also others that hold data. */
export const azureFacts: CloudFacts = {
  tokens: "azure-native:",
  fixed: [
    ...["accountName", "agentPoolName", "clusterName", "configurationName", "containerName", "databaseName"],
    ...["keyName", "location", "lockName", "privateZoneName", "registryName", "resourceGroupName"],
    ...["resourceName", "roleAssignmentName", "roleDefinitionId", "scope", "serverName", "subnetName"],
    ...["vaultName", "virtualNetworkName", "workspaceName", "zoneName"],
  ],
  rules: { all: commonRules, types: azureRules },
  addresses: ["fullyQualifiedDomainName", "hostName"],
  types: {
    ...typesWith({ grant: true }, "managedidentity:FederatedIdentityCredential authorization:RoleDefinition"),
    "authorization:RoleAssignment": { grant: true, fixed: ["principalId"] },
    ...typesWith(
      {},
      `authorization:ManagementLockByScope compute:DiskEncryptionSet containerservice:MaintenanceConfiguration dbformysql:Configuration
      managedidentity:UserAssignedIdentity monitor:DataCollectionRule
      monitor:DataCollectionRuleAssociation monitor:DiagnosticSetting network:PrivateDnsZoneGroup network:Subnet
      network:VirtualNetwork privatedns:VirtualNetworkLink resources:ResourceGroup storage:BlobServiceProperties
      storage:ManagementPolicy`,
    ),
    ...typesWith(
      { billed: true },
      `containerregistry:Registry containerservice:ManagedCluster dns:Zone network:NatGateway
      network:PrivateEndpoint network:PublicIPAddress privatedns:PrivateZone`,
    ),
    // "Soft delete" of each: learn.microsoft.com/azure/key-vault and azure-monitor/logs/delete-workspace
    "keyvault:Vault": { data: true, nameTakenDays: 90 },
    "operationalinsights:Workspace": { billed: true, nameTakenDays: 14 },
    ...typesWith({ data: true }, "storage:BlobContainer storage:FileShare"),
    ...typesWith({ data: true, billed: true }, "keyvault:Key storage:StorageAccount"),
    ...typesWith(
      { ...reachable, data: true },
      `cosmosdb:DatabaseAccount cosmosdb:MongoCluster dbformysql:FlexibleServer dbforpostgresql:FlexibleServer
      dbforpostgresql:Server documentdb:DatabaseAccount documentdb:MongoCluster`,
    ),
    ...typesWith(reachable, "cache:Redis"),
    ...typesWith(
      addressRange,
      "cache:FirewallRule dbformysql:FirewallRule dbforpostgresql:FirewallRule documentdb:FirewallRule",
    ),
    "containerservice:AgentPool": {
      billed: true,
      nodes: true,
      fixed: [
        ...["availabilityZones", "enableEncryptionAtHost", "maxPods", "osDiskSizeGB", "osDiskType"],
        ...["scaleSetPriority", "vmSize", "vnetSubnetID"],
      ],
    },
    "dbformysql:Server": {
      ...reachable,
      billed: true,
      data: true,
      fixed: ["administratorLogin", "highAvailability.mode", "network", "version"],
    },
    "network:NetworkSecurityGroup": {
      access: ({ securityRules }) => mapsOf(securityRules).flatMap(securityRule),
    },
    "network:SecurityRule": { access: securityRule },
    // What it holds is lost when nothing writes it to disk: then it is a cache.
    "redisenterprise:Database": {
      data: ({ persistence }) => {
        const { aofEnabled, rdbEnabled } = mapOf(persistence);
        return aofEnabled === true || rdbEnabled === true;
      },
    },
    "redisenterprise:RedisEnterprise": { ...reachable, billed: true, data: "part" },
  },
};
