/** Resources that Azure charges for as long as they exist, or by what they hold, send or are asked. */
export const azureBilledTypes = [
  "azure-native:containerregistry:Registry",
  "azure-native:containerservice:AgentPool",
  "azure-native:containerservice:ManagedCluster",
  "azure-native:dbformysql:Server",
  "azure-native:dns:Zone",
  "azure-native:keyvault:Key",
  "azure-native:network:NatGateway",
  "azure-native:network:PrivateEndpoint",
  "azure-native:network:PublicIPAddress",
  "azure-native:operationalinsights:Workspace",
  "azure-native:privatedns:PrivateZone",
  "azure-native:redisenterprise:RedisEnterprise",
  "azure-native:storage:StorageAccount",
] as const;
