import type { CheckedPlan } from "../../../src/cloud/check.js";

/** Modules of the SDK whose service has another name in IAM. */
const services: Record<string, string> = { sesv2: "ses", vpc: "ec2" };

/**
 * Actions of types that are not made by `Create…` and deleted by `Delete…` of their own name: IAM's service authorization
 * reference.
 */
const actions: Record<string, string[]> = {
  "backup/plan:Plan": ["backup:CreateBackupPlan", "backup:DeleteBackupPlan"],
  "backup/selection:Selection": ["backup:CreateBackupSelection", "backup:DeleteBackupSelection"],
  "backup/vault:Vault": ["backup:CreateBackupVault", "backup:DeleteBackupVault"],
  "cloudwatch/eventRule:EventRule": ["events:PutRule", "events:DeleteRule"],
  "cloudwatch/eventTarget:EventTarget": ["events:PutTargets", "events:RemoveTargets"],
  "cloudwatch/logGroup:LogGroup": ["logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:DeleteLogGroup"],
  "cloudwatch/metricAlarm:MetricAlarm": ["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"],
  "ec2/defaultSecurityGroup:DefaultSecurityGroup": [
    "ec2:RevokeSecurityGroupIngress",
    "ec2:RevokeSecurityGroupEgress",
  ],
  "ec2/eip:Eip": ["ec2:AllocateAddress", "ec2:ReleaseAddress"],
  "ec2/flowLog:FlowLog": ["ec2:CreateFlowLogs", "ec2:DeleteFlowLogs", "iam:PassRole"],
  "ec2/routeTableAssociation:RouteTableAssociation": [
    "ec2:AssociateRouteTable",
    "ec2:DisassociateRouteTable",
  ],
  "ec2/vpcEndpoint:VpcEndpoint": ["ec2:CreateVpcEndpoint", "ec2:DeleteVpcEndpoints"],
  "ecr/lifecyclePolicy:LifecyclePolicy": ["ecr:PutLifecyclePolicy", "ecr:DeleteLifecyclePolicy"],
  "efs/backupPolicy:BackupPolicy": ["elasticfilesystem:PutBackupPolicy"],
  "efs/fileSystem:FileSystem": ["elasticfilesystem:CreateFileSystem", "elasticfilesystem:DeleteFileSystem"],
  "efs/mountTarget:MountTarget": [
    "elasticfilesystem:CreateMountTarget",
    "elasticfilesystem:DeleteMountTarget",
  ],
  "eks/accessPolicyAssociation:AccessPolicyAssociation": [
    "eks:AssociateAccessPolicy",
    "eks:DisassociateAccessPolicy",
  ],
  "eks/cluster:Cluster": ["eks:CreateCluster", "eks:DeleteCluster", "iam:PassRole"],
  "eks/nodeGroup:NodeGroup": ["eks:CreateNodegroup", "eks:DeleteNodegroup", "ec2:RunInstances"],
  "elasticache/parameterGroup:ParameterGroup": [
    "elasticache:CreateCacheParameterGroup",
    "elasticache:DeleteCacheParameterGroup",
  ],
  "elasticache/subnetGroup:SubnetGroup": [
    "elasticache:CreateCacheSubnetGroup",
    "elasticache:DeleteCacheSubnetGroup",
  ],
  "elasticache/userGroupAssociation:UserGroupAssociation": ["elasticache:ModifyUserGroup"],
  "iam/rolePolicy:RolePolicy": ["iam:PutRolePolicy", "iam:DeleteRolePolicy"],
  "iam/rolePolicyAttachment:RolePolicyAttachment": ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
  "iam/userPolicy:UserPolicy": ["iam:PutUserPolicy", "iam:DeleteUserPolicy"],
  "kms/key:Key": ["kms:CreateKey", "kms:PutKeyPolicy", "kms:EnableKeyRotation", "kms:ScheduleKeyDeletion"],
  "rds/instance:Instance": ["rds:CreateDBInstance", "rds:DeleteDBInstance"],
  "rds/parameterGroup:ParameterGroup": ["rds:CreateDBParameterGroup", "rds:DeleteDBParameterGroup"],
  "rds/subnetGroup:SubnetGroup": ["rds:CreateDBSubnetGroup", "rds:DeleteDBSubnetGroup"],
  "route53/record:Record": ["route53:ChangeResourceRecordSets"],
  "route53/zone:Zone": ["route53:CreateHostedZone", "route53:DeleteHostedZone"],
  "s3/bucketCorsConfiguration:BucketCorsConfiguration": ["s3:PutBucketCORS"],
  "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ["s3:PutLifecycleConfiguration"],
  "s3/bucketOwnershipControls:BucketOwnershipControls": ["s3:PutBucketOwnershipControls"],
  "s3/bucketPolicy:BucketPolicy": ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"],
  "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ["s3:PutBucketPublicAccessBlock"],
  "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
    "s3:PutEncryptionConfiguration",
  ],
  "s3/bucketVersioning:BucketVersioning": ["s3:PutBucketVersioning"],
  "sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": [
    "ses:PutEmailIdentityMailFromAttributes",
  ],
  "sqs/queuePolicy:QueuePolicy": ["sqs:SetQueueAttributes"],
  "vpc/securityGroupIngressRule:SecurityGroupIngressRule": [
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:RevokeSecurityGroupIngress",
  ],
};

/** All actions that it takes to make the plan's types and to delete them, sorted. */
export function actionsOf({ resources }: CheckedPlan): string[] {
  const types = resources.map(({ type }) => type).filter((type) => type.startsWith("aws:"));
  return [...new Set(types.flatMap((type) => actionsOfType(type.slice("aws:".length))))].sort();
}

function actionsOfType(type: string): string[] {
  const [, module = "", name = ""] = /^([^/]+)\/[^:]+:(.+)$/.exec(type) ?? [];
  const service = services[module] ?? module;
  return actions[type] ?? ["Create", "Delete"].map((verb) => `${service}:${verb}${name}`);
}
