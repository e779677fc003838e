import * as pulumi from "@pulumi/pulumi";
import { arn } from "./context.js";
import type { Statement } from "./policyDocument.js";
import type { AwsSettings } from "./settings.js";

interface Karpenter {
  clusterName: string;
  nodeRoleArn: pulumi.Input<string>;
  /** Name of the instance profile that its machines get. */
  profileName: string;
  queueArn: string;
  /** Where its machines go. */
  subnetIds: pulumi.Input<string>[];
  securityGroupId: pulumi.Input<string>;
}

/**
 * Karpenter's rights: machines that carry this cluster's tag, from templates that do, with the one role for nodes. The
 * instance profile is made by the stack, so that Karpenter needs no rights to make any.
 */
export function karpenterRights(settings: AwsSettings, karpenter: Karpenter): Statement[] {
  const { clusterName, nodeRoleArn, profileName, queueArn, subnetIds, securityGroupId } = karpenter;
  const ec2 = (...kinds: string[]): string[] => kinds.map((kind) => arn(settings, "ec2", `${kind}/*`));
  const shared = ["image", "snapshot"].map((kind) => arn(settings, "ec2", `${kind}/*`, { owned: false }));
  const ownTag = `kubernetes.io/cluster/${clusterName}`;
  const requested = {
    StringEquals: {
      [`aws:RequestTag/${ownTag}`]: "owned",
      "aws:RequestTag/eks:eks-cluster-name": clusterName,
    },
    StringLike: { "aws:RequestTag/karpenter.sh/nodepool": "*" },
  };
  const owned = {
    StringEquals: { [`aws:ResourceTag/${ownTag}`]: "owned" },
    StringLike: { "aws:ResourceTag/karpenter.sh/nodepool": "*" },
  };
  const made = [
    "fleet",
    "instance",
    "volume",
    "network-interface",
    "launch-template",
    "spot-instances-request",
  ];
  return [
    {
      Sid: "StartFrom",
      Effect: "Allow",
      Action: ["ec2:RunInstances", "ec2:CreateFleet"],
      Resource: [
        ...shared,
        ...subnetIds.map((id) => pulumi.interpolate`${arn(settings, "ec2", "subnet")}/${id}`),
        pulumi.interpolate`${arn(settings, "ec2", "security-group")}/${securityGroupId}`,
      ],
    },
    {
      Sid: "StartFromOwnTemplates",
      Effect: "Allow",
      Action: ["ec2:RunInstances", "ec2:CreateFleet"],
      Resource: ec2("launch-template"),
      Condition: owned,
    },
    {
      Sid: "StartTagged",
      Effect: "Allow",
      Action: ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
      Resource: ec2(...made),
      Condition: requested,
    },
    {
      Sid: "TagWhatItMakes",
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: ec2(...made),
      Condition: {
        ...requested,
        StringEquals: {
          ...requested.StringEquals,
          "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
        },
      },
    },
    {
      Sid: "NameOwnInstances",
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: ec2("instance"),
      Condition: {
        ...owned,
        "ForAllValues:StringEquals": {
          "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"],
        },
      },
    },
    {
      Sid: "EndOwn",
      Effect: "Allow",
      Action: ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
      Resource: ec2("instance", "launch-template"),
      Condition: owned,
    },
    {
      Sid: "LookAround",
      Effect: "Allow",
      Action: [
        "ec2:DescribeCapacityReservations",
        "ec2:DescribeImages",
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceStatus",
        "ec2:DescribeInstanceTypeOfferings",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribePlacementGroups",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSpotPriceHistory",
        "ec2:DescribeSubnets",
      ],
      Resource: ["*"],
      Condition: { StringEquals: { "aws:RequestedRegion": settings.region } },
    },
    {
      Sid: "ReadPricesAndProfiles",
      Effect: "Allow",
      Action: ["pricing:GetProducts", "iam:ListInstanceProfiles"],
      Resource: ["*"],
    },
    {
      Sid: "FindImages",
      Effect: "Allow",
      Action: ["ssm:GetParameter"],
      Resource: [arn(settings, "ssm", "parameter/aws/service/*", { owned: false })],
    },
    {
      Sid: "GiveNodesTheirRole",
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: [nodeRoleArn],
      Condition: { StringEquals: { "iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"] } },
    },
    {
      Sid: "ReadProfile",
      Effect: "Allow",
      Action: ["iam:GetInstanceProfile"],
      Resource: [arn(settings, "iam", `instance-profile/${profileName}`, { regional: false })],
    },
    {
      Sid: "FindCluster",
      Effect: "Allow",
      Action: ["eks:DescribeCluster"],
      Resource: [arn(settings, "eks", `cluster/${clusterName}`)],
    },
    {
      Sid: "HearOfInterruptions",
      Effect: "Allow",
      Action: ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
      Resource: [queueArn],
    },
  ];
}
