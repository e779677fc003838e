// Terraform's provider decides (`ForceNew`, and `RequiresReplace` in newer resources): each row is from the file below
// https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service that its key names.

/** What bridged types with a name of their own have: https://github.com/pulumi/pulumi-aws/blob/master/provider/resources.go */
const named = "name";

export const awsRules = {
  "aws:backup/plan:Plan": { named, replace: ["name"] }, // backup/plan.go
  "aws:backup/selection:Selection": { named, replace: ["name", "planId", "iamRoleArn", "selectionTags"] }, // backup/selection.go
  "aws:backup/vault:Vault": { named, replace: ["name", "kmsKeyArn"] }, // backup/vault.go
  "aws:cloudwatch/eventRule:EventRule": { named, replace: ["name"] }, // events/rule.go
  "aws:cloudwatch/eventTarget:EventTarget": { replace: ["rule"] }, // events/target.go
  "aws:cloudwatch/logGroup:LogGroup": { named, replace: ["name"] }, // logs/group.go
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": { replace: ["vpcId"] }, // ec2/vpc_default_security_group.go
  "aws:ec2/eip:Eip": { replace: ["domain"] }, // ec2/ec2_eip.go
  "aws:ec2/flowLog:FlowLog": { replace: ["vpcId", "trafficType", "logDestination", "iamRoleArn"] }, // ec2/vpc_flow_log.go
  "aws:ec2/internetGateway:InternetGateway": {}, // ec2/vpc_internet_gateway.go: attached anew in place
  "aws:ec2/launchTemplate:LaunchTemplate": { named, replace: ["name"] }, // ec2/ec2_launch_template.go: versions
  "aws:ec2/natGateway:NatGateway": { replace: ["allocationId", "subnetId"] }, // ec2/vpc_nat_gateway.go
  "aws:ec2/route:Route": { replace: ["routeTableId", "destinationCidrBlock"] }, // ec2/vpc_route.go
  "aws:ec2/routeTable:RouteTable": { replace: ["vpcId"] }, // ec2/vpc_route_table.go
  "aws:ec2/routeTableAssociation:RouteTableAssociation": { replace: ["subnetId"] }, // ec2/vpc_route_table_association.go
  "aws:ec2/securityGroup:SecurityGroup": { named, replace: ["name", "description", "vpcId"] }, // ec2/vpc_security_group.go
  "aws:ec2/subnet:Subnet": { replace: ["vpcId", "availabilityZone", "cidrBlock"] }, // ec2/vpc_subnet.go
  "aws:ec2/vpc:Vpc": { replace: ["cidrBlock"] }, // ec2/vpc_.go
  "aws:ec2/vpcEndpoint:VpcEndpoint": { replace: ["vpcId", "serviceName", "vpcEndpointType"] }, // ec2/vpc_endpoint.go
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": { replace: ["repository"] }, // ecr/lifecycle_policy.go
  "aws:ecr/repository:Repository": { named, replace: ["name", "encryptionConfigurations"] }, // ecr/repository.go
  "aws:efs/backupPolicy:BackupPolicy": { replace: ["fileSystemId"] }, // efs/backup_policy.go
  "aws:efs/fileSystem:FileSystem": { replace: ["creationToken", "encrypted", "kmsKeyId"] }, // efs/file_system.go
  "aws:efs/mountTarget:MountTarget": { replace: ["fileSystemId", "subnetId"] }, // efs/mount_target.go
  "aws:eks/accessEntry:AccessEntry": { replace: ["clusterName", "principalArn", "type"] }, // eks/access_entry.go
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {
    replace: ["clusterName", "principalArn", "policyArn", "accessScope"],
  }, // eks/access_policy_association.go
  "aws:eks/addon:Addon": { replace: ["clusterName", "addonName"] }, // eks/addon.go
  "aws:eks/cluster:Cluster": {
    named,
    replace: [
      ...["name", "roleArn", "bootstrapSelfManagedAddons", "kubernetesNetworkConfig.serviceIpv4Cidr"],
      ...["kubernetesNetworkConfig.ipFamily", "accessConfig.bootstrapClusterCreatorAdminPermissions"],
    ],
  }, // eks/cluster.go; subnets of a cluster change in place since 2023
  "aws:eks/nodeGroup:NodeGroup": {
    named: "nodeGroupName",
    replace: [
      ...["clusterName", "nodeGroupName", "nodeGroupNamePrefix", "nodeRoleArn", "subnetIds", "amiType"],
      ...["capacityType", "instanceTypes", "launchTemplate.id", "launchTemplate.name"],
    ],
  }, // eks/node_group.go
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
    replace: ["clusterName", "namespace", "serviceAccount"],
  }, // eks/pod_identity_association.go
  "aws:elasticache/parameterGroup:ParameterGroup": { named, replace: ["name", "family", "description"] }, // elasticache/parameter_group.go
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    named: "replicationGroupId",
    replace: ["replicationGroupId", "port", "subnetGroupName", "atRestEncryptionEnabled", "kmsKeyId"],
  }, // elasticache/replication_group.go; encryption on the way changes in place from Redis 7.0.5 on
  "aws:elasticache/user:User": { replace: ["userId", "userName"] }, // elasticache/user.go
  "aws:elasticache/userGroup:UserGroup": { replace: ["userGroupId"] }, // elasticache/user_group.go
  "aws:elasticache/userGroupAssociation:UserGroupAssociation": { replace: ["userGroupId", "userId"] }, // elasticache/user_group_association.go
  "aws:elasticache/subnetGroup:SubnetGroup": { named, replace: ["name"] }, // elasticache/subnet_group.go
  "aws:iam/instanceProfile:InstanceProfile": { named, replace: ["name"] }, // iam/instance_profile.go
  "aws:iam/accessKey:AccessKey": { replace: ["user"] }, // iam/access_key.go
  "aws:iam/user:User": { named }, // iam/user.go, which renames it
  "aws:iam/userPolicy:UserPolicy": { named, replace: ["name", "user"] }, // iam/user_policy.go
  "aws:iam/role:Role": { named, replace: ["name"] }, // iam/role.go
  "aws:iam/rolePolicy:RolePolicy": { named, replace: ["name", "role"] }, // iam/role_policy.go
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { replace: ["role", "policyArn"] }, // iam/role_policy_attachment.go
  "aws:kms/alias:Alias": { named, replace: ["name"] }, // kms/alias.go
  "aws:kms/key:Key": {}, // kms/key.go
  "aws:rds/instance:Instance": {
    named: "identifier",
    replace: ["username", "engine", "kmsKeyId", "storageEncrypted"],
  }, // rds/instance.go; another subnet group is a change in place, within its network
  "aws:rds/parameterGroup:ParameterGroup": { named, replace: ["name", "family", "description"] }, // rds/parameter_group.go
  "aws:rds/subnetGroup:SubnetGroup": { named, replace: ["name"] }, // rds/subnet_group.go
  "aws:route53/record:Record": { replace: ["name", "zoneId", "setIdentifier"] }, // route53/record.go
  "aws:route53/zone:Zone": { named, replace: ["name"] }, // route53/zone.go
  "aws:s3/bucket:Bucket": { named: "bucket", replace: ["bucket"] }, // s3/bucket.go
  ...Object.fromEntries(
    [
      ...[
        "bucketCorsConfiguration:BucketCorsConfiguration",
        "bucketOwnershipControls:BucketOwnershipControls",
      ],
      ...["bucketLifecycleConfiguration:BucketLifecycleConfiguration", "bucketPolicy:BucketPolicy"],
      ...["bucketPublicAccessBlock:BucketPublicAccessBlock", "bucketVersioning:BucketVersioning"],
      "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    ].map((type) => [`aws:s3/${type}`, { replace: ["bucket"] }]),
  ), // s3/bucket_*.go
  "aws:sqs/queue:Queue": { named, replace: ["name"] }, // sqs/queue.go
  "aws:sqs/queuePolicy:QueuePolicy": { replace: ["queueUrl"] }, // sqs/queue_policy.go
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": { replace: ["securityGroupId"] }, // ec2/vpc_security_group_ingress_rule.go
  "aws:sesv2/emailIdentity:EmailIdentity": { replace: ["emailIdentity"] }, // sesv2/email_identity.go
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": { replace: ["emailIdentity"] }, // sesv2/email_identity_mail_from_attributes.go
};
