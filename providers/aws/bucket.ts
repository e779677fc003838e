import type * as kms from "@pulumi/aws/kms/index.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { cloudName } from "../../src/cloud/names.js";
import { awsNames } from "./facts.js";
import { arn, instanceTag, type AwsContext } from "./context.js";
import { deny, policyDocument, type Statement } from "./policyDocument.js";

export interface BucketRequest {
  /** The bucket's name is made of the stack's, this and the account, which makes it unique in the world. */
  purpose: string;
  /** What it is encrypted with, unless everyone may read some of it. */
  key: kms.Key;
  /** Default: the stack's. */
  region?: string;
  /** The instance that it belongs to. */
  instance?: string;
  /** Everyone may read what begins with this prefix, such as `public/`. */
  publicPrefix?: string;
  /** Days that what was overwritten or deleted can still be had back. */
  keepVersionsDays: number;
  /** What begins with the prefix is deleted after so many days. Default: nothing is. */
  expire?: { prefix: string; days: number };
}

export interface Bucket {
  name: string;
  arn: string;
  /** Undefined where Amazon's own key is used: what everyone may read can't be under one of ours. */
  keyArn?: pulumi.Output<string>;
  bucket: s3.Bucket;
  ready: pulumi.Resource[];
}

function policyOf(bucketArn: string, publicPrefix?: string): Statement[] {
  const all = [bucketArn, `${bucketArn}/*`];
  return [
    deny("TlsOnly", ["s3:*"], all, { Bool: { "aws:SecureTransport": "false" } }),
    deny("ModernTlsOnly", ["s3:*"], all, { NumericLessThan: { "s3:TlsVersion": "1.2" } }),
    ...(publicPrefix === undefined
      ? []
      : [
          {
            Sid: "EveryoneReads",
            Effect: "Allow" as const,
            Principal: "*" as const,
            Action: ["s3:GetObject"],
            Resource: [`${bucketArn}/${publicPrefix}*`],
          },
        ]),
  ];
}

/** A private bucket that keeps old versions for a while. */
export function awsBucket(context: AwsContext, request: BucketRequest): Bucket {
  const { settings, opts } = context;
  const { purpose, key, publicPrefix, expire } = request;
  const place = request.region === undefined ? {} : { region: request.region };
  const name = cloudName(awsNames.bucket, settings.name, purpose, settings.account);
  const bucketArn = arn(settings, "s3", name, { regional: false, owned: false });
  const resource = `${settings.name}-${purpose}`;
  const bucket = new s3.Bucket(
    resource,
    {
      ...place,
      bucket: name,
      forceDestroy: context.disposable,
      tags: { Name: name, ...instanceTag(request.instance) },
    },
    context.guarded,
  );
  const below = { ...opts, parent: bucket };
  const of = { ...place, bucket: bucket.bucket };
  const isPublic = publicPrefix !== undefined;
  const access = new s3.BucketPublicAccessBlock(
    resource,
    {
      ...of,
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: !isPublic,
      restrictPublicBuckets: !isPublic,
    },
    below,
  );
  const ownership = new s3.BucketOwnershipControls(
    resource,
    { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } },
    below,
  );
  const versioning = new s3.BucketVersioning(
    resource,
    { ...of, versioningConfiguration: { status: "Enabled" } },
    below,
  );
  const encryption = new s3.BucketServerSideEncryptionConfiguration(
    resource,
    {
      ...of,
      rules: [
        isPublic
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
          : {
              applyServerSideEncryptionByDefault: {
                sseAlgorithm: "aws:kms",
                kmsMasterKeyId: key.arn,
              },
              bucketKeyEnabled: true,
            },
      ],
    },
    below,
  );
  const lifecycle = new s3.BucketLifecycleConfiguration(
    resource,
    {
      ...of,
      rules: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: {},
          noncurrentVersionExpiration: { noncurrentDays: request.keepVersionsDays },
          expiration: { expiredObjectDeleteMarker: true },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
        ...(expire === undefined
          ? []
          : [
              {
                id: "expired",
                status: "Enabled",
                filter: { prefix: expire.prefix },
                expiration: { days: expire.days },
              },
            ]),
      ],
    },
    { ...below, dependsOn: versioning },
  );
  const policy = new s3.BucketPolicy(
    resource,
    { ...of, policy: policyDocument(...policyOf(bucketArn, publicPrefix)) },
    // A policy for everyone is refused while the block is still whole.
    { ...below, dependsOn: access },
  );
  return {
    name,
    arn: bucketArn,
    ...(!isPublic && { keyArn: key.arn }),
    bucket,
    ready: [access, ownership, encryption, lifecycle, policy],
  };
}
