import type { CheckedPlan } from "../../src/cloud/check.js";

/** What roles on a scope allow, as Azure lists it. */
export interface Permission {
  actions?: string[];
  notActions?: string[];
}

/** Namespaces of resource providers, by the SDK's modules. */
const namespaces: Record<string, string> = {
  authorization: "Microsoft.Authorization",
  cache: "Microsoft.Cache",
  communication: "Microsoft.Communication",
  compute: "Microsoft.Compute",
  containerregistry: "Microsoft.ContainerRegistry",
  containerservice: "Microsoft.ContainerService",
  dbformysql: "Microsoft.DBforMySQL",
  dns: "Microsoft.Network",
  keyvault: "Microsoft.KeyVault",
  managedidentity: "Microsoft.ManagedIdentity",
  monitor: "Microsoft.Insights",
  network: "Microsoft.Network",
  operationalinsights: "Microsoft.OperationalInsights",
  privatedns: "Microsoft.Network",
  redisenterprise: "Microsoft.Cache",
  resources: "Microsoft.Resources",
  storage: "Microsoft.Storage",
};

/** Types whose rights Contributor has not, in full; of the others, one type stands for its namespace. */
const guarded: Record<string, string> = {
  "authorization:ManagementLockByScope": "Microsoft.Authorization/locks",
  "authorization:RoleAssignment": "Microsoft.Authorization/roleAssignments",
  "authorization:RoleDefinition": "Microsoft.Authorization/roleDefinitions",
  "containerservice:ManagedCluster": "Microsoft.ContainerService/managedClusters",
  "dbformysql:Server": "Microsoft.DBforMySQL/flexibleServers",
  "dns:Zone": "Microsoft.Network/dnsZones",
  "keyvault:Vault": "Microsoft.KeyVault/vaults",
  "managedidentity:FederatedIdentityCredential":
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
  "managedidentity:UserAssignedIdentity": "Microsoft.ManagedIdentity/userAssignedIdentities",
  "network:NatGateway": "Microsoft.Network/natGateways",
  "network:NetworkSecurityGroup": "Microsoft.Network/networkSecurityGroups",
  "network:PrivateEndpoint": "Microsoft.Network/privateEndpoints",
  "network:PublicIPAddress": "Microsoft.Network/publicIPAddresses",
  "network:VirtualNetwork": "Microsoft.Network/virtualNetworks",
  "redisenterprise:RedisEnterprise": "Microsoft.Cache/redisEnterprise",
  "resources:ResourceGroup": "Microsoft.Resources/subscriptions/resourceGroups",
  "storage:StorageAccount": "Microsoft.Storage/storageAccounts",
};

/** Modules and types of the plan: `network`, `network:Subnet`. */
function typesOf({ resources }: CheckedPlan): string[] {
  const own = resources.filter(({ type }) => type.startsWith("azure-native:"));
  return [...new Set(own.map(({ type }) => type.replace("azure-native:", "").replace(/\/v\d[^:]*:/, ":")))];
}

/** Resource providers that the plan's types are of, but for those that every subscription has. */
export function namespacesOf(plan: CheckedPlan): string[] {
  const always = ["Microsoft.Authorization", "Microsoft.Resources"];
  const found = typesOf(plan).flatMap((type) => namespaces[type.split(":")[0] ?? ""] ?? []);
  return [...new Set(found)].filter((name) => !always.includes(name)).sort();
}

/** Actions that the plan takes and nobody grants: to make and to delete. */
export function permissionFaults(
  plan: CheckedPlan,
  granted: readonly Permission[],
): { missing: string[]; asked: number } {
  const wanted = typesOf(plan)
    .flatMap((type) => {
      const namespace = namespaces[type.split(":")[0] ?? ""];
      const resource = guarded[type] ?? (namespace === undefined ? undefined : `${namespace}/*`);
      return resource === undefined ? [] : ["write", "delete"].map((verb) => `${resource}/${verb}`);
    })
    .filter((action, index, all) => all.indexOf(action) === index);
  const missing = wanted.filter((action) => !granted.some((each) => allows(each, action)));
  return { missing, asked: wanted.length };
}

/** What one role forbids, another may allow. */
function allows({ actions = [], notActions = [] }: Permission, action: string): boolean {
  return actions.some((each) => covers(each, action)) && !notActions.some((each) => covers(each, action));
}

/** `*` stands for any text, also across slashes: Azure's "Understand Azure role definitions". */
function covers(pattern: string, action: string): boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${source}$`, "i").test(action);
}
