import { CryptoKey } from "@pulumi/gcp/kms/cryptoKey.js";
import { CryptoKeyIAMMember } from "@pulumi/gcp/kms/cryptoKeyIAMMember.js";
import { KeyRing } from "@pulumi/gcp/kms/keyRing.js";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity.js";
import { getProjectServiceAccountOutput } from "@pulumi/gcp/storage/getProjectServiceAccount.js";
import * as pulumi from "@pulumi/pulumi";
import { memo } from "../../src/workspace/concurrency.js";
import { uniqueName } from "../part.js";
import type { Api } from "./apis.js";
import { type GcpContext, labelsOf, using } from "./context.js";
import { gcpNames } from "./facts.js";

/** A key of the stack's, ready for the service of Google's that encrypts with it. */
export interface EncryptionKey {
  id: pulumi.Output<string>;
  /** What must be there before the key is used. */
  ready: pulumi.Resource[];
}

/** An account of Google's own, with which one of its services acts in the project. */
interface ServiceIdentityRef {
  /** API that it belongs to. */
  api: Api;
  /** Domain of its address. */
  domain: string;
}

/** Google's own accounts that encrypt, and the key that each may use. */
const uses = {
  /** Secrets, before they reach the cluster's database. */
  secrets: { key: "secrets", api: "container", domain: "container-engine-robot" },
  /** Disks of nodes and volumes. */
  disks: { key: "disks", api: "compute", domain: "compute-system" },
  mysql: { key: "data", api: "sqladmin", domain: "gcp-sa-cloud-sql" },
  redis: { key: "data", api: "redis", domain: "cloud-redis" },
  buckets: { key: "data", api: "storage", domain: "gs-project-accounts" },
  images: { key: "data", api: "artifactregistry", domain: "gcp-sa-artifactregistry" },
} as const satisfies Record<string, ServiceIdentityRef & { key: string }>;
export type KeyUse = keyof typeof uses;

/** The key for a use; undefined: Google's own. Rights to it are granted when it is first asked for. */
export type Keys = (use: KeyUse) => EncryptionKey | undefined;

/** A ring is never deleted, and holds no more than a name. */
function makeRing(context: GcpContext, what: string, location: string): KeyRing {
  return new KeyRing(
    `${context.name}-${what}`,
    { name: uniqueName(context, gcpNames.keyRing, what), location },
    context.retained,
  );
}

/** @param outlives What it encrypts outlives the stack, and so does it, even a disposable one. Default: false. */
function makeKey(context: GcpContext, ring: KeyRing, what: string, outlives = false): CryptoKey {
  const { settings, name, retained, deletionPolicy } = context;
  return new CryptoKey(
    `${name}-${what}-key`,
    {
      name: what,
      keyRing: ring.id,
      purpose: "ENCRYPT_DECRYPT",
      rotationPeriod: `${settings.encryption.rotationDays * 86_400}s`,
      labels: labelsOf(context),
      deletionPolicy,
    },
    outlives ? { ...retained, retainOnDelete: true } : retained,
  );
}

/** The key of the store for backups, where that is; undefined: Google's own. */
export function gcpBackupKey(context: GcpContext, location: string): EncryptionKey | undefined {
  return context.settings.encryption.ownKeys
    ? allow(
        context,
        "backups",
        makeKey(context, makeRing(context, "backup-keys", location), "backup"),
        uses.buckets,
      )
    : undefined;
}

/** The stack's keys: one each for the cluster's secrets, its disks and all other data but backups. */
export function gcpKeys(context: GcpContext): Keys {
  if (!context.settings.encryption.ownKeys) {
    return () => undefined;
  }
  const ring = makeRing(context, "keys", context.settings.region);
  const keys = {
    secrets: makeKey(context, ring, "secrets"),
    // Volumes stay, by their class.
    disks: makeKey(context, ring, "disks", true),
    data: makeKey(context, ring, "data"),
  };
  const known = new Map<KeyUse, EncryptionKey>();
  return (use) => {
    const { key, api, domain } = uses[use];
    return memo(known, use, () => allow(context, use, keys[key], { api, domain }));
  };
}

/** Lets Google's service encrypt. */
function allow(given: GcpContext, use: string, key: CryptoKey, service: ServiceIdentityRef): EncryptionKey {
  const context = using(given, service.api);
  const { name, granting } = context;
  const grant = new CryptoKeyIAMMember(
    `${name}-${use}-encrypter`,
    {
      cryptoKeyId: key.id,
      role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      member: serviceMember(context, use, service),
    },
    // Volumes stay, by their class, and are of no use to anybody without it.
    use === "disks" ? { ...granting, retainOnDelete: true } : granting,
  );
  return { id: key.id, ready: [grant] };
}

/**
 * Such an account exists once somebody asks for it, but for that of Compute Engine, which comes with its API. Google's
 * API does not always tell its address, so that it is put together as Google's list of service agents has it.
 */
function serviceMember(
  context: GcpContext,
  use: string,
  { api, domain }: ServiceIdentityRef,
): pulumi.Output<string> {
  const { settings, name, opts } = context;
  const member = context.project.apply(
    () => `serviceAccount:service-${settings.projectNumber}@${domain}.iam.gserviceaccount.com`,
  );
  if (api === "compute") {
    return member;
  }
  if (api === "storage") {
    // Asked once the API is on: its id is known from then on.
    const project = pulumi.all([context.project, context.apis(api).id]).apply(([id]) => id);
    const { emailAddress } = getProjectServiceAccountOutput(
      { project },
      { parent: opts.parent, provider: opts.provider },
    );
    return pulumi.interpolate`serviceAccount:${emailAddress}`;
  }
  const identity = new ServiceIdentity(
    `${name}-${use}-service`,
    { project: settings.project, service: `${api}.googleapis.com` },
    opts,
  );
  return identity.id.apply(() => member);
}
