import type { PropertyMap, Registration } from "../../src/engine/types.js";
import { awsRights, awsUnscoped, statementsOf } from "./awsRights.js";
import { type CloudCase, inputsOf, plain, type Plain, type TypeRules } from "./clouds.js";

const account = "123456789012";

function found(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (at as Record<string | number, unknown> | undefined)?.[key],
    value,
  );
}

/** What AWS would tell of a resource: ids and ARNs that hold its name. */
export function awsOutputs({ type, name, inputs }: Registration): PropertyMap {
  const kind = type.split("/").pop()?.split(":")[0] ?? "";
  return {
    arn:
      kind === "role"
        ? `arn:aws:iam::${account}:role/${String(plain(inputs.name))}`
        : `arn:aws:${kind}:::${name}`,
    keyId: `key-${name}`,
    address: `${name}.rds.example`,
    endpoint: `https://${name}.example`,
    primaryEndpointAddress: `${name}.cache.example`,
    publicIp: "198.51.100.1",
    allocationId: `eipalloc-${name}`,
    zoneId: `Z-${name}`,
    nameServers: ["ns1.example", "ns2.example"],
    latestVersion: 1,
    connectionStrings: { standardSrv: `mongodb+srv://${name}.mongodb.example` },
    certificateAuthority: { data: "Q0E=" },
    dkimSigningAttributes: { tokens: ["one", "two", "three"] },
    sesSmtpPasswordV4: `smtp-${name}`,
    ...(kind === "cluster" && {
      vpcConfig: { ...(inputs.vpcConfig as PropertyMap), clusterSecurityGroupId: `sg-${name}` },
    }),
  };
}

/** Types that AWS gives no tags to, as the SDK has no input for them. */
const untaggable = new Set([
  "aws:backup/selection:Selection",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:ec2/route:Route",
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  "aws:efs/backupPolicy:BackupPolicy",
  "aws:efs/mountTarget:MountTarget",
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
  "aws:elasticache/userGroupAssociation:UserGroupAssociation",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/accessKey:AccessKey",
  "aws:iam/userPolicy:UserPolicy",
  "aws:route53/record:Record",
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes",
  "aws:kms/alias:Alias",
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:sqs/queuePolicy:QueuePolicy",
]);

/** Of types that take no tags at all, and of components. */
function tagsOf(resource: Registration, all: readonly Registration[]): Plain | undefined {
  if (!resource.custom || untaggable.has(resource.type)) {
    return undefined;
  }
  const provider = all.find(({ urn }) => resource.provider === urn);
  const defaults = JSON.parse((plain(provider?.inputs.defaultTags) as string | undefined) ?? "{}") as {
    tags?: Plain;
  };
  return { ...defaults.tags, ...(inputsOf(resource).tags as Plain | undefined) };
}

const nothing: TypeRules = {};

/** A bucket's rules are resources of their own, by the same name. */
function ruleOf(all: readonly Registration[], name: string, kind: string): Plain | undefined {
  const rule = all.find((each) => each.type === `aws:s3/${kind}` && each.name === name);
  return rule && inputsOf(rule);
}

const types: Record<string, TypeRules> = {
  "aws:backup/plan:Plan": nothing,
  "aws:backup/selection:Selection": nothing,
  "aws:backup/vault:Vault": {
    encrypted: ({ kmsKeyArn }) => kmsKeyArn !== undefined,
    data: true,
  },
  "aws:cloudwatch/eventRule:EventRule": nothing,
  "aws:cloudwatch/eventTarget:EventTarget": nothing,
  "aws:cloudwatch/logGroup:LogGroup": {
    encrypted: ({ kmsKeyId, retentionInDays }) => kmsKeyId !== undefined && Number(retentionInDays) > 0,
    data: true,
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    private: ({ ingress, egress }) => ingress === undefined && egress === undefined,
  },
  "aws:ec2/eip:Eip": nothing,
  "aws:ec2/flowLog:FlowLog": nothing,
  "aws:ec2/internetGateway:InternetGateway": nothing,
  "aws:ec2/launchTemplate:LaunchTemplate": {
    encrypted: ({ blockDeviceMappings }) =>
      found(blockDeviceMappings, 0, "ebs", "encrypted") === "true" &&
      found(blockDeviceMappings, 0, "ebs", "kmsKeyId") !== undefined,
    private: ({ metadataOptions, networkInterfaces }) =>
      found(metadataOptions, "httpTokens") === "required" && networkInterfaces === undefined,
  },
  "aws:ec2/natGateway:NatGateway": nothing,
  "aws:ec2/route:Route": nothing,
  "aws:ec2/routeTable:RouteTable": nothing,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": nothing,
  "aws:ec2/securityGroup:SecurityGroup": {
    private: ({ ingress, egress }) => ingress === undefined && egress === undefined,
  },
  "aws:ec2/subnet:Subnet": { private: ({ mapPublicIpOnLaunch }) => mapPublicIpOnLaunch === false },
  "aws:ec2/vpc:Vpc": { data: true },
  "aws:ec2/vpcEndpoint:VpcEndpoint": nothing,
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": nothing,
  "aws:ecr/repository:Repository": {
    encrypted: ({ encryptionConfigurations }) =>
      found(encryptionConfigurations, 0, "encryptionType") === "KMS",
    data: true,
    disposable: ({ forceDelete }) => forceDelete === true,
  },
  "aws:efs/backupPolicy:BackupPolicy": nothing,
  "aws:efs/fileSystem:FileSystem": {
    encrypted: ({ encrypted, kmsKeyId }) => encrypted === true && kmsKeyId !== undefined,
    data: true,
  },
  "aws:efs/mountTarget:MountTarget": nothing,
  "aws:eks/accessEntry:AccessEntry": nothing,
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": nothing,
  "aws:eks/addon:Addon": nothing,
  "aws:eks/cluster:Cluster": {
    encrypted: ({ encryptionConfig }) => found(encryptionConfig, "provider", "keyArn") !== undefined,
    private: ({ vpcConfig }) => {
      const cidrs = (found(vpcConfig, "publicAccessCidrs") ?? []) as string[];
      return found(vpcConfig, "endpointPrivateAccess") === true && !cidrs.includes("0.0.0.0/0");
    },
    data: true,
    disposable: ({ deletionProtection }) => deletionProtection === false,
  },
  "aws:eks/nodeGroup:NodeGroup": { private: ({ remoteAccess }) => remoteAccess === undefined },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": nothing,
  "aws:elasticache/parameterGroup:ParameterGroup": nothing,
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    encrypted: ({ atRestEncryptionEnabled, kmsKeyId, transitEncryptionMode }) =>
      atRestEncryptionEnabled === true && kmsKeyId !== undefined && transitEncryptionMode === "required",
    private: ({ subnetGroupName, securityGroupIds, userGroupIds }) =>
      subnetGroupName !== undefined && securityGroupIds !== undefined && userGroupIds !== undefined,
    disposable: ({ snapshotRetentionLimit, finalSnapshotIdentifier }) =>
      snapshotRetentionLimit === 0 && finalSnapshotIdentifier === undefined,
  },
  "aws:elasticache/subnetGroup:SubnetGroup": nothing,
  "aws:iam/accessKey:AccessKey": nothing,
  "aws:elasticache/user:User": {
    private: ({ accessString }) => /^off |^on (~(?!\*)\S+ )/.test(String(accessString)),
  },
  "aws:elasticache/userGroup:UserGroup": nothing,
  "aws:elasticache/userGroupAssociation:UserGroupAssociation": nothing,
  "aws:iam/instanceProfile:InstanceProfile": nothing,
  "aws:iam/role:Role": nothing,
  "aws:iam/rolePolicy:RolePolicy": nothing,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": nothing,
  "aws:iam/user:User": nothing,
  "aws:iam/userPolicy:UserPolicy": nothing,
  "aws:route53/record:Record": nothing,
  "aws:sesv2/emailIdentity:EmailIdentity": nothing,
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": nothing,
  "aws:kms/alias:Alias": nothing,
  "aws:kms/key:Key": {
    encrypted: ({ enableKeyRotation }) => enableKeyRotation === true,
    data: true,
    outlives: (name) => name.endsWith("-disks"),
  },
  "aws:rds/instance:Instance": {
    encrypted: ({ storageEncrypted, kmsKeyId }) => storageEncrypted === true && kmsKeyId !== undefined,
    private: ({ publiclyAccessible, dbSubnetGroupName }) =>
      publiclyAccessible === false && dbSubnetGroupName !== undefined,
    data: true,
    disposable: ({ skipFinalSnapshot, deletionProtection, deleteAutomatedBackups }) =>
      skipFinalSnapshot === true && deletionProtection === false && deleteAutomatedBackups === true,
  },
  "aws:rds/parameterGroup:ParameterGroup": {
    encrypted: ({ parameters }) =>
      (parameters as Plain[]).some(({ name, value }) => name === "require_secure_transport" && value === "1"),
  },
  "aws:rds/subnetGroup:SubnetGroup": nothing,
  "aws:route53/zone:Zone": { data: true, disposable: ({ forceDestroy }) => forceDestroy === true },
  "aws:s3/bucket:Bucket": {
    encrypted: (_, all, name) =>
      found(
        ruleOf(all, name, "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"),
        ...["rules", 0, "applyServerSideEncryptionByDefault", "kmsMasterKeyId"],
      ) !== undefined &&
      statementsOf(ruleOf(all, name, "bucketPolicy:BucketPolicy")?.policy).some(
        ({ Effect, Condition }) =>
          Effect === "Deny" && found(Condition, "Bool", "aws:SecureTransport") === "false",
      ),
    data: true,
    disposable: ({ forceDestroy }) => forceDestroy === true,
  },
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": {
    private: ({ corsRules }) => !JSON.stringify(found(corsRules, 0, "allowedOrigins")).includes("*"),
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": nothing,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": nothing,
  "aws:s3/bucketPolicy:BucketPolicy": {
    private: ({ policy }) => statementsOf(policy).every(({ Effect }) => Effect === "Deny"),
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    private: ({ blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets }) =>
      [blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets].every(
        (set) => set === true,
      ),
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": nothing,
  "aws:s3/bucketVersioning:BucketVersioning": {
    private: ({ versioningConfiguration }) => found(versioningConfiguration, "status") === "Enabled",
  },
  "aws:sqs/queue:Queue": { encrypted: ({ sqsManagedSseEnabled }) => sqsManagedSseEnabled === true },
  "aws:sqs/queuePolicy:QueuePolicy": nothing,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    private: ({ referencedSecurityGroupId, cidrIpv4, cidrIpv6 }) =>
      referencedSecurityGroupId !== undefined && cidrIpv4 === undefined && cidrIpv6 === undefined,
  },
};

/** Everything open is in the types' rules; here the names of rules from everywhere. */
function openToAll(all: readonly Registration[]): string[] {
  return all
    .filter(({ type }) => /securityGroup/i.test(type))
    .filter((rule) => /0\.0\.0\.0\/0|::\/0/.test(JSON.stringify(inputsOf(rule))))
    .map(({ name }) => name);
}

/** AWS with all of its managed services. */
export const awsCase: CloudCase = {
  cloud: "aws",
  config: {
    aws: {
      account,
      region: "eu-west-1",
      deployer: `arn:aws:iam::${account}:role/deployer`,
      admins: [`arn:aws:iam::${account}:role/admins`],
      preset: "medium",
      kubernetes: { apiAccess: ["203.0.113.0/24"] },
      dns: { zone: "example.com" },
      sharedStorage: true,
      nodes: { spot: true },
    },
  },
  tokens: "aws:",
  outputs: awsOutputs,
  tagsOf,
  tagKeys: { stack: "openedx:stack", instance: "openedx:instance" },
  types,
  rights: awsRights,
  unscoped: awsUnscoped,
  openToAll,
};
