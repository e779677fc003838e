import type { InputRule } from "../../src/cloud/rules.js";
import { isCidr, prefixLength } from "../../src/config/cidr.js";
import { dataRules } from "./dataRules.js";
import { named, policySize } from "./ruleForms.js";

/*
 * What AWS's API takes in the inputs of the types that the module makes, beyond what the SDK's types say. Sources are the
 * service models that AWS publishes with its SDKs (botocore), named by operation and member, and AWS's user guides.
 */

type Rules = readonly InputRule[];
type Inputs = Readonly<Record<string, unknown>>;

/** Days that CloudWatch keeps logs: no others. */
export const logRetentions = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288],
  3653,
];

const roleForm = /[\w+=,.@-]+/;

/** In inputs of every type that has tags. */
export const commonRules: Rules = [
  {
    path: "tags",
    check: ({ tags }) =>
      Object.keys((tags as object | undefined) ?? {}).length > 50 ? "are more than 50" : undefined,
    source: "eks CreateCluster.tags",
  },
  { path: "tags{key}", min: 1, max: 128, not: /^aws:/i, source: "efs CreateFileSystem.Tags[].Key" },
  { path: "tags{key}", pattern: /[\p{L}\p{Z}\p{N}_.:/=+\-@]+/u, source: "iam CreateRole.Tags[].Key" },
  {
    path: "tags{}",
    max: 256,
    pattern: /[\p{L}\p{Z}\p{N}_.:/=+\-@]*/u,
    source: "iam CreateRole.Tags[].Value",
  },
];

const group: Rules = [
  named("ec2 CreateSecurityGroup.GroupName", 255, /[\w .\-:/()#,@[\]+=&;{}!$*]+/),
  { path: "name", not: /^sg-/i, source: "ec2 CreateSecurityGroup.GroupName" },
  {
    path: "description",
    max: 255,
    pattern: /[\w .\-:/()#,@[\]+=&;{}!$*]*/,
    source: "ec2 CreateSecurityGroup.Description",
  },
];

const block: InputRule = {
  path: "cidrBlock",
  check: ({ cidrBlock }) =>
    typeof cidrBlock === "string" &&
    !(isCidr(cidrBlock) && prefixLength(cidrBlock) >= 16 && prefixLength(cidrBlock) <= 28)
      ? `is ${cidrBlock}, not from /16 to /28`
      : undefined,
  source: "ec2 CreateVpc.CidrBlock; VPC user guide, IPv4 CIDR blocks of VPCs and subnets",
};

/** By the rest of the type token. */
export const awsRules: Readonly<Record<string, Rules>> = {
  ...dataRules,
  "cloudwatch/eventRule:EventRule": [
    named("events PutRule.Name", 64, /[.\w-]+/),
    { path: "eventPattern", max: 4096, source: "events PutRule.EventPattern" },
  ],
  "cloudwatch/logGroup:LogGroup": [
    named("logs CreateLogGroup.logGroupName", 512, /[.\-_/#A-Za-z0-9]+/),
    { path: "name", not: /^aws\//, source: "logs CreateLogGroup" },
    { path: "retentionInDays", oneOf: logRetentions, source: "logs PutRetentionPolicy.retentionInDays" },
  ],
  "ec2/flowLog:FlowLog": [
    { path: "trafficType", oneOf: ["ACCEPT", "REJECT", "ALL"], source: "ec2 CreateFlowLogs.TrafficType" },
  ],
  "ec2/launchTemplate:LaunchTemplate": [
    { ...named("ec2 CreateLaunchTemplate.LaunchTemplateName", 128, /[\w().\-/]+/), min: 3 },
    {
      path: "userData",
      max: 21848,
      source: "EC2 user guide, Run commands when you launch an instance: 16 KB before encoding",
    },
    {
      path: "blockDeviceMappings[].ebs.volumeSize",
      min: 1,
      max: 16384,
      source: "ec2 CreateVolume.Size, gp3",
    },
  ],
  "ec2/securityGroup:SecurityGroup": group,
  "ec2/subnet:Subnet": [block],
  "ec2/vpc:Vpc": [block],
  "eks/accessEntry:AccessEntry": [
    {
      path: "principalArn",
      pattern: /arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+/,
      source: "eks CreateAccessEntry.principalArn",
    },
  ],
  "eks/accessPolicyAssociation:AccessPolicyAssociation": [
    {
      path: "accessScope.type",
      oneOf: ["cluster", "namespace"],
      source: "eks AssociateAccessPolicy.accessScope.type",
    },
  ],
  "eks/addon:Addon": [
    {
      path: "resolveConflictsOnCreate",
      oneOf: ["OVERWRITE", "NONE"],
      source: "eks CreateAddon.resolveConflicts; PRESERVE is for updates",
    },
  ],
  "eks/cluster:Cluster": [
    named("eks CreateCluster.name", 100, /[0-9A-Za-z][\w-]*/),
    {
      path: "kubernetesNetworkConfig.serviceIpv4Cidr",
      check: ({ kubernetesNetworkConfig }: Inputs): string | undefined => {
        const { serviceIpv4Cidr: cidr } = (kubernetesNetworkConfig ?? {}) as { serviceIpv4Cidr?: unknown };
        return typeof cidr === "string" &&
          (prefixLength(cidr) < 12 || prefixLength(cidr) > 24 || /^100\./.test(cidr))
          ? `is ${cidr}, not private (RFC 1918) or not from /12 to /24`
          : undefined;
      },
      source: "eks CreateCluster.kubernetesNetworkConfig.serviceIpv4Cidr",
    },
    { path: "vpcConfig.subnetIds", min: 2, source: "eks CreateCluster.resourcesVpcConfig: in two zones" },
    {
      path: "vpcConfig.publicAccessCidrs",
      max: 40,
      source: "EKS user guide, service quotas: public endpoint access CIDR ranges per cluster",
    },
    {
      path: "enabledClusterLogTypes[]",
      oneOf: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      source: "eks CreateCluster.logging.clusterLogging[].types[]",
    },
  ],
  "eks/nodeGroup:NodeGroup": [
    { path: "scalingConfig.minSize", min: 0, source: "eks CreateNodegroup.scalingConfig.minSize" },
    { path: "scalingConfig.maxSize", min: 1, max: 450, source: "eks CreateNodegroup.scalingConfig.maxSize" },
    {
      path: "scalingConfig",
      check: ({ scalingConfig }: Inputs): string | undefined => {
        const {
          minSize = 0,
          desiredSize = minSize,
          maxSize = desiredSize,
        } = (scalingConfig ?? {}) as Record<string, number>;
        return minSize <= desiredSize && desiredSize <= maxSize
          ? undefined
          : `has minSize ${minSize}, desiredSize ${desiredSize} and maxSize ${maxSize}`;
      },
      source: "eks CreateNodegroup.scalingConfig",
    },
    {
      path: "taints[].effect",
      oneOf: ["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"],
      source: "eks CreateNodegroup.taints[].effect",
    },
    { path: "labels{}", min: 1, max: 63, source: "eks CreateNodegroup.labels{}" },
    { path: "instanceTypes", min: 1, max: 20, source: "eks CreateNodegroup.instanceTypes" },
    {
      path: "releaseVersion",
      check: ({ version, releaseVersion }) =>
        typeof releaseVersion === "string" && !releaseVersion.startsWith(`${String(version)}.`)
          ? `is ${releaseVersion}, of another version than ${String(version)}`
          : undefined,
      source: "eks CreateNodegroup.releaseVersion",
    },
  ],
  "iam/instanceProfile:InstanceProfile": [
    named("iam CreateInstanceProfile.InstanceProfileName", 128, roleForm),
  ],
  "iam/role:Role": [
    named("iam CreateRole.RoleName", 64, roleForm),
    policySize("assumeRolePolicy", 2048, "IAM user guide, quotas: role trust policy length"),
  ],
  "iam/rolePolicy:RolePolicy": [
    policySize("policy", 10240, "IAM user guide, quotas: inline policies of a role together"),
  ],
  "kms/alias:Alias": [
    named("kms CreateAlias.AliasName", 256, /alias\/[a-zA-Z0-9:/_-]+/),
    { path: "name", not: /^alias\/aws\//, source: "kms CreateAlias.AliasName" },
  ],
  "kms/key:Key": [
    { path: "description", max: 8192, source: "kms CreateKey.Description" },
    { path: "deletionWindowInDays", min: 7, max: 30, source: "KMS developer guide, deleting keys" },
  ],
  "vpc/securityGroupIngressRule:SecurityGroupIngressRule": [
    {
      path: "description",
      max: 255,
      pattern: /[\w .\-:/()#,@[\]+=&;{}!$*]*/,
      source: "ec2 AuthorizeSecurityGroupIngress",
    },
  ],
};
