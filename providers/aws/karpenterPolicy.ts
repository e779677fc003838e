import * as pulumi from "@pulumi/pulumi";
import { arn } from "./context.js";
import { allow, type Statement } from "./policyDocument.js";
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
    allow(
      "StartFrom",
      ["ec2:RunInstances", "ec2:CreateFleet"],
      [
        ...shared,
        ...subnetIds.map((id) => pulumi.interpolate`${arn(settings, "ec2", "subnet")}/${id}`),
        pulumi.interpolate`${arn(settings, "ec2", "security-group")}/${securityGroupId}`,
      ],
    ),
    allow("StartFromOwnTemplates", ["ec2:RunInstances", "ec2:CreateFleet"], ec2("launch-template"), owned),
    allow(
      "StartTagged",
      ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
      ec2(...made),
      requested,
    ),
    allow("TagWhatItMakes", ["ec2:CreateTags"], ec2(...made), {
      ...requested,
      StringEquals: {
        ...requested.StringEquals,
        "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
      },
    }),
    allow("NameOwnInstances", ["ec2:CreateTags"], ec2("instance"), {
      ...owned,
      "ForAllValues:StringEquals": {
        "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"],
      },
    }),
    allow(
      "EndOwn",
      ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
      ec2("instance", "launch-template"),
      owned,
    ),
    allow(
      "LookAround",
      [
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
      ["*"],
      { StringEquals: { "aws:RequestedRegion": settings.region } },
    ),
    allow("ReadPricesAndProfiles", ["pricing:GetProducts", "iam:ListInstanceProfiles"], ["*"]),
    allow(
      "FindImages",
      ["ssm:GetParameter"],
      [arn(settings, "ssm", "parameter/aws/service/*", { owned: false })],
    ),
    allow("GiveNodesTheirRole", ["iam:PassRole"], [nodeRoleArn], {
      StringEquals: { "iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"] },
    }),
    allow(
      "ReadProfile",
      ["iam:GetInstanceProfile"],
      [arn(settings, "iam", `instance-profile/${profileName}`, { regional: false })],
    ),
    allow("FindCluster", ["eks:DescribeCluster"], [arn(settings, "eks", `cluster/${clusterName}`)]),
    allow("HearOfInterruptions", ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"], [queueArn]),
  ];
}
