import * as s3 from "@pulumi/aws/s3/index.js";
import type { ObjectStore } from "../../src/cloud/services.js";
import type { ObjectStoreRequest, WorkloadIdentity } from "../../src/cloud/types.js";
import { awsBucket } from "./bucket.js";
import type { PodRole } from "./identity.js";
import type { Keys } from "./keys.js";
import { type AwsContext, siteName } from "./context.js";
import { bucketRights } from "./policies.js";

/** What everyone may read, where the instance asks for it. */
const publicPrefix = "public/";

/** EKS Pod Identity binds by names: service account and pods carry no mark, but must come after the binding. */
export function podIdentity({ ready }: PodRole): WorkloadIdentity {
  return { serviceAccountAnnotations: {}, podLabels: {}, ready };
}

/** One instance's bucket, which its pods alone reach, by their identity. */
export function awsObjectStore(
  context: AwsContext,
  request: ObjectStoreRequest,
  parts: { keys: Keys; identity: PodRole },
): ObjectStore {
  const { settings } = context;
  const { instance, corsOrigins, publicMedia } = request;
  const site = siteName(instance);
  const bucket = awsBucket(context, {
    purpose: site,
    key: parts.keys.data,
    instance,
    keepVersionsDays: 30,
    ...(publicMedia && { publicPrefix }),
  });
  if (corsOrigins.length > 0) {
    new s3.BucketCorsConfiguration(
      `${settings.name}-${site}`,
      {
        bucket: bucket.bucket.bucket,
        corsRules: [
          {
            allowedMethods: ["GET", "HEAD", "PUT", "POST"],
            allowedOrigins: [...corsOrigins],
            allowedHeaders: ["*"],
            exposeHeaders: ["ETag"],
            maxAgeSeconds: 3600,
          },
        ],
      },
      { ...context.opts, parent: bucket.bucket },
    );
  }
  parts.identity.grant(`${settings.name}-${site}-media`, bucketRights(settings, bucket));
  return {
    // By way of the resource, so that what uses the name waits for the bucket.
    bucket: bucket.bucket.bucket,
    region: settings.region,
    identity: { ...podIdentity(parts.identity), ready: [...parts.identity.ready, ...bucket.ready] },
    ...(publicMedia && {
      publicMedia: {
        prefix: publicPrefix,
        baseUrl: `https://${bucket.name}.s3.${settings.region}.${domainOf(settings.partition)}`,
      },
    }),
  };
}

/** What AWS's own hosts end with. */
export function domainOf(partition: string): string {
  return partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}
