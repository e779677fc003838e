import type * as pulumi from "@pulumi/pulumi";
import { BlobServiceProperties } from "@pulumi/azure-native/storage/blobServiceProperties.js";
import { ManagementPolicy } from "@pulumi/azure-native/storage/managementPolicy.js";
import { StorageAccount } from "@pulumi/azure-native/storage/storageAccount.js";
import { uniqueName } from "../part.js";
import { type AzureContext, tagsOf } from "./context.js";
import { azureNames } from "./facts.js";

export interface AccountRequest {
  /** What it holds; names it. */
  what: string;
  /** Whose it is; undefined: the stack's. */
  instance?: string;
  /** Web origins that browsers come from. */
  corsOrigins: readonly string[];
  /** Containers of it may be open to all readers. */
  publicContainers: boolean;
  /** Only this subnet gets in. Default: whoever has rights, from anywhere. */
  subnet?: pulumi.Input<string>;
  /** What begins with the prefix, container and all, is deleted after so many days. Default: nothing is. */
  expire?: { prefix: string; days: number };
}

export interface Account {
  account: StorageAccount;
  /** What is in it by now, for its lock. */
  below: pulumi.Resource[];
}

/** A day in which a browser need not ask again. */
const corsMaxAgeSeconds = 86_400;

/**
 * A storage account without keys: rights are identities'. What is deleted or overwritten can be brought back for
 * a while.
 */
export function storageAccount(context: AzureContext, request: AccountRequest): Account {
  const { settings, name, base, groups, guarded } = context;
  const { what, instance, publicContainers, subnet } = request;
  const account = new StorageAccount(
    `${name}-${what}`,
    {
      resourceGroupName: groups.data.name,
      // The site's name first: there is room for little more.
      accountName: uniqueName(context, azureNames.storageAccount, what, `${instance ?? what}-${base}`),
      location: settings.location,
      tags: tagsOf(context, instance),
      kind: "StorageV2",
      sku: { name: settings.storage.redundancy },
      accessTier: "Hot",
      minimumTlsVersion: "TLS1_2",
      enableHttpsTrafficOnly: true,
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      allowBlobPublicAccess: publicContainers,
      allowCrossTenantReplication: false,
      isLocalUserEnabled: false,
      encryption: {
        keySource: "Microsoft.Storage",
        requireInfrastructureEncryption: true,
        services: {
          blob: { enabled: true, keyType: "Account" },
          file: { enabled: true, keyType: "Account" },
        },
      },
      publicNetworkAccess: "Enabled",
      networkRuleSet:
        subnet === undefined
          ? { bypass: "AzureServices", defaultAction: "Allow" }
          : {
              bypass: "AzureServices",
              defaultAction: "Deny",
              virtualNetworkRules: [{ virtualNetworkResourceId: subnet, action: "Allow" }],
            },
    },
    guarded,
  );
  return { account, below: keepDeleted(context, request, account) };
}

function keepDeleted(
  { settings, name, groups, opts }: AzureContext,
  { what, corsOrigins, expire }: AccountRequest,
  account: StorageAccount,
): pulumi.Resource[] {
  const days = settings.storage.deletedDays;
  const place = { resourceGroupName: groups.data.name, accountName: account.name };
  const properties = new BlobServiceProperties(
    `${name}-${what}`,
    {
      ...place,
      blobServicesName: "default",
      isVersioningEnabled: true,
      deleteRetentionPolicy: { enabled: true, days, allowPermanentDelete: false },
      containerDeleteRetentionPolicy: { enabled: true, days },
      cors: {
        corsRules:
          corsOrigins.length === 0
            ? []
            : [
                {
                  allowedOrigins: [...corsOrigins],
                  allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT"],
                  allowedHeaders: ["*"],
                  exposedHeaders: ["ETag", "Content-Length", "Content-Type"],
                  maxAgeInSeconds: corsMaxAgeSeconds,
                },
              ],
      },
    },
    opts,
  );
  const policy = new ManagementPolicy(
    `${name}-${what}`,
    {
      ...place,
      managementPolicyName: "default",
      policy: {
        rules: [
          {
            name: "old-versions",
            type: "Lifecycle",
            enabled: true,
            definition: {
              filters: { blobTypes: ["blockBlob"] },
              actions: { version: { delete: { daysAfterCreationGreaterThan: days } } },
            },
          },
          ...(expire === undefined
            ? []
            : [
                {
                  name: "expired",
                  type: "Lifecycle",
                  enabled: true,
                  definition: {
                    filters: { blobTypes: ["blockBlob"], prefixMatch: [expire.prefix] },
                    actions: { baseBlob: { delete: { daysAfterCreationGreaterThan: expire.days } } },
                  },
                },
              ]),
        ],
      },
    },
    opts,
  );
  return [properties, policy];
}
