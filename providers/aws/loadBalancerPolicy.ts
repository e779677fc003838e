import * as pulumi from "@pulumi/pulumi";
import { arn } from "./context.js";
import { allow, type Statement } from "./policyDocument.js";
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
  const elb = (...actions: string[]): string[] => actions.map((action) => `elasticloadbalancing:${action}`);
  return [
    allow(
      "ServiceRole",
      ["iam:CreateServiceLinkedRole"],
      [
        arn(
          settings,
          "iam",
          "role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing",
          { regional: false },
        ),
      ],
      { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } },
    ),
    allow(
      "LookAround",
      [
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
      ["*"],
    ),
    allow(
      "MakeGroups",
      ["ec2:CreateSecurityGroup"],
      [...groups, pulumi.interpolate`${arn(settings, "ec2", "vpc")}/${vpcId}`],
    ),
    allow("TagNewGroups", ["ec2:CreateTags"], groups, {
      StringEquals: { ...requested.StringEquals, "ec2:CreateAction": "CreateSecurityGroup" },
    }),
    allow("TagOwnGroups", ["ec2:CreateTags", "ec2:DeleteTags"], groups, {
      ...owned,
      Null: { "aws:RequestTag/elbv2.k8s.aws/cluster": "true" },
    }),
    allow("DropOwnGroups", ["ec2:DeleteSecurityGroup"], groups, owned),
    // The group of the nodes carries EKS's tag, not the controller's.
    allow(
      "OpenNodesToBalancers",
      ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
      [pulumi.interpolate`${arn(settings, "ec2", "security-group")}/${securityGroupId}`],
    ),
    allow(
      "OpenOwnGroups",
      ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
      groups,
      owned,
    ),
    allow("MakeTagged", elb("CreateLoadBalancer", "CreateTargetGroup"), all, requested),
    allow("TagNew", elb("AddTags"), all, {
      StringEquals: {
        ...requested.StringEquals,
        "elasticloadbalancing:CreateAction": ["CreateTargetGroup", "CreateLoadBalancer"],
      },
    }),
    allow("TagOwn", elb("AddTags", "RemoveTags"), balancing("loadbalancer", "targetgroup"), {
      ...owned,
      Null: { "aws:RequestTag/elbv2.k8s.aws/cluster": "true" },
    }),
    allow("TagListeners", elb("AddTags", "RemoveTags"), balancing("listener", "listener-rule")),
    // Listeners and rules carry no tag of their own in these calls.
    allow(
      "ChangeListeners",
      elb(
        "AddListenerCertificates",
        "CreateListener",
        "CreateRule",
        "DeleteListener",
        "DeleteRule",
        "ModifyListener",
        "ModifyListenerAttributes",
        "ModifyRule",
        "RemoveListenerCertificates",
        "SetRulePriorities",
      ),
      balancing("loadbalancer", "listener", "listener-rule"),
    ),
    allow(
      "ChangeOwn",
      elb(
        "DeleteLoadBalancer",
        "DeleteTargetGroup",
        "ModifyCapacityReservation",
        "ModifyIpPools",
        "ModifyLoadBalancerAttributes",
        "ModifyTargetGroup",
        "ModifyTargetGroupAttributes",
        "SetIpAddressType",
        "SetSecurityGroups",
        "SetSubnets",
      ),
      balancing("loadbalancer", "targetgroup"),
      owned,
    ),
    allow("FillTargets", elb("DeregisterTargets", "RegisterTargets"), balancing("targetgroup"), owned),
  ];
}
