import * as pulumi from "@pulumi/pulumi";
import { arn } from "./context.js";
import { allow, type Statement } from "./policyDocument.js";
import type { AwsSettings } from "./settings.js";

/*
 * The rights of each identity. Where an action knows no resource, the resource is `*`; test/contract/aws.ts lists these
 * with the reason, and test/providers/aws/policies.spec.ts says what each identity may do and what not.
 */

/** A bucket, as rights name it. */
export interface BucketRef {
  arn: string;
  /** Default: Amazon's own key, which asks nobody. */
  keyArn?: pulumi.Input<string>;
  /** Where it is. Default: the stack's region. */
  region?: string;
}

/** The key for that bucket only. With a bucket key the context is the bucket's ARN, so that one key does for all and opens one. */
function keyRights({ region }: AwsSettings, bucket: BucketRef): Statement[] {
  return bucket.keyArn === undefined
    ? []
    : [
        allow("EncryptObjects", ["kms:Decrypt", "kms:GenerateDataKey"], [bucket.keyArn], {
          StringEquals: {
            "kms:EncryptionContext:aws:s3:arn": bucket.arn,
            "kms:ViaService": `s3.${bucket.region ?? region}.amazonaws.com`,
          },
        }),
      ];
}

/** To add objects, and neither to read nor to delete any. What is overwritten the bucket keeps as a version. */
export function writerRights(settings: AwsSettings, bucket: BucketRef, prefix: string): Statement[] {
  return [
    allow(
      "AddObjects",
      ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      [`${bucket.arn}/${prefix}*`],
    ),
    ...keyRights(settings, bucket),
  ];
}

/**
 * One bucket's objects.
 * @param prefix of their names. Default: all.
 */
export function bucketRights(settings: AwsSettings, bucket: BucketRef, prefix = ""): Statement[] {
  return [
    allow(
      "FindObjects",
      ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"],
      [bucket.arn],
    ),
    allow(
      "UseObjects",
      [
        ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
        "s3:ListMultipartUploadParts",
      ],
      [`${bucket.arn}/${prefix}*`],
    ),
    ...keyRights(settings, bucket),
  ];
}

function zoneArn({ partition }: AwsSettings, zoneId: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.interpolate`arn:${partition}:route53:::hostedzone/${zoneId}`;
}

/** cert-manager: TXT records in the zone, whose changes it waits for. */
export function certificateRights(settings: AwsSettings, zoneId: pulumi.Input<string>): Statement[] {
  return [
    allow("AnswerChallenges", ["route53:ChangeResourceRecordSets"], [zoneArn(settings, zoneId)], {
      "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] },
    }),
    allow("ReadRecords", ["route53:ListResourceRecordSets"], [zoneArn(settings, zoneId)]),
    allow(
      "WaitForChanges",
      ["route53:GetChange"],
      [arn(settings, "route53", "change/*", { regional: false, owned: false })],
    ),
    allow("FindZone", ["route53:ListHostedZonesByName"], ["*"]),
  ];
}

/** external-dns: the zone's records. */
export function recordRights(settings: AwsSettings, zoneId: pulumi.Input<string>): Statement[] {
  return [
    allow(
      "ChangeRecords",
      ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets", "route53:ListTagsForResources"],
      [zoneArn(settings, zoneId)],
    ),
    allow("FindZones", ["route53:ListHostedZones"], ["*"]),
  ];
}

/** The driver for disks: the stack's key for them, beside AWS's own policy. */
export function diskKeyRights(keyArn: pulumi.Input<string>): Statement[] {
  return [
    allow("HandKeyToDisks", ["kms:CreateGrant"], [keyArn], { Bool: { "kms:GrantIsForAWSResource": "true" } }),
    allow(
      "EncryptDisks",
      ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"],
      [keyArn],
    ),
  ];
}

/** cluster-autoscaler, for those who prefer it to Karpenter: the groups of this cluster. */
export function groupScalingRights(settings: AwsSettings, clusterName: string): Statement[] {
  return [
    allow(
      "LookAround",
      [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
      ],
      ["*"],
    ),
    allow("ReadNodeGroups", ["eks:DescribeNodegroup"], [arn(settings, "eks", `nodegroup/${clusterName}/*`)]),
    allow(
      "ScaleOwnGroups",
      ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      [arn(settings, "autoscaling", "autoScalingGroup:*:autoScalingGroupName/*")],
      { StringEquals: { "aws:ResourceTag/eks:cluster-name": clusterName } },
    ),
  ];
}
