import type { InputRule } from "../../src/cloud/rules.js";
import { mapOf, mapsOf } from "../../src/workspace/yaml.js";
import { dataRules, type Inputs, prefixes, provider, seconds } from "./dataRules.js";

/* Where the sentences come from: Google's API references, its discovery documents, and the provider's validators. */
const compute = "Compute Engine API, resource names (RFC 1035)";
const gke = "GKE API v1, projects.locations.clusters";
const iam = "IAM API v1";

const computeName: InputRule = { path: "name", pattern: /[a-z]([-a-z0-9]{0,61}[a-z0-9])?/, source: compute };

/** Labels, wherever a type has them. */
export const labelRules: readonly InputRule[] = [
  "labels",
  "resourceLabels",
  "settings.userLabels",
  "nodeConfig.resourceLabels",
].flatMap((path) => [
  {
    path: `${path}{key}`,
    pattern: /[a-z][a-z0-9_-]{0,62}/,
    source: "Resource Manager: requirements for labels",
  },
  { path: `${path}{}`, pattern: /[a-z0-9_-]{0,63}/, source: "Resource Manager: requirements for labels" },
]);

/** Disks of a node: families that take one kind only. */
function nodeDisk({ nodeConfig }: Inputs): string | undefined {
  const { machineType, diskType } = mapOf(nodeConfig);
  const isHyperdisk = String(diskType).startsWith("hyperdisk");
  const other = isHyperdisk ? persistentDiskOnly : hyperdiskOnly;
  return other.test(String(machineType))
    ? `is ${String(diskType)}, which ${String(machineType)} does not take`
    : undefined;
}

/** Families of machines that take one kind of disks only. */
export const hyperdiskOnly = /^(c4|c4d|n4|n4d|x4|m4)-/;
export const persistentDiskOnly = /^(e2|n1|n2|n2d|t2d|c2|c2d)-/;

/** GKE takes three exclusions of all upgrades, and asks for an end of each exclusion. */
function exclusions({ maintenancePolicy }: Inputs): string | undefined {
  const all = mapsOf(mapOf(maintenancePolicy).maintenanceExclusions);
  const scopes = all.map(({ exclusionOptions }) => mapOf(exclusionOptions).scope);
  const endless = all.find(
    ({ endTime, exclusionOptions }) =>
      (endTime === undefined) === (mapOf(exclusionOptions).endTimeBehavior === undefined),
  );
  return endless !== undefined
    ? `${String(endless.exclusionName)} needs one of endTime and endTimeBehavior`
    : scopes.filter((scope) => scope === "NO_UPGRADES").length > 3
      ? "has more than three exclusions of all upgrades"
      : undefined;
}

function natPorts({ minPortsPerVm, maxPortsPerVm, enableDynamicPortAllocation }: Inputs): string | undefined {
  const [min, max] = [Number(minPortsPerVm), Number(maxPortsPerVm)];
  if (Number.isNaN(min + max)) {
    return undefined;
  }
  const isPower = (ports: number): boolean => Number.isInteger(Math.log2(ports));
  return enableDynamicPortAllocation !== true || (isPower(min) && isPower(max) && min >= 32 && min < max)
    ? undefined
    : `is ${min} to ${max}: powers of two, the first from 32 and smaller`;
}

/** By type, without the package. */
export const gcpRules: Readonly<Record<string, readonly InputRule[]>> = {
  ...dataRules,
  "artifactregistry/repository:Repository": [
    {
      path: "repositoryId",
      pattern: /[a-z]([a-z0-9-]{0,61}[a-z0-9])?/,
      source: "Artifact Registry API v1, Repository.name",
    },
    { path: "cleanupPolicies[].condition.olderThan", pattern: seconds, source: provider },
  ],
  "compute/address:Address": [
    computeName,
    { path: "addressType", oneOf: ["EXTERNAL", "INTERNAL"], source: provider },
    { path: "networkTier", oneOf: ["PREMIUM", "STANDARD"], source: provider },
  ],
  "compute/firewall:Firewall": [
    computeName,
    { path: "sourceRanges", min: 1, source: "Compute Engine API, firewalls: INGRESS needs a source" },
    { path: "targetTags[]", pattern: /[a-z]([-a-z0-9]{0,61}[a-z0-9])?/, source: compute },
  ],
  "compute/forwardingRule:ForwardingRule": [
    computeName,
    {
      path: "loadBalancingScheme",
      oneOf: [""],
      source: "Compute Engine API, forwardingRules: empty where the target is a service attachment",
    },
  ],
  "compute/globalAddress:GlobalAddress": [computeName],
  "compute/network:Network": [computeName],
  "compute/router:Router": [computeName],
  "compute/routerNat:RouterNat": [
    computeName,
    { path: "logConfig.filter", oneOf: ["ERRORS_ONLY", "TRANSLATIONS_ONLY", "ALL"], source: provider },
    { path: "natIps", min: 1, source: "Compute Engine API, routers: MANUAL_ONLY needs addresses" },
    { path: "minPortsPerVm", check: natPorts, source: "Compute Engine API, routers: nats[]" },
    {
      path: "enableEndpointIndependentMapping",
      check: ({ enableDynamicPortAllocation: dynamic, enableEndpointIndependentMapping: mapping }) =>
        dynamic === true && mapping === true ? "is on beside dynamic ports" : undefined,
      source: `${provider}: CustomizeDiff`,
    },
  ],
  "compute/subnetwork:Subnetwork": [
    computeName,
    prefixes("ipCidrRange", ({ ipCidrRange }) => ipCidrRange, 8, 29),
  ],
  "container/cluster:Cluster": [
    { path: "name", pattern: /[a-z]([-a-z0-9]{0,38}[a-z0-9])?/, source: gke },
    {
      path: "releaseChannel.channel",
      oneOf: ["UNSPECIFIED", "RAPID", "REGULAR", "STABLE", "EXTENDED"],
      source: gke,
    },
    { path: "datapathProvider", oneOf: ["LEGACY_DATAPATH", "ADVANCED_DATAPATH"], source: gke },
    { path: "databaseEncryption.state", oneOf: ["ENCRYPTED", "DECRYPTED"], source: gke },
    {
      path: "loggingConfig.enableComponents[]",
      oneOf: ["SYSTEM_COMPONENTS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER", "WORKLOADS"],
      source: provider,
    },
    { path: "gatewayApiConfig.channel", oneOf: ["CHANNEL_DISABLED", "CHANNEL_STANDARD"], source: provider },
    { path: "securityPostureConfig.mode", oneOf: ["DISABLED", "BASIC", "ENTERPRISE"], source: provider },
    {
      path: "maintenancePolicy.maintenanceExclusions[].exclusionOptions.scope",
      oneOf: ["NO_UPGRADES", "NO_MINOR_UPGRADES", "NO_MINOR_OR_NODE_UPGRADES"],
      source: provider,
    },
    { path: "maintenancePolicy.maintenanceExclusions", max: 20, check: exclusions, source: gke },
    { path: "resourceLabels", max: 64, source: gke },
  ],
  "container/nodePool:NodePool": [
    {
      path: "namePrefix",
      oneOf: [],
      source: `${provider}, node_pool: conflicts with name, which Pulumi fills in (pulumi-gcp autonames all)`,
    },
    { path: "autoscaling.totalMinNodeCount", without: "autoscaling.minNodeCount", source: provider },
    { path: "autoscaling.locationPolicy", oneOf: ["BALANCED", "ANY"], source: provider },
    {
      path: "upgradeSettings.maxSurge",
      min: 0,
      max: 20,
      source: `${gke}.nodePools: maxSurge and maxUnavailable`,
    },
    { path: "nodeConfig.diskSizeGb", min: 10, source: provider },
    {
      path: "nodeConfig.diskType",
      check: nodeDisk,
      source: "Compute Engine: machine families and disk types",
    },
    {
      path: "nodeConfig.taints[].effect",
      oneOf: ["NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"],
      source: provider,
    },
    {
      path: "nodeConfig.workloadMetadataConfig.mode",
      oneOf: ["GCE_METADATA", "GKE_METADATA"],
      source: provider,
    },
  ],
  "dns/managedZone:ManagedZone": [
    { path: "name", pattern: /[a-z]([-a-z0-9]{0,61}[a-z0-9])?/, source: "Cloud DNS API v1, managedZones" },
    { path: "dnsName", pattern: /.+\./, source: "Cloud DNS API v1, managedZones" },
  ],
  "dns/recordSet:RecordSet": [
    { path: "name", pattern: /.+\./, source: "Cloud DNS API v1, resourceRecordSets" },
  ],
  "logging/projectBucketConfig:ProjectBucketConfig": [
    { path: "bucketId", pattern: /[A-Za-z0-9_.-]{1,100}/, source: "Cloud Logging API v2, LogBucket.name" },
    {
      path: "retentionDays",
      min: 1,
      max: 3650,
      source: "Cloud Logging: quotas and limits, log bucket retention",
    },
  ],
  "logging/projectExclusion:ProjectExclusion": [
    {
      path: "name",
      pattern: /[A-Za-z0-9][A-Za-z0-9_.-]{0,99}/,
      source: "Cloud Logging API v2, LogExclusion",
    },
  ],
  "logging/projectSink:ProjectSink": [
    { path: "name", pattern: /[A-Za-z0-9][A-Za-z0-9_.-]{0,99}/, source: "Cloud Logging API v2, LogSink" },
  ],
  "projects/iAMCustomRole:IAMCustomRole": [
    { path: "roleId", pattern: /[a-zA-Z0-9_.]{3,64}/, source: `${iam}, projects.roles.create` },
    { path: "title", max: 100, source: `${iam}, Role` },
    { path: "description", max: 300, source: `${iam}, Role` },
    { path: "permissions[]", pattern: /[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+/, source: `${iam}, Role` },
  ],
  "projects/service:Service": [
    {
      path: "service",
      pattern: /[a-z]+\.googleapis\.com/,
      source: `${provider}: StringNotInSlice, DNS names`,
    },
  ],
  "serviceaccount/account:Account": [
    {
      path: "accountId",
      pattern: /[a-z]([-a-z0-9]{4,28}[a-z0-9])/,
      source: `${iam}, serviceAccounts.create`,
    },
    { path: "displayName", max: 100, source: `${iam}, ServiceAccount` },
    { path: "description", max: 256, source: `${iam}, ServiceAccount` },
  ],
};
