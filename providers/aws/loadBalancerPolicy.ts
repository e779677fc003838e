import * as pulumi from "@pulumi/pulumi";
import { arn } from "./context.js";
import type { Statement } from "./policyDocument.js";
import type { AwsSettings } from "./settings.js";

interface Cluster {
  clusterName: string;
  vpcId: pulumi.Input<string>;
  /** Of its nodes and pods. */
  securityGroupId: pulumi.Input<string>;
}

/**
 * Rights of the AWS Load Balancer Controller: what upstream asks for, less Cognito, WAF and Shield, which its values turn
 * off, and held to this region, this account and the tag that it puts on all it makes for this cluster.
 */
export function loadBalancerRights(
  settings: AwsSettings,
  { clusterName, vpcId, securityGroupId }: Cluster,
): Statement[] {
  const balancing = (...kinds: string[]): string[] =>
    kinds.map((kind) => arn(settings, "elasticloadbalancing", `${kind}/*`));
  const groups = [arn(settings, "ec2", "security-group/*")];
  const all = balancing("loadbalancer", "targetgroup", "listener", "listener-rule");
  const requested = { StringEquals: { "aws:RequestTag/elbv2.k8s.aws/cluster": clusterName } };
  const owned = { StringEquals: { "aws:ResourceTag/elbv2.k8s.aws/cluster": clusterName } };
  return [
    {
      Sid: "ServiceRole",
      Effect: "Allow",
      Action: ["iam:CreateServiceLinkedRole"],
      Resource: [
        arn(
          settings,
          "iam",
          "role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing",
          { regional: false },
        ),
      ],
      Condition: { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } },
    },
    {
      Sid: "LookAround",
      Effect: "Allow",
      Action: [
        "acm:DescribeCertificate",
        "acm:ListCertificates",
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeAddresses",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeCoipPools",
        "ec2:DescribeInstances",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeIpamPools",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeTags",
        "ec2:DescribeVpcPeeringConnections",
        "ec2:DescribeVpcs",
        "ec2:GetCoipPoolUsage",
        "ec2:GetSecurityGroupsForVpc",
        "elasticloadbalancing:DescribeCapacityReservation",
        "elasticloadbalancing:DescribeListenerAttributes",
        "elasticloadbalancing:DescribeListenerCertificates",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeSSLPolicies",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
        "elasticloadbalancing:DescribeTrustStores",
      ],
      Resource: ["*"],
    },
    {
      Sid: "MakeGroups",
      Effect: "Allow",
      Action: ["ec2:CreateSecurityGroup"],
      Resource: [...groups, pulumi.interpolate`${arn(settings, "ec2", "vpc")}/${vpcId}`],
    },
    {
      Sid: "TagNewGroups",
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: groups,
      Condition: {
        StringEquals: { ...requested.StringEquals, "ec2:CreateAction": "CreateSecurityGroup" },
      },
    },
    {
      Sid: "TagOwnGroups",
      Effect: "Allow",
      Action: ["ec2:CreateTags", "ec2:DeleteTags"],
      Resource: groups,
      Condition: { ...owned, Null: { "aws:RequestTag/elbv2.k8s.aws/cluster": "true" } },
    },
    {
      Sid: "DropOwnGroups",
      Effect: "Allow",
      Action: ["ec2:DeleteSecurityGroup"],
      Resource: groups,
      Condition: owned,
    },
    {
      // The group of the nodes carries EKS's tag, not the controller's.
      Sid: "OpenNodesToBalancers",
      Effect: "Allow",
      Action: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
      Resource: [pulumi.interpolate`${arn(settings, "ec2", "security-group")}/${securityGroupId}`],
    },
    {
      Sid: "OpenOwnGroups",
      Effect: "Allow",
      Action: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
      Resource: groups,
      Condition: owned,
    },
    {
      Sid: "MakeTagged",
      Effect: "Allow",
      Action: ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"],
      Resource: all,
      Condition: requested,
    },
    {
      Sid: "TagNew",
      Effect: "Allow",
      Action: ["elasticloadbalancing:AddTags"],
      Resource: all,
      Condition: {
        StringEquals: {
          ...requested.StringEquals,
          "elasticloadbalancing:CreateAction": ["CreateTargetGroup", "CreateLoadBalancer"],
        },
      },
    },
    {
      Sid: "TagOwn",
      Effect: "Allow",
      Action: ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"],
      Resource: balancing("loadbalancer", "targetgroup"),
      Condition: { ...owned, Null: { "aws:RequestTag/elbv2.k8s.aws/cluster": "true" } },
    },
    {
      Sid: "TagListeners",
      Effect: "Allow",
      Action: ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"],
      Resource: balancing("listener", "listener-rule"),
    },
    {
      // Listeners and rules carry no tag of their own in these calls.
      Sid: "ChangeListeners",
      Effect: "Allow",
      Action: [
        "elasticloadbalancing:AddListenerCertificates",
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:CreateRule",
        "elasticloadbalancing:DeleteListener",
        "elasticloadbalancing:DeleteRule",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:ModifyListenerAttributes",
        "elasticloadbalancing:ModifyRule",
        "elasticloadbalancing:RemoveListenerCertificates",
        "elasticloadbalancing:SetRulePriorities",
      ],
      Resource: balancing("loadbalancer", "listener", "listener-rule"),
    },
    {
      Sid: "ChangeOwn",
      Effect: "Allow",
      Action: [
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:ModifyCapacityReservation",
        "elasticloadbalancing:ModifyIpPools",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        "elasticloadbalancing:SetIpAddressType",
        "elasticloadbalancing:SetSecurityGroups",
        "elasticloadbalancing:SetSubnets",
      ],
      Resource: balancing("loadbalancer", "targetgroup"),
      Condition: owned,
    },
    {
      Sid: "FillTargets",
      Effect: "Allow",
      Action: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
      Resource: balancing("targetgroup"),
      Condition: owned,
    },
  ];
}
