import { Bucket } from "@pulumi/gcp/storage/bucket.js";
import { after, uniqueName } from "../part.js";
import { type GcpContext, labelsOf } from "./context.js";
import { gcpNames } from "./facts.js";
import type { Keys } from "./keys.js";

export interface BucketRequest {
  /** What it holds; names it. */
  what: string;
  /** Whose it is; undefined: the stack's. */
  instance?: string;
  /** Web origins that browsers come from. */
  corsOrigins: readonly string[];
  /** A folder of it may be open to all readers. */
  publicFolder: boolean;
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
  const { what, instance, corsOrigins, publicFolder } = request;
  const key = keys("buckets");
  const days = settings.storage.deletedDays;
  return new Bucket(
    `${name}-${what}`,
    {
      name: uniqueName(context, gcpNames.bucket, what),
      location: settings.region.toUpperCase(),
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
