import * as pulumi from "@pulumi/pulumi";
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment.js";
import { RoleDefinition } from "@pulumi/azure-native/authorization/roleDefinition.js";
import type { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity.js";
import * as random from "@pulumi/random";
import type { AzureContext } from "./context.js";

/** Azure's own roles, by the ids that they have in every tenant. */
export const builtInRoles = {
  AcrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  "AppGw for Containers Configuration Manager": "fbc52c3f-28ad-4303-a892-8a056630b8f1",
  "Azure Kubernetes Service Cluster User Role": "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
  "Azure Kubernetes Service RBAC Cluster Admin": "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
  "Key Vault Crypto Officer": "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
  "Key Vault Crypto Service Encryption User": "e147488a-f6f5-4113-8e2d-b22465e65bf6",
  "Key Vault Crypto User": "12338af0-0e69-4776-bea7-57ae8d297424",
  "Managed Identity Operator": "f1a07417-d97a-45cb-824c-7a7467783830",
  "Network Contributor": "4d97b98b-1d4f-4787-a291-c67834d212e7",
  Reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  "Storage Blob Delegator": "db58b8e5-c6ad-4a2a-8342-4190687cbf4a",
} as const;
export type BuiltInRole = keyof typeof builtInRoles;

/** Rights that no role of Azure's has alone. */
export const customActions = {
  /** cert-manager answers challenges in TXT records. */
  "challenge-writer": [
    "Microsoft.Network/dnsZones/read",
    "Microsoft.Network/dnsZones/TXT/read",
    "Microsoft.Network/dnsZones/TXT/write",
    "Microsoft.Network/dnsZones/TXT/delete",
  ],
  /** external-dns writes addresses, and TXT records that say which of them are its own. */
  "record-writer": [
    "Microsoft.Network/dnsZones/read",
    "Microsoft.Network/dnsZones/all/read",
    "Microsoft.Network/dnsZones/recordsets/read",
    ...["A", "AAAA", "CNAME", "TXT"].flatMap((type) =>
      ["read", "write", "delete"].map((verb) => `Microsoft.Network/dnsZones/${type}/${verb}`),
    ),
  ],
  /** external-dns looks for its zone among those of the group. */
  "zone-finder": ["Microsoft.Network/dnsZones/read"],
  /** Adds dumps to the store for backups, by its data actions alone. */
  "dump-writer": [],
} as const;
/** The same, of what is in resources. */
const customDataActions: Partial<Record<CustomRole, readonly string[]>> = {
  // Adds dumps, and reads what became of them. What is overwritten the account keeps as a version.
  "dump-writer": ["add/action", "write", "read"].map(
    (verb) => `Microsoft.Storage/storageAccounts/blobServices/containers/blobs/${verb}`,
  ),
};
export type CustomRole = keyof typeof customActions;

/** Who gets a role. */
export interface Principal {
  /** Names the grant. */
  name: string;
  id: pulumi.Input<string>;
  /** Given, so that Azure does not look for a principal that its directory does not have yet. */
  type: "User" | "Group" | "ServicePrincipal";
}

/** An identity that the stack made. */
export function principal(name: string, identity: UserAssignedIdentity): Principal {
  return { name, id: identity.principalId, type: "ServicePrincipal" };
}

/** Whoever may run `pulumi up`, and use the cluster that it makes. */
export function administratorsOf({ settings }: AzureContext): Principal[] {
  return settings.administrators.map(({ id, type }) => ({ name: `administrator-${id}`, id, type }));
}

/** What a role is for: one resource, or a group. */
export interface Scope {
  /** Names the grant, where one principal has the same role twice. */
  name: string;
  id: pulumi.Input<string>;
}

/** Grants one of Azure's roles. */
export function grant(context: AzureContext, to: Principal, role: BuiltInRole, scope: Scope): RoleAssignment {
  const id = subscriptionRole(context, builtInRoles[role]);
  const slug = role.toLowerCase().replaceAll(" ", "-");
  return assign(context, to, { slug, id }, scope);
}

/**
 * Makes a role of the stack's own and grants it.
 * @param group id of the resource group that the role may be granted in: Azure defines none for a single resource
 */
export function grantCustom(
  context: AzureContext,
  to: Principal,
  role: CustomRole,
  scope: Scope,
  group: pulumi.Input<string>,
): RoleAssignment {
  const { name, base, randomOpts, granting } = context;
  const uuid = new random.RandomUuid(`${name}-${role}-role`, {}, randomOpts);
  const definition = new RoleDefinition(
    `${name}-${role}`,
    {
      roleDefinitionId: uuid.result,
      // Unique in the whole directory.
      roleName: pulumi.interpolate`openedx-${base}-${role}-${uuid.result}`,
      description: `For ${to.name} of the Open edX stack ${context.stack}.`,
      scope: group,
      assignableScopes: [group],
      permissions: [
        {
          actions: [...customActions[role]],
          notActions: [],
          dataActions: [...(customDataActions[role] ?? [])],
          notDataActions: [],
        },
      ],
    },
    granting,
  );
  return assign(context, to, { slug: role, id: definition.id }, scope);
}

function subscriptionRole({ settings }: AzureContext, id: string): string {
  return `/subscriptions/${settings.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
}

function assign(
  { name, granting, randomOpts }: AzureContext,
  to: Principal,
  role: { slug: string; id: pulumi.Input<string> },
  scope: Scope,
): RoleAssignment {
  const label = `${name}-${to.name}-${role.slug}-${scope.name}`;
  const uuid = new random.RandomUuid(label, {}, randomOpts);
  return new RoleAssignment(
    label,
    {
      roleAssignmentName: uuid.result,
      principalId: to.id,
      principalType: to.type,
      roleDefinitionId: role.id,
      scope: scope.id,
    },
    // Another principal or scope makes another grant; Azure refuses two grants of one name.
    { ...granting, deleteBeforeReplace: true },
  );
}
