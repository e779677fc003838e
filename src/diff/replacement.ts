import type { PropertyChange } from "./types.js";

/*
 * Whether a change of an input makes another resource. The providers know; a comparison without them goes by the
 * properties that are fixed at creation, as each API documents them. What is not listed is taken for an update.
 */

/** By type, or by a prefix that ends with `:`; a path stands for all below it. */
const fixedAtCreation: readonly [type: string, paths: readonly string[]][] = [
  ["kubernetes:helm.sh/v3:Release", ["name", "namespace"]],
  ["kubernetes:batch/v1:Job", ["spec.template", "spec.selector", "spec.completionMode"]],
  ["kubernetes:apps/v1:Deployment", ["spec.selector"]],
  ["kubernetes:apps/v1:DaemonSet", ["spec.selector"]],
  ["kubernetes:apps/v1:StatefulSet", ["spec.selector", "spec.serviceName", "spec.volumeClaimTemplates"]],
  ["kubernetes:core/v1:PersistentVolumeClaim", ["spec.accessModes", "spec.storageClassName"]],
  ["kubernetes:core/v1:Secret", ["type"]],
  ["kubernetes:storage.k8s.io/v1:StorageClass", ["parameters", "provisioner", "volumeBindingMode"]],
  ["kubernetes:", ["apiVersion", "kind", "metadata.name", "metadata.namespace"]],
  ["aws:ec2/vpc:Vpc", ["cidrBlock", "instanceTenancy"]],
  ["aws:ec2/subnet:Subnet", ["availabilityZone", "cidrBlock", "vpcId"]],
  ["aws:eks/cluster:Cluster", ["name", "roleArn", "bootstrapSelfManagedAddons", "encryptionConfig"]],
  ["aws:eks/nodeGroup:NodeGroup", ["amiType", "capacityType", "instanceTypes", "nodeGroupName", "subnetIds"]],
  [
    "aws:rds/instance:Instance",
    ["dbSubnetGroupName", "identifier", "kmsKeyId", "storageEncrypted", "username"],
  ],
  [
    "aws:elasticache/replicationGroup:ReplicationGroup",
    ["kmsKeyId", "replicationGroupId", "subnetGroupName"],
  ],
  ["aws:efs/fileSystem:FileSystem", ["creationToken", "encrypted", "kmsKeyId"]],
  ["aws:s3/bucket:Bucket", ["bucket"]],
  ["aws:route53/zone:Zone", ["name"]],
  [
    "azure-native:",
    ["resourceGroupName", "location", "accountName", "serverName", "resourceName", "zoneName"],
  ],
  ["azure-native:dbformysql:Server", ["network", "administratorLogin"]],
  ["azure-native:containerservice:AgentPool", ["availabilityZones", "osDiskType", "vmSize", "vnetSubnetID"]],
  ["gcp:container/cluster:Cluster", ["location", "name", "network", "networkingMode", "subnetwork"]],
  ["gcp:sql/databaseInstance:DatabaseInstance", ["databaseVersion", "name", "region"]],
  ["gcp:redis/instance:Instance", ["connectMode", "location", "name", "region", "reservedIpRange"]],
  ["gcp:storage/bucket:Bucket", ["location", "name"]],
  ["gcp:dns/managedZone:ManagedZone", ["dnsName", "name"]],
];

/** The paths for which the engine would make a new resource in the place of this one; none: it would be updated. */
export function replacingPaths(
  type: string,
  changes: readonly PropertyChange[],
  immutable: boolean,
): string[] {
  const fixed = fixedAtCreation
    .filter(([of]) => of === type || (of.endsWith(":") && type.startsWith(of)))
    .flatMap(([, paths]) => paths);
  const content = immutable ? ["data", "binaryData", "stringData"] : [];
  return changes
    .map(({ path }) => path)
    .filter((path) => [...fixed, ...content].some((each) => isBelow(path, each)));
}

function isBelow(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`);
}
