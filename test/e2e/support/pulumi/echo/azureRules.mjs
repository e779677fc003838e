// azure-native replaces by its own list, https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/gen/replacement.go
// (`forceNewMap`), where a type is in it; else by `x-ms-mutability` of Azure's API, which marks `location`; and always when
// a name in the resource's path changes. It deletes the old one first, unless it made up the name, which it never does here.

/** Names in the path of a resource's id. */
const path = [
  ...[
    "resourceGroupName",
    "resourceName",
    "accountName",
    "serverName",
    "clusterName",
    "vaultName",
    "keyName",
  ],
  ...["databaseName", "containerName", "registryName", "virtualNetworkName", "subnetName", "natGatewayName"],
  ...["networkSecurityGroupName", "publicIpAddressName", "privateEndpointName", "privateDnsZoneGroupName"],
  ...["privateZoneName", "virtualNetworkLinkName", "zoneName", "diskEncryptionSetName", "workspaceName"],
  ...[
    "dataCollectionRuleName",
    "associationName",
    "resourceUri",
    "configurationName",
    "configName",
    "agentPoolName",
  ],
  ...[
    "lockName",
    "scope",
    "roleAssignmentName",
    "roleDefinitionId",
    "blobServicesName",
    "managementPolicyName",
  ],
  "federatedIdentityCredentialResourceName",
];

/** Types, by what else is in the list or marked as made once. */
const types = {
  "authorization:ManagementLockByScope": [],
  "authorization:RoleAssignment": ["principalId"],
  "authorization:RoleDefinition": [],
  "compute:DiskEncryptionSet": ["location"],
  "containerregistry:Registry": ["location"],
  "containerservice:AgentPool": ["gpuInstanceProfile", "vmSize"],
  "containerservice:MaintenanceConfiguration": [],
  "containerservice:ManagedCluster": [
    ...["diskEncryptionSetID", "dnsPrefix", "location", "nodeResourceGroup"],
    ...[
      "serviceCidr",
      "dnsServiceIP",
      "networkPlugin",
      "networkPluginMode",
      "podCidr",
      "networkDataplane",
    ].map((key) => `networkProfile.${key}`),
    ...["networkProfile.networkPolicy", "networkProfile.outboundType"],
  ],
  "dbformysql:Configuration": [],
  // https://github.com/Azure/azure-rest-api-specs: Microsoft.DBforMySQL, FlexibleServers: administratorLogin, createMode
  "dbformysql:Server": ["location", "createMode", "administratorLogin"],
  "dns:Zone": ["location"],
  // Microsoft.KeyVault: a key's type and size are made once, a vault's place too
  "keyvault:Key": ["properties.kty", "properties.keySize"],
  "keyvault:Vault": ["location"],
  "managedidentity:FederatedIdentityCredential": [],
  "managedidentity:UserAssignedIdentity": ["location"],
  "monitor:DataCollectionRule": ["location"],
  "monitor:DataCollectionRuleAssociation": [],
  "monitor:DiagnosticSetting": ["name"],
  "network:NatGateway": ["location"],
  "network:NetworkSecurityGroup": ["location"],
  "network:PrivateDnsZoneGroup": [],
  "network:PrivateEndpoint": ["location", "subnet"],
  "network:PublicIPAddress": ["location", "publicIPAddressVersion", "publicIPPrefix", "sku"],
  "network:Subnet": [],
  "network:VirtualNetwork": ["location"],
  "operationalinsights:Workspace": ["location"],
  "privatedns:PrivateZone": ["location"],
  "privatedns:VirtualNetworkLink": ["location"],
  "redisenterprise:Database": ["clusteringPolicy"],
  "redisenterprise:RedisEnterprise": ["location"],
  "resources:ResourceGroup": ["location"],
  "storage:BlobContainer": [],
  "storage:BlobServiceProperties": [],
  "storage:ManagementPolicy": [],
  "storage:StorageAccount": ["isHnsEnabled", "location"],
};

/** What the provider sends as a change and Azure refuses. */
const frozen = {
  // https://learn.microsoft.com/azure/aks/availability-zones: only while a pool is made; and the other inputs that
  // `az aks nodepool update` has no option for
  "containerservice:AgentPool": [
    ...["availabilityZones", "osDiskSizeGB", "osType", "maxPods", "vnetSubnetID", "enableEncryptionAtHost"],
    ...["scaleSetPriority", "scaleSetEvictionPolicy", "enableNodePublicIP", "type"],
  ],
  // https://learn.microsoft.com/azure/mysql/flexible-server/concepts-high-availability: zone redundancy is chosen when the
  // server is made; and the network, which cannot be changed at all
  "dbformysql:Server": ["highAvailability.mode", "network", "storage.storageRedundancy", "version"],
  "storage:StorageAccount": ["encryption.requireInfrastructureEncryption"],
  "network:PublicIPAddress": ["zones"],
};

export const azureRules = Object.fromEntries(
  Object.entries(types).map(([type, more]) => [
    `azure-native:${type}`,
    { replace: [...path, ...more], recreated: true, frozen: frozen[type] ?? [] },
  ]),
);
