import type { Request } from "./evaluate.js";

export const account = "123456789012";
const ec2 = (kind: string, id = "1"): string => `arn:aws:ec2:eu-west-1:${account}:${kind}/${id}`;
const zone = "arn:aws:route53:::hostedzone/Z-contract-zone";
const otherZone = "arn:aws:route53:::hostedzone/Z-other";
const campus = `arn:aws:s3:::contract-site-campus-${account}`;
const academy = `arn:aws:s3:::contract-site-academy-${account}`;
const backups = `arn:aws:s3:::contract-backup-${account}`;
const dataKey = "arn:aws:key:::contract-data";
const backupKey = "arn:aws:key:::contract-backup";
const ofCluster = { "aws:ResourceTag/kubernetes.io/cluster/contract": "owned" };
const ofOther = { "aws:ResourceTag/kubernetes.io/cluster/other": "owned" };
const fromPool = { ...ofCluster, "aws:ResourceTag/karpenter.sh/nodepool": "general" };
const asksPool = {
  "aws:RequestTag/kubernetes.io/cluster/contract": "owned",
  "aws:RequestTag/eks:eks-cluster-name": "contract",
  "aws:RequestTag/karpenter.sh/nodepool": "general",
};
const balancer = `arn:aws:elasticloadbalancing:eu-west-1:${account}:loadbalancer/net/one/1`;
const targets = `arn:aws:elasticloadbalancing:eu-west-1:${account}:targetgroup/one/1`;
const inBucket = (bucket: string): Record<string, string> => ({
  "kms:EncryptionContext:aws:s3:arn": bucket,
  "kms:ViaService": "s3.eu-west-1.amazonaws.com",
});

type Asked = [action: string, resource: string, context?: Request["context"]];

/** What each identity may and may not do. Every right that a policy gains or loses shows here. */
export const identities: Record<string, { allowed: Asked[]; denied: Asked[] }> = {
  "site-campus": {
    allowed: [
      ["s3:ListBucket", campus],
      ["s3:GetBucketLocation", campus],
      ["s3:ListBucketMultipartUploads", campus],
      ["s3:GetObject", `${campus}/media/a.png`],
      ["s3:PutObject", `${campus}/media/a.png`],
      ["s3:DeleteObject", `${campus}/media/a.png`],
      ["s3:AbortMultipartUpload", `${campus}/a`],
      ["s3:ListMultipartUploadParts", `${campus}/a`],
      ["kms:Decrypt", dataKey, inBucket(campus)],
      ["kms:GenerateDataKey", dataKey, inBucket(campus)],
    ],
    denied: [
      ["s3:ListBucket", academy],
      ["s3:GetObject", `${academy}/media/a.png`],
      ["s3:GetObject", `${campus}-2/media/a.png`],
      ["s3:GetObject", `${backups}/dump.sql`],
      ["s3:DeleteBucket", campus],
      ["s3:DeleteObjectVersion", `${campus}/media/a.png`],
      ["s3:PutBucketPolicy", campus],
      ["s3:PutObjectAcl", `${campus}/media/a.png`],
      ["s3:ListAllMyBuckets", "*"],
      ["kms:Decrypt", dataKey, inBucket(academy)],
      ["kms:Decrypt", dataKey, { "kms:EncryptionContext:aws:s3:arn": campus }],
      ["kms:Decrypt", dataKey],
      ["kms:Decrypt", "arn:aws:key:::contract-cluster", inBucket(campus)],
      ["sts:AssumeRole", `arn:aws:iam::${account}:role/any`],
    ],
  },
  "site-academy": {
    allowed: [["s3:GetObject", `${academy}/media/a.png`]],
    denied: [["s3:GetObject", `${campus}/media/a.png`]],
  },
  "database-backup": {
    allowed: [
      ["s3:PutObject", `${backups}/dumps/prod/mysql/dump.gz`],
      ["s3:AbortMultipartUpload", `${backups}/dumps/prod/mysql/dump.gz`],
      ["kms:GenerateDataKey", backupKey, inBucket(backups)],
    ],
    denied: [
      ["s3:DeleteObject", `${backups}/dumps/prod/mysql/dump.gz`],
      ["s3:DeleteObjectVersion", `${backups}/dumps/prod/mysql/dump.gz`],
      ["s3:GetObject", `${backups}/dumps/prod/mysql/dump.gz`],
      ["s3:ListBucket", backups],
      ["s3:PutObject", `${backups}/velero/x`],
      ["kms:GenerateDataKey", dataKey, inBucket(backups)],
      ["s3:GetObject", `${campus}/media/a.png`],
      ["ec2:CreateSnapshot", ec2("volume"), ofCluster],
    ],
  },
  velero: {
    allowed: [
      ["s3:PutObject", `${backups}/velero/prod/x`],
      ["s3:DeleteObject", `${backups}/velero/prod/x`],
    ],
    denied: [
      ["s3:DeleteObject", `${backups}/dumps/prod/mysql/dump.gz`],
      ["ec2:CreateSnapshot", ec2("volume"), ofCluster],
      ["ec2:CreateVolume", ec2("volume")],
      ["s3:GetObject", `${campus}/media/a.png`],
    ],
  },
  "cert-manager": {
    allowed: [
      ["route53:ChangeResourceRecordSets", zone, { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] }],
      ["route53:ListResourceRecordSets", zone],
      ["route53:GetChange", "arn:aws:route53:::change/C1"],
      ["route53:ListHostedZonesByName", "*"],
    ],
    denied: [
      ["route53:ChangeResourceRecordSets", zone, { "route53:ChangeResourceRecordSetsRecordTypes": ["A"] }],
      [
        "route53:ChangeResourceRecordSets",
        zone,
        { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT", "A"] },
      ],
      [
        "route53:ChangeResourceRecordSets",
        otherZone,
        { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] },
      ],
      ["route53:DeleteHostedZone", zone],
    ],
  },
  "external-dns": {
    allowed: [
      ["route53:ChangeResourceRecordSets", zone],
      ["route53:ListResourceRecordSets", zone],
      ["route53:ListTagsForResources", zone],
      ["route53:ListHostedZones", "*"],
    ],
    denied: [
      ["route53:ChangeResourceRecordSets", otherZone],
      ["route53:DeleteHostedZone", zone],
      ["route53:CreateHostedZone", "*"],
    ],
  },
  disks: {
    allowed: [
      ["kms:CreateGrant", "arn:aws:key:::contract-disks", { "kms:GrantIsForAWSResource": "true" }],
      ["kms:GenerateDataKeyWithoutPlaintext", "arn:aws:key:::contract-disks"],
    ],
    denied: [
      ["kms:CreateGrant", "arn:aws:key:::contract-disks"],
      ["kms:Decrypt", dataKey],
    ],
  },
  karpenter: {
    allowed: [
      ["ec2:RunInstances", "arn:aws:ec2:eu-west-1::image/ami-1"],
      ["ec2:RunInstances", ec2("subnet", "contract-nodes-a")],
      ["ec2:RunInstances", ec2("security-group", "sg-contract")],
      ["iam:GetInstanceProfile", `arn:aws:iam::${account}:instance-profile/contract-eu-west-1-karpenter`],
      ["ec2:RunInstances", ec2("launch-template"), fromPool],
      ["ec2:RunInstances", ec2("instance"), asksPool],
      ["ec2:CreateTags", ec2("instance"), { ...asksPool, "ec2:CreateAction": "RunInstances" }],
      ["ec2:TerminateInstances", ec2("instance"), fromPool],
      ["ec2:DescribeInstances", "*", { "aws:RequestedRegion": "eu-west-1" }],
      [
        "iam:PassRole",
        `arn:aws:iam::${account}:role/contract-eu-west-1-karpenter-nodes`,
        { "iam:PassedToService": "ec2.amazonaws.com" },
      ],
      ["sqs:ReceiveMessage", `arn:aws:sqs:eu-west-1:${account}:contract-karpenter`],
      ["ssm:GetParameter", "arn:aws:ssm:eu-west-1::parameter/aws/service/eks/optimized-ami"],
      ["eks:DescribeCluster", `arn:aws:eks:eu-west-1:${account}:cluster/contract`],
    ],
    denied: [
      ["ec2:RunInstances", ec2("instance")],
      ["ec2:RunInstances", ec2("subnet", "contract-public-a")],
      ["ec2:RunInstances", ec2("security-group", "other")],
      ["iam:GetInstanceProfile", `arn:aws:iam::${account}:instance-profile/other`],
      ["ec2:TerminateInstances", ec2("instance"), ofOther],
      ["ec2:TerminateInstances", ec2("instance"), ofCluster], // the node groups' own
      ["ec2:TerminateInstances", ec2("instance")],
      ["ec2:CreateTags", ec2("instance")],
      ["ec2:DescribeInstances", "*", { "aws:RequestedRegion": "us-east-1" }],
      [
        "iam:PassRole",
        `arn:aws:iam::${account}:role/contract-eu-west-1-nodes`,
        { "iam:PassedToService": "ec2.amazonaws.com" },
      ],
      [
        "iam:PassRole",
        `arn:aws:iam::${account}:role/contract-eu-west-1-karpenter-nodes`,
        { "iam:PassedToService": "lambda.amazonaws.com" },
      ],
      ["iam:CreateInstanceProfile", `arn:aws:iam::${account}:instance-profile/x`],
      ["ssm:GetParameter", `arn:aws:ssm:eu-west-1:${account}:parameter/secret`],
      ["sqs:SendMessage", `arn:aws:sqs:eu-west-1:${account}:contract-karpenter`],
    ],
  },
  "load-balancers": {
    allowed: [
      [
        "elasticloadbalancing:CreateLoadBalancer",
        balancer,
        { "aws:RequestTag/elbv2.k8s.aws/cluster": "contract" },
      ],
      [
        "elasticloadbalancing:DeleteLoadBalancer",
        balancer,
        { "aws:ResourceTag/elbv2.k8s.aws/cluster": "contract" },
      ],
      ["elasticloadbalancing:DescribeLoadBalancers", "*"],
      ["ec2:CreateSecurityGroup", ec2("vpc", "contract")],
      ["ec2:AuthorizeSecurityGroupIngress", ec2("security-group", "sg-contract")],
      [
        "ec2:AuthorizeSecurityGroupIngress",
        ec2("security-group"),
        { "aws:ResourceTag/elbv2.k8s.aws/cluster": "contract" },
      ],
      [
        "elasticloadbalancing:RegisterTargets",
        targets,
        { "aws:ResourceTag/elbv2.k8s.aws/cluster": "contract" },
      ],
      [
        "ec2:DeleteSecurityGroup",
        ec2("security-group"),
        { "aws:ResourceTag/elbv2.k8s.aws/cluster": "contract" },
      ],
    ],
    denied: [
      ["elasticloadbalancing:CreateLoadBalancer", balancer],
      [
        "elasticloadbalancing:DeleteLoadBalancer",
        balancer,
        { "aws:ResourceTag/elbv2.k8s.aws/cluster": "other" },
      ],
      ["elasticloadbalancing:DeleteLoadBalancer", balancer],
      ["ec2:DeleteSecurityGroup", ec2("security-group")],
      ["ec2:CreateSecurityGroup", ec2("vpc", "other")],
      ["ec2:AuthorizeSecurityGroupIngress", ec2("security-group")],
      ["elasticloadbalancing:RegisterTargets", targets],
      ["wafv2:AssociateWebACL", "*"],
      ["iam:CreateServiceLinkedRole", "*"],
    ],
  },
};
