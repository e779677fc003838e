import type { PropertyMap, Registration } from "../../src/engine/types.js";
import { azureRights } from "./azureRoles.js";
import { type CloudCase, inputsOf, type Plain, type TypeRules } from "./clouds.js";

function found(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (at as Record<string | number, unknown> | undefined)?.[key],
    value,
  );
}

/** Inputs that are a resource's name in Azure. */
const nameInputs = [
  ...["containerName", "registryName", "accountName", "serverName", "clusterName", "databaseName"],
  ...["resourceName", "resourceGroupName"],
];

/** What Azure would tell of a resource. */
function azureOutputs({ name, inputs }: Registration): PropertyMap {
  const named = nameInputs.find((input) => inputs[input] !== undefined);
  return {
    ...inputs,
    name: (named && inputs[named]) ?? name,
    principalId: `principal-${name}`,
    clientId: `client-${name}`,
    ipAddress: "198.51.100.7",
    identityProfile: { kubeletidentity: { objectId: `object-${name}` } },
    oidcIssuerProfile: { enabled: true, issuerURL: "https://issuer.example" },
    nameServers: ["ns1.example"],
    fullyQualifiedDomainName: `${name}.mysql.example`,
    hostName: `${name}.redis.example`,
    nodeResourceGroup: inputs.nodeResourceGroup ?? `${name}-nodes`,
    hex: `hex${name.length}`,
    loginServer: "registry.example",
    keyUriWithVersion: `https://vault.example/${name}/1`,
  };
}

const kubeconfig = JSON.stringify({
  clusters: [{ cluster: { server: "https://api.example", "certificate-authority-data": "Q0E=" } }],
});

const guid = (digit: number): string => `${digit}0000000-0000-0000-0000-000000000000`;

/** Who deploys, and the sample's administrator. */
const caller = guid(0);

function azureAnswers(token: string): PropertyMap {
  if (token.endsWith(":getClientConfig")) {
    return { objectId: caller };
  }
  return token.endsWith(":listManagedClusterUserCredentials")
    ? { kubeconfigs: [{ name: "user", value: Buffer.from(kubeconfig).toString("base64") }] }
    : { primaryKey: "redis+key/1=", secondaryKey: "redis+key/2=" };
}

/** Types that Azure gives no tags to, as the SDK has no input for them. */
const untaggable =
  /:(BlobContainer|BlobServiceProperties|Configuration|DataCollectionRuleAssociation|Database|DiagnosticSetting|FederatedIdentityCredential|MaintenanceConfiguration|ManagementLockByScope|ManagementPolicy|PrivateDnsZoneGroup|RoleAssignment|RoleDefinition|Subnet)$/;

const nothing: TypeRules = {};

/** Rules that let somebody in from outside of the network. */
function openRules(inputs: Plain): Plain[] {
  return (inputs.securityRules as Plain[]).filter(
    ({ access, sourceAddressPrefix }) =>
      access === "Allow" && ["*", "0.0.0.0/0", "Internet"].includes(String(sourceAddressPrefix)),
  );
}

const types: Record<string, TypeRules> = {
  "authorization:ManagementLockByScope": nothing,
  "authorization:RoleAssignment": nothing,
  "authorization:RoleDefinition": nothing,
  "compute:DiskEncryptionSet": {
    encrypted: ({ encryptionType, activeKey }) =>
      encryptionType === "EncryptionAtRestWithCustomerKey" && found(activeKey, "keyUrl") !== undefined,
  },
  "containerregistry:Registry": {
    private: ({ adminUserEnabled, anonymousPullEnabled }) =>
      adminUserEnabled === false && anonymousPullEnabled === false,
    data: true,
  },
  "containerservice:AgentPool": {
    encrypted: ({ enableEncryptionAtHost }) => enableEncryptionAtHost === true,
    private: ({ enableNodePublicIP }) => enableNodePublicIP === false,
  },
  "containerservice:MaintenanceConfiguration": nothing,
  "containerservice:ManagedCluster": {
    encrypted: ({ diskEncryptionSetID, securityProfile, agentPoolProfiles }) =>
      diskEncryptionSetID !== undefined &&
      found(securityProfile, "azureKeyVaultKms", "enabled") === true &&
      found(agentPoolProfiles, 0, "enableEncryptionAtHost") === true,
    private: ({ apiServerAccessProfile, agentPoolProfiles, disableLocalAccounts }) =>
      (found(apiServerAccessProfile, "enablePrivateCluster") === true ||
        ((found(apiServerAccessProfile, "authorizedIPRanges") ?? ["0.0.0.0/0"]) as string[]).every(
          (cidr) => !cidr.endsWith("/0"),
        )) &&
      found(agentPoolProfiles, 0, "enableNodePublicIP") === false &&
      disableLocalAccounts === true,
    data: true,
  },
  "dbformysql:Configuration": nothing,
  "dbformysql:Server": {
    // Azure encrypts each server; there is no switch.
    private: ({ network }) =>
      found(network, "publicNetworkAccess") === "Disabled" &&
      found(network, "delegatedSubnetResourceId") !== undefined,
    data: true,
  },
  "dns:Zone": { data: true },
  "keyvault:Key": { encrypted: ({ properties }) => found(properties, "kty") === "RSA", data: true },
  "keyvault:Vault": {
    private: ({ properties }) =>
      found(properties, "enableRbacAuthorization") === true &&
      found(properties, "enabledForDeployment") !== true,
    data: true,
  },
  "managedidentity:FederatedIdentityCredential": nothing,
  "managedidentity:UserAssignedIdentity": nothing,
  "monitor:DataCollectionRule": nothing,
  "monitor:DataCollectionRuleAssociation": nothing,
  "monitor:DiagnosticSetting": nothing,
  "network:NatGateway": nothing,
  "network:NetworkSecurityGroup": {
    private: (inputs) =>
      inputs.networkSecurityGroupName === "openedx-nodes" || openRules(inputs).length === 0,
  },
  "network:PrivateDnsZoneGroup": nothing,
  "network:PrivateEndpoint": { private: ({ subnet }) => found(subnet, "id") !== undefined },
  "network:PublicIPAddress": { data: true },
  "network:Subnet": {
    private: ({ defaultOutboundAccess, networkSecurityGroup }) =>
      defaultOutboundAccess === false && networkSecurityGroup !== undefined,
  },
  "network:VirtualNetwork": { data: true },
  "operationalinsights:Workspace": {
    encrypted: ({ retentionInDays }) => Number(retentionInDays) >= 30,
    private: ({ features }) => found(features, "disableLocalAuth") === true,
  },
  "privatedns:PrivateZone": nothing,
  "privatedns:VirtualNetworkLink": { private: ({ registrationEnabled }) => registrationEnabled === false },
  "redisenterprise:Database": {
    encrypted: ({ clientProtocol }) => clientProtocol === "Encrypted",
  },
  "redisenterprise:RedisEnterprise": {
    encrypted: ({ minimumTlsVersion }) => minimumTlsVersion === "1.2",
    private: ({ publicNetworkAccess }) => publicNetworkAccess === "Disabled",
  },
  "resources:ResourceGroup": nothing,
  "storage:BlobContainer": { private: ({ publicAccess }) => publicAccess === "None", data: true },
  "storage:BlobServiceProperties": {
    private: ({ isVersioningEnabled, cors }) =>
      isVersioningEnabled === true &&
      ((found(cors, "corsRules") ?? []) as Plain[]).every(
        ({ allowedOrigins }) => !(allowedOrigins as string[]).includes("*"),
      ),
  },
  "storage:ManagementPolicy": nothing,
  "storage:StorageAccount": {
    encrypted: ({ encryption, minimumTlsVersion, enableHttpsTrafficOnly }) =>
      found(encryption, "requireInfrastructureEncryption") === true &&
      minimumTlsVersion === "TLS1_2" &&
      enableHttpsTrafficOnly === true,
    private: ({ allowBlobPublicAccess, allowSharedKeyAccess }) =>
      allowBlobPublicAccess === false && allowSharedKeyAccess === false,
    data: true,
  },
};

/** A rule of a data service's subnet that lets more in than the network. */
function openToAll(all: readonly Registration[]): string[] {
  return all
    .filter(({ type, name }) => type.endsWith(":NetworkSecurityGroup") && !name.endsWith("-nodes"))
    .filter((group) => openRules(inputsOf(group)).length > 0)
    .map(({ name }) => name);
}

/** Azure with all of its managed services, its own edge controller and shared storage. */
export const azureCase: CloudCase = {
  cloud: "azure",
  config: {
    azure: {
      name: "openedx",
      subscriptionId: guid(1),
      tenantId: guid(2),
      location: "westeurope",
      administrators: [{ id: caller, type: "User" }],
      preset: "medium",
      kubernetes: { apiAccess: ["203.0.113.0/24"] },
      dns: { zone: "example.com" },
      sharedStorage: true,
      nodes: { spot: true },
    },
    edge: { controller: "appgw" },
  },
  tokens: "azure-native:",
  outputs: azureOutputs,
  invoke: azureAnswers,
  tagsOf: (resource) =>
    resource.custom && !untaggable.test(resource.type)
      ? ((inputsOf(resource).tags ?? {}) as Record<string, unknown>)
      : undefined,
  tagKeys: { stack: "openedx-stack", instance: "openedx-instance" },
  types: Object.fromEntries(Object.entries(types).map(([type, rules]) => [`azure-native:${type}`, rules])),
  rights: azureRights,
  unscoped: {
    "Microsoft.Network/*":
      "Network Contributor, which Azure asks for: AKS on its subnet and the group of its address, and the gateway's " +
      "controller on the gateway's subnet",
    "Microsoft.ManagedIdentity/userAssignedIdentities/*/read":
      "Managed Identity Operator, on the nodes' identity alone",
    "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action":
      "Managed Identity Operator, on the nodes' identity alone",
    "*/read":
      "Reader, on the disk encryption set for AKS, and on the nodes' group for the gateway's controller",
    "Microsoft.ServiceNetworking/trafficControllers/*/read": "the gateway's controller, on the nodes' group",
    "Microsoft.ServiceNetworking/trafficControllers/*/write": "the gateway's controller, on the nodes' group",
    "Microsoft.ServiceNetworking/trafficControllers/*/delete":
      "the gateway's controller, on the nodes' group",
  },
  openToAll,
};
