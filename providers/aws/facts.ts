import { mapsOf } from "../../src/workspace/yaml.js";
import { type Access, type CloudFacts, type TypeFacts, typesWith } from "../../src/cloud/facts.js";
import { textsOf } from "../../src/kubernetes/objects.js";
import { awsRules, commonRules } from "./rules.js";

/** Seconds from a grant to its first use. AWS heeds a change of rights within seconds: IAM user guide, "Troubleshoot IAM", eventual consistency. */
export const awsGrantSeconds = 15;

/** Lengths of names, as AWS's API references have them. */
export const awsNames = {
  bucket: { min: 3, max: 63 },
  database: { min: 1, max: 63 },
  cacheGroup: { min: 1, max: 40 },
  cacheUser: { min: 1, max: 40 },
  role: { min: 1, max: 64 },
};

const database: TypeFacts = {
  data: true,
  access: ({ publiclyAccessible }) => [{ path: "publiclyAccessible", on: publiclyAccessible }],
};

/** Without snapshots it is a cache. */
const cache: TypeFacts = { data: ({ snapshotRetentionLimit }) => Number(snapshotRetentionLimit ?? 0) > 0 };

const securityGroup: TypeFacts = {
  access: ({ ingress }) =>
    mapsOf(ingress).map((rule, index) =>
      allowing(`ingress[${index}]`, rule, textsOf(rule.cidrBlocks, rule.ipv6CidrBlocks)),
    ),
};

/** A rule that lets in. Ports are from and to; protocol `-1` and 0 to 65535 are all. */
function allowing(rule: string, inputs: Record<string, unknown>, sources: string[]): Access {
  const { protocol, ipProtocol, fromPort, toPort } = inputs;
  const [from, to] = [portText(fromPort), portText(toPort)];
  const isAll = (protocol ?? ipProtocol) === "-1" || (protocol ?? ipProtocol) === -1;
  return { rule, sources, ports: [isAll ? "*" : to === "" || from === to ? from : `${from}-${to}`] };
}

function portText(port: unknown): string {
  return typeof port === "string" || typeof port === "number" ? String(port) : "";
}

/** What AWS's types are, beside those that the module makes also others that hold data. */
const types: CloudFacts["types"] = {
  ...typesWith(
    {},
    `backup/plan:Plan backup/selection:Selection cloudwatch/eventRule:EventRule cloudwatch/eventTarget:EventTarget
    ec2/internetGateway:InternetGateway ec2/launchTemplate:LaunchTemplate ec2/route:Route
    ec2/routeTable:RouteTable ec2/routeTableAssociation:RouteTableAssociation ec2/vpcEndpoint:VpcEndpoint
    ecr/lifecyclePolicy:LifecyclePolicy efs/backupPolicy:BackupPolicy efs/mountTarget:MountTarget
    eks/addon:Addon elasticache/parameterGroup:ParameterGroup elasticache/subnetGroup:SubnetGroup
    iam/accessKey:AccessKey iam/instanceProfile:InstanceProfile iam/role:Role iam/user:User kms/alias:Alias
    rds/parameterGroup:ParameterGroup rds/subnetGroup:SubnetGroup route53/record:Record
    sesv2/emailIdentity:EmailIdentity sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes
    s3/bucketCorsConfiguration:BucketCorsConfiguration
    s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration
    s3/bucketOwnershipControls:BucketOwnershipControls s3/bucketPolicy:BucketPolicy
    s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration
    s3/bucketVersioning:BucketVersioning`,
  ),
  ...typesWith(
    { grant: true },
    `eks/accessEntry:AccessEntry eks/accessPolicyAssociation:AccessPolicyAssociation
    eks/podIdentityAssociation:PodIdentityAssociation elasticache/userGroupAssociation:UserGroupAssociation
    iam/rolePolicy:RolePolicy iam/rolePolicyAttachment:RolePolicyAttachment iam/userPolicy:UserPolicy sqs/queuePolicy:QueuePolicy`,
  ),
  ...typesWith({ billed: true }, "cloudwatch/logGroup:LogGroup ec2/eip:Eip ec2/flowLog:FlowLog"),
  ...typesWith({ billed: true }, "ec2/natGateway:NatGateway ecr/repository:Repository sqs/queue:Queue"),
  ...typesWith(
    { data: true },
    `dynamodb/table:Table elasticsearch/domain:Domain rds/globalCluster:GlobalCluster
    neptune/globalCluster:GlobalCluster docdb/globalCluster:GlobalCluster s3/bucketV2:BucketV2`,
  ),
  ...typesWith({ data: true, billed: true }, "backup/vault:Vault kms/key:Key opensearch/domain:Domain"),
  ...typesWith(
    database,
    `docdb/cluster:Cluster docdb/instance:Instance neptune/cluster:Cluster neptune/instance:Instance
    rds/cluster:Cluster`,
  ),
  ...typesWith(
    { ...database, data: "part" },
    `dms/replicationInstance:ReplicationInstance docdb/clusterInstance:ClusterInstance
    neptune/clusterInstance:ClusterInstance rds/clusterInstance:ClusterInstance`,
  ),
  ...typesWith(cache, "elasticache/cluster:Cluster elasticache/serverlessCache:ServerlessCache"),
  ...typesWith(
    securityGroup,
    "ec2/defaultSecurityGroup:DefaultSecurityGroup ec2/securityGroup:SecurityGroup",
  ),
  "ec2/securityGroupRule:SecurityGroupRule": {
    access: (rule) =>
      rule.type === "egress" ? [] : [allowing("it", rule, textsOf(rule.cidrBlocks, rule.ipv6CidrBlocks))],
  },
  "ec2/subnet:Subnet": { fixed: ["availabilityZone", "cidrBlock", "vpcId"] },
  "ec2/vpc:Vpc": { fixed: ["cidrBlock", "instanceTenancy"] },
  "efs/fileSystem:FileSystem": {
    billed: true,
    data: true,
    fixed: ["creationToken", "encrypted", "kmsKeyId"],
  },
  "eks/cluster:Cluster": {
    billed: true,
    fixed: ["name", "roleArn", "bootstrapSelfManagedAddons", "encryptionConfig", "kubernetesNetworkConfig"],
  },
  "eks/nodeGroup:NodeGroup": {
    billed: true,
    nodes: true,
    fixed: ["amiType", "capacityType", "instanceTypes", "nodeGroupName", "nodeRoleArn", "subnetIds"],
  },
  "elasticache/replicationGroup:ReplicationGroup": {
    ...cache,
    billed: true,
    fixed: ["atRestEncryptionEnabled", "kmsKeyId", "port", "replicationGroupId", "subnetGroupName"],
  },
  "elasticache/user:User": { fixed: ["userId", "userName"] },
  "elasticache/userGroup:UserGroup": { fixed: ["userGroupId"] },
  "rds/instance:Instance": {
    ...database,
    billed: true,
    fixed: ["dbSubnetGroupName", "identifier", "kmsKeyId", "storageEncrypted", "username"],
  },
  "route53/zone:Zone": { billed: true, fixed: ["name"] },
  "s3/bucket:Bucket": { billed: true, data: true, fixed: ["bucket"] },
  "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": { guard: true },
  "vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    access: (rule) => [allowing("it", rule, textsOf(rule.cidrIpv4, rule.cidrIpv6))],
  },
};

export const awsFacts: CloudFacts = {
  tokens: "aws:",
  addresses: ["address", "endpoint", "primaryEndpointAddress", "readerEndpointAddress"],
  rules: { all: commonRules, types: awsRules },
  types,
};
