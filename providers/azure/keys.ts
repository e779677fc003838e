import type * as pulumi from "@pulumi/pulumi";
import { DiskEncryptionSet } from "@pulumi/azure-native/compute/diskEncryptionSet.js";
import { Key } from "@pulumi/azure-native/keyvault/key.js";
import { Vault } from "@pulumi/azure-native/keyvault/vault.js";
import type { Workspace } from "@pulumi/azure-native/operationalinsights/workspace.js";
import type { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity.js";
import { after, uniqueName } from "../part.js";
import { type AzureContext, tagsOf } from "./context.js";
import { azureNames } from "./facts.js";
import { sendLogs } from "./logs.js";
import { makeIdentity } from "./identity.js";
import { administratorsOf, grant, principal } from "./roles.js";

/** What the cluster's secrets and disks are encrypted with. */
export interface ClusterKeys {
  /** Encrypts Secrets before they reach the cluster's database. */
  secretsKey: pulumi.Output<string>;
  /** Encrypts the disks of nodes and volumes. */
  diskEncryptionSet: pulumi.Output<string>;
  /** What must be there before the cluster uses them. */
  ready: pulumi.Resource[];
}

/** Azure makes a new version of the disks' key each year; disks follow by themselves. */
const rotation = {
  lifetimeActions: [{ trigger: { timeAfterCreate: "P1Y" }, action: { type: "rotate" as const } }],
};

/**
 * The stack's key vault, with one key for secrets and one for disks.
 * @param controlPlane the cluster's identity, which uses the first
 * @param audit where it is kept who used them
 */
export function clusterKeys(
  context: AzureContext,
  controlPlane: UserAssignedIdentity,
  audit: Workspace,
): ClusterKeys | undefined {
  const { settings, name, base, groups, opts, retained } = context;
  if (!settings.encryption.ownKey) {
    return undefined;
  }
  const tags = tagsOf(context);
  const vault = new Vault(
    `${name}-vault`,
    {
      resourceGroupName: groups.data.name,
      vaultName: uniqueName(context, azureNames.keyVault, "keys"),
      location: settings.location,
      tags,
      properties: {
        tenantId: settings.tenantId,
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: settings.encryption.softDeleteDays,
        // Azure takes only such vaults for disks. It cannot be turned off again.
        enablePurgeProtection: true,
        // AKS reads the key over the vault's public address; rights decide who else does, and no key can be exported.
        publicNetworkAccess: "Enabled",
        networkAcls: { bypass: "AzureServices", defaultAction: "Allow" },
      },
    },
    retained,
  );
  sendLogs(context, "vault", vault.id, audit, ["AuditEvent"]);
  // Rights on a vault are apart from those on the subscription: its owner too gets ForbiddenByRbac for a key.
  // https://github.com/Azure/bicep/issues/7864
  const mayMake = administratorsOf(context).map((administrator) =>
    grant(context, administrator, "Key Vault Crypto Officer", { name: "vault", id: vault.id }),
  );
  const key = (what: string, args: { rotationPolicy?: typeof rotation }): Key =>
    new Key(
      `${name}-${what}-key`,
      {
        resourceGroupName: groups.data.name,
        vaultName: vault.name,
        keyName: what,
        tags,
        properties: {
          kty: "RSA",
          keySize: 3072,
          keyOps: ["encrypt", "decrypt", "wrapKey", "unwrapKey"],
          ...args,
        },
      },
      // Keys are deleted by the vault's own API, where the right may be gone by then; they go with their vault.
      { ...after(retained, mayMake), deletedWith: vault },
    );
  // The cluster names one version of its key, so a new one must come with a deployment.
  const secrets = key("secrets", {});
  const disks = key("disks", { rotationPolicy: rotation });
  const encryptor = makeIdentity(context, "disks");
  const mayEncrypt = grant(
    context,
    principal("disks", encryptor),
    "Key Vault Crypto Service Encryption User",
    { name: "disks-key", id: disks.id },
  );
  const mayUse = grant(context, principal("control-plane", controlPlane), "Key Vault Crypto User", {
    name: "secrets-key",
    id: secrets.id,
  });
  const set = new DiskEncryptionSet(
    `${name}-disks`,
    {
      resourceGroupName: groups.data.name,
      diskEncryptionSetName: `${base}-disks`,
      location: settings.location,
      tags,
      encryptionType: "EncryptionAtRestWithCustomerKey",
      identity: { type: "UserAssigned", userAssignedIdentities: [encryptor.id] },
      activeKey: { keyUrl: disks.keyUriWithVersion, sourceVault: { id: vault.id } },
      rotationToLatestKeyVersionEnabled: true,
    },
    { ...opts, dependsOn: [mayEncrypt], ignoreChanges: ["activeKey.keyUrl"] },
  );
  const mayAttach = grant(context, principal("control-plane", controlPlane), "Reader", {
    name: "disks",
    id: set.id,
  });
  return {
    secretsKey: secrets.keyUriWithVersion,
    diskEncryptionSet: set.id,
    ready: [mayUse, mayAttach],
  };
}
