import { Bucket } from "@pulumi/gcp/storage/bucket.js";
import { after, uniqueName } from "../part.js";
import { type GcpContext, labelsOf } from "./context.js";
import { gcpNames } from "./facts.js";
import type { EncryptionKey, Keys } from "./keys.js";

export interface BucketRequest {
  /** What it holds; names it. */
  what: string;
  /** Whose it is; undefined: the stack's. */
  instance?: string;
  /** Web origins that browsers come from. */
  corsOrigins: readonly string[];
  /** A folder of it may be open to all readers. */
  publicFolder: boolean;
  /** What it is encrypted with. Default: the stack's key for buckets, if it has one. */
  key?: EncryptionKey;
  /** Default: the stack's. */
  region?: string;
  /** What begins with the prefix is deleted after so many days. Default: nothing is. */
  expire?: { prefix: string; days: number };
}

/** A day in which a browser need not ask again. */
const corsMaxAgeSeconds = 86_400;
const secondsOfDay = 86_400;

/**
 * A bucket without access lists: rights are identities'. What is deleted or overwritten can be brought back for a while;
 * not in a disposable stack, which it would outlive.
 */
export function gcpBucket(context: GcpContext, keys: Keys, request: BucketRequest): Bucket {
  const { settings, name, guarded, disposable, deletionPolicy } = context;
  const { what, instance, corsOrigins, publicFolder, region = settings.region, expire } = request;
  const key = request.key ?? keys("buckets");
  const days = settings.storage.deletedDays;
  return new Bucket(
    `${name}-${what}`,
    {
      name: uniqueName(context, gcpNames.bucket, what),
      location: region.toUpperCase(),
      storageClass: "STANDARD",
      labels: labelsOf(context, instance),
      uniformBucketLevelAccess: true,
      publicAccessPrevention: publicFolder ? "inherited" : "enforced",
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: disposable ? 0 : days * secondsOfDay },
      lifecycleRules: [
        // Deleted softly, it is kept from then on: longer here would be paid for twice.
        { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 1 } },
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
        ...(expire === undefined
          ? []
          : [
              {
                action: { type: "Delete" },
                condition: { age: expire.days, matchesPrefixes: [expire.prefix], withState: "LIVE" },
              },
            ]),
      ],
      cors:
        corsOrigins.length === 0
          ? []
          : [
              {
                origins: [...corsOrigins],
                methods: ["GET", "HEAD", "OPTIONS", "PUT"],
                responseHeaders: ["Content-Type", "Content-Length", "ETag"],
                maxAgeSeconds: corsMaxAgeSeconds,
              },
            ],
      ...(key && { encryption: { defaultKmsKeyName: key.id } }),
      forceDestroy: disposable,
      deletionPolicy,
    },
    after(guarded, key?.ready ?? []),
  );
}
