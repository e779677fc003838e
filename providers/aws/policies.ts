import * as pulumi from "@pulumi/pulumi";
import { arn } from "./context.js";
import type { Statement } from "./policyDocument.js";
import type { AwsSettings } from "./settings.js";

/*
 * The rights of each identity. Where an action knows no resource, the resource is `*`; test/contract/aws.ts lists these
 * with the reason, and test/providers/aws/policies.spec.ts says what each identity may do and what not.
 */

/** One bucket's objects, and the key for that bucket only. */
export function bucketRights(
  settings: AwsSettings,
  bucketArn: string,
  keyArn?: pulumi.Input<string>,
): Statement[] {
  return [
    {
      Sid: "FindObjects",
      Effect: "Allow",
      Action: ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"],
      Resource: [bucketArn],
    },
    {
      Sid: "UseObjects",
      Effect: "Allow",
      Action: [
        ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
        "s3:ListMultipartUploadParts",
      ],
      Resource: [`${bucketArn}/*`],
    },
    ...(keyArn === undefined
      ? []
      : [
          {
            Sid: "EncryptObjects",
            Effect: "Allow" as const,
            Action: ["kms:Decrypt", "kms:GenerateDataKey"],
            Resource: [keyArn],
            Condition: {
              // With a bucket key the context is the bucket's ARN, so that one key does for all and opens one.
              StringEquals: {
                "kms:EncryptionContext:aws:s3:arn": bucketArn,
                "kms:ViaService": `s3.${settings.region}.amazonaws.com`,
              },
            },
          },
        ]),
  ];
}

function zoneArn({ partition }: AwsSettings, zoneId: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.interpolate`arn:${partition}:route53:::hostedzone/${zoneId}`;
}

/** cert-manager: TXT records in the zone, whose changes it waits for. */
export function certificateRights(settings: AwsSettings, zoneId: pulumi.Input<string>): Statement[] {
  return [
    {
      Sid: "AnswerChallenges",
      Effect: "Allow",
      Action: ["route53:ChangeResourceRecordSets"],
      Resource: [zoneArn(settings, zoneId)],
      Condition: { "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] } },
    },
    {
      Sid: "ReadRecords",
      Effect: "Allow",
      Action: ["route53:ListResourceRecordSets"],
      Resource: [zoneArn(settings, zoneId)],
    },
    {
      Sid: "WaitForChanges",
      Effect: "Allow",
      Action: ["route53:GetChange"],
      Resource: [arn(settings, "route53", "change/*", { regional: false, owned: false })],
    },
    { Sid: "FindZone", Effect: "Allow", Action: ["route53:ListHostedZonesByName"], Resource: ["*"] },
  ];
}

/** external-dns: the zone's records. */
export function recordRights(settings: AwsSettings, zoneId: pulumi.Input<string>): Statement[] {
  return [
    {
      Sid: "ChangeRecords",
      Effect: "Allow",
      Action: [
        "route53:ChangeResourceRecordSets",
        "route53:ListResourceRecordSets",
        "route53:ListTagsForResources",
      ],
      Resource: [zoneArn(settings, zoneId)],
    },
    { Sid: "FindZones", Effect: "Allow", Action: ["route53:ListHostedZones"], Resource: ["*"] },
  ];
}

/** Velero: snapshots of the cluster's volumes, beside its bucket. It touches only what carries this cluster's tag. */
export function snapshotRights(settings: AwsSettings, clusterName: string): Statement[] {
  const owned = { StringEquals: { [`aws:ResourceTag/kubernetes.io/cluster/${clusterName}`]: "owned" } };
  const snapshots = arn(settings, "ec2", "snapshot/*", { owned: false });
  const volumes = arn(settings, "ec2", "volume/*");
  return [
    {
      Sid: "FindVolumes",
      Effect: "Allow",
      Action: ["ec2:DescribeVolumes", "ec2:DescribeSnapshots"],
      Resource: ["*"],
    },
    {
      Sid: "SnapVolumes",
      Effect: "Allow",
      Action: ["ec2:CreateSnapshot"],
      Resource: [volumes],
      Condition: owned,
    },
    { Sid: "NameSnapshots", Effect: "Allow", Action: ["ec2:CreateSnapshot"], Resource: [snapshots] },
    { Sid: "MakeVolumes", Effect: "Allow", Action: ["ec2:CreateVolume"], Resource: [volumes] },
    {
      Sid: "RestoreVolumes",
      Effect: "Allow",
      Action: ["ec2:CreateVolume"],
      Resource: [snapshots],
      Condition: owned,
    },
    {
      Sid: "TagWhatItMakes",
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: [volumes, snapshots],
      Condition: { StringEquals: { "ec2:CreateAction": ["CreateVolume", "CreateSnapshot"] } },
    },
    {
      Sid: "DropSnapshots",
      Effect: "Allow",
      Action: ["ec2:DeleteSnapshot"],
      Resource: [snapshots],
      Condition: owned,
    },
  ];
}

/** The driver for disks: the stack's key for them, beside AWS's own policy. */
export function diskKeyRights(keyArn: pulumi.Input<string>): Statement[] {
  return [
    {
      Sid: "HandKeyToDisks",
      Effect: "Allow",
      Action: ["kms:CreateGrant"],
      Resource: [keyArn],
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
    {
      Sid: "EncryptDisks",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"],
      Resource: [keyArn],
    },
  ];
}

/** cluster-autoscaler, for those who prefer it to Karpenter: the groups of this cluster. */
export function groupScalingRights(settings: AwsSettings, clusterName: string): Statement[] {
  return [
    {
      Sid: "LookAround",
      Effect: "Allow",
      Action: [
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
      Resource: ["*"],
    },
    {
      Sid: "ReadNodeGroups",
      Effect: "Allow",
      Action: ["eks:DescribeNodegroup"],
      Resource: [arn(settings, "eks", `nodegroup/${clusterName}/*`)],
    },
    {
      Sid: "ScaleOwnGroups",
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: [arn(settings, "autoscaling", "autoScalingGroup:*:autoScalingGroupName/*")],
      Condition: { StringEquals: { "aws:ResourceTag/eks:cluster-name": clusterName } },
    },
  ];
}
