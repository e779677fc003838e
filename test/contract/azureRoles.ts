import { builtInRoles, type BuiltInRole } from "../../providers/azure/roles.js";
import type { Registration } from "../../src/engine/types.js";
import { inputsOf, type Right } from "./clouds.js";

const blobs = "Microsoft.Storage/storageAccounts/blobServices";
const delegationKey = `${blobs}/generateUserDelegationKey/action`;
const gateways = "Microsoft.ServiceNetworking/trafficControllers";
const keys = "Microsoft.KeyVault/vaults/keys";

/** What Azure's own roles allow, as its reference lists it, but for reading roles and asking for support. */
export const builtInActions: Record<BuiltInRole, string[]> = {
  AcrPull: ["Microsoft.ContainerRegistry/registries/pull/read"],
  "AppGw for Containers Configuration Manager": ["read", "write", "delete"].map(
    (verb) => `${gateways}/*/${verb}`,
  ),
  "Azure Kubernetes Service Cluster User Role": [
    "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
    "Microsoft.ContainerService/managedClusters/read",
  ],
  "Azure Kubernetes Service RBAC Cluster Admin": ["Microsoft.ContainerService/managedClusters/*"],
  // But for reading the vault.
  "Key Vault Crypto Officer": [`${keys}/*`, `${keys.replace("keys", "keyrotationpolicies")}/*`],
  "Key Vault Crypto Service Encryption User": ["read", "wrap/action", "unwrap/action"].map(
    (verb) => `${keys}/${verb}`,
  ),
  "Key Vault Crypto User": [
    ...["read", "update/action", "backup/action", "encrypt/action", "decrypt/action"],
    ...["wrap/action", "unwrap/action", "sign/action", "verify/action"],
  ].map((verb) => `${keys}/${verb}`),
  "Managed Identity Operator": [
    "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
    "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
  ],
  "Network Contributor": ["Microsoft.Network/*"],
  Reader: ["*/read"],
  "Storage Blob Data Contributor": [
    ...["containers/delete", "containers/read", "containers/write"],
    ...["delete", "read", "write", "move/action", "add/action"].map((verb) => `containers/blobs/${verb}`),
  ]
    .map((verb) => `${blobs}/${verb}`)
    .concat(delegationKey),
  "Storage Blob Delegator": [delegationKey],
};

export interface Grant {
  /** Id of who gets it. */
  principal: string;
  /** Name of the role: Azure's, or the stack's own. */
  role: string;
  scope: string;
  actions: string[];
  /** Name of the resource. */
  grantedBy: string;
}

/** Every grant of a run in which everything is known. */
export function grantsOf(all: readonly Registration[]): Grant[] {
  const definitions = all.filter(({ type }) => type.endsWith(":RoleDefinition"));
  return all
    .filter(({ type }) => type.endsWith(":RoleAssignment"))
    .map((assignment) => {
      const { principalId, roleDefinitionId, scope } = inputsOf(assignment) as Record<string, string>;
      const builtIn = Object.entries(builtInRoles).find(([, id]) => roleDefinitionId?.endsWith(id))?.[0];
      const own = definitions.find(({ name }) => roleDefinitionId?.endsWith(name));
      const [permission] = (own ? inputsOf(own).permissions : []) as {
        actions: string[];
        dataActions: string[];
      }[];
      return {
        principal: principalId ?? "",
        role: builtIn ?? own?.name.replace(/^openedx-/, "") ?? "",
        scope: scope ?? "",
        actions:
          builtIn === undefined
            ? [...(permission?.actions ?? []), ...(permission?.dataActions ?? [])]
            : builtInActions[builtIn as BuiltInRole],
        grantedBy: assignment.name,
      };
    });
}

export function azureRights(all: readonly Registration[]): Right[] {
  return grantsOf(all)
    .filter(({ grantedBy }) => !grantedBy.includes("-administrator-")) // people, not identities
    .flatMap(({ actions, scope, grantedBy }) =>
      actions.map((action) => ({ grantedBy, action, resource: scope })),
    );
}
