import * as pulumi from "@pulumi/pulumi";
import { BlobContainer } from "@pulumi/azure-native/storage/blobContainer.js";
import type { ObjectStore } from "../../src/cloud/services.js";
import type { ObjectStoreRequest } from "../../src/cloud/types.js";
import { type AzureContext, lock } from "./context.js";
import type { Identities } from "./identity.js";
import { grant, principal } from "./roles.js";
import { storageAccount } from "./storageAccount.js";

/** A storage account of the instance's own: CORS and rights to sign addresses are the account's, not the container's. */
export function azureObjectStore(
  context: AzureContext,
  identities: Identities,
  { instance, account: serviceAccount, corsOrigins, publicMedia }: ObjectStoreRequest,
): ObjectStore {
  const { name, groups, guarded } = context;
  const what = `site-${instance}`;
  const { account, below } = storageAccount(context, {
    what,
    instance,
    corsOrigins,
    publicContainers: publicMedia,
  });
  const container = (containerName: string, isPublic: boolean): BlobContainer =>
    new BlobContainer(
      `${name}-${what}-${containerName}`,
      {
        resourceGroupName: groups.data.name,
        accountName: account.name,
        containerName,
        publicAccess: isPublic ? "Blob" : "None",
      },
      guarded,
    );
  const media = container("media", false);
  const open = publicMedia ? container("public", true) : undefined;

  const purpose = { instance };
  const pods = principal(what, identities.of(purpose));
  const containers = [media, ...(open === undefined ? [] : [open])];
  const grants = [
    ...containers.map((each) => {
      const scope = { name: each === media ? "media" : "public", id: each.id };
      return grant(context, pods, "Storage Blob Data Contributor", scope);
    }),
    grant(context, pods, "Storage Blob Delegator", { name: "account", id: account.id }),
  ];
  lock(context, what, account, [...below, ...containers, ...grants]);
  const { ready = [], ...identity } = identities.bind(purpose, serviceAccount);
  return {
    bucket: media.name,
    account: account.name,
    identity: { ...identity, ready: [...ready, ...grants] },
    ...(open !== undefined && {
      publicMedia: {
        prefix: "public",
        baseUrl: pulumi.interpolate`https://${account.name}.blob.core.windows.net`,
      },
    }),
  };
}
