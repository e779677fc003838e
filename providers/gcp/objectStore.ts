import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember.js";
import { ManagedFolder } from "@pulumi/gcp/storage/managedFolder.js";
import { ManagedFolderIamMember } from "@pulumi/gcp/storage/managedFolderIamMember.js";
import * as pulumi from "@pulumi/pulumi";
import type { ObjectStore } from "../../src/cloud/services.js";
import type { ObjectStoreRequest } from "../../src/cloud/types.js";
import { gcpBucket } from "./bucket.js";
import type { GcpContext } from "./context.js";
import type { Identities } from "./identity.js";
import type { Keys } from "./keys.js";
import type { CustomRoles } from "./roles.js";

/** A bucket of the instance's own, which only its pods write, as a service account that also signs its URLs. */
export function gcpObjectStore(
  context: GcpContext,
  { identities, keys, roles }: { identities: Identities; keys: Keys; roles: CustomRoles },
  { instance, account, corsOrigins, publicMedia }: ObjectStoreRequest,
): ObjectStore {
  const { name, granting, guarded, disposable } = context;
  const what = `site-${instance}`;
  const purpose = { instance };
  const bucket = gcpBucket(context, keys, { what, instance, corsOrigins, publicFolder: publicMedia });
  const signer = identities.signer(purpose);
  const writer = new BucketIAMMember(
    `${name}-${what}-objects`,
    { bucket: bucket.name, role: "roles/storage.objectUser", member: signer.member },
    granting,
  );
  const { ready = [], ...identity } = identities.bind(purpose, account);
  const grants: pulumi.Resource[] = [...ready, writer];
  if (publicMedia) {
    const folder = new ManagedFolder(
      `${name}-${what}-public`,
      { bucket: bucket.name, name: "public/", forceDestroy: disposable },
      guarded,
    );
    grants.push(
      new ManagedFolderIamMember(
        `${name}-${what}-public`,
        {
          bucket: bucket.name,
          managedFolder: folder.name,
          role: roles("public_reader"),
          member: "allUsers",
        },
        granting,
      ),
    );
  }
  return {
    bucket: bucket.name,
    signer: signer.email,
    identity: { ...identity, ready: grants },
    ...(publicMedia && {
      publicMedia: {
        prefix: "public",
        baseUrl: pulumi.interpolate`https://storage.googleapis.com/${bucket.name}`,
      },
    }),
  };
}
