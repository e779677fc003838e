import { mapOf, mapsOf } from "../../src/workspace/yaml.js";
import { type CloudFacts, type TypeFacts, typesWith } from "../../src/cloud/facts.js";
import { textsOf } from "../../src/kubernetes/objects.js";
import { gcpRules, labelRules } from "./rules.js";

/** Seconds from a grant to its first use. Google heeds a change of a policy mostly within two minutes, at times after seven: "Access change propagation". */
export const gcpGrantSeconds = 120;

/** Lengths of names, as Google's API references have them. */
export const gcpNames = {
  serviceAccount: { min: 6, max: 30 },
  bucket: { min: 3, max: 63 },
  database: { min: 1, max: 67 },
  redis: { min: 1, max: 40 },
  keyRing: { min: 1, max: 63 },
  logBucket: { min: 1, max: 100 },
  /** What is before the purpose in the id of a custom role, which is 64 characters long at most. */
  role: { min: 3, max: 48, hyphens: false },
};

/** What does not write what it holds to disks or snapshots is a cache. */
const redis: TypeFacts = {
  data: ({ persistenceConfig }) => {
    const { persistenceMode, mode } = mapOf(persistenceConfig);
    return textsOf(persistenceMode, mode).some((each) => !/DISABLED|UNSPECIFIED/.test(each));
  },
};

/** What Google Cloud's types are, beside those that the module makes also others that hold data. */
const types: CloudFacts["types"] = {
  ...typesWith(
    { fixed: ["name", "project"] },
    "compute/network:Network logging/projectExclusion:ProjectExclusion logging/projectSink:ProjectSink",
  ),
  ...typesWith(
    {
      grant: true,
      fixed: [
        ...[
          "bucket",
          "cryptoKeyId",
          "location",
          "managedFolder",
          "managedZone",
          "member",
          "project",
          "repository",
        ],
        ...["role", "serviceAccountId"],
      ],
    },
    `artifactregistry/repositoryIamMember:RepositoryIamMember
    dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember kms/cryptoKeyIAMMember:CryptoKeyIAMMember
    projects/iAMMember:IAMMember serviceaccount/iAMMember:IAMMember storage/bucketIAMMember:BucketIAMMember
    storage/managedFolderIamMember:ManagedFolderIamMember`,
  ),
  ...typesWith(redis, "memorystore/instance:Instance redis/cluster:Cluster"),
  ...typesWith({ data: true }, "filestore/instance:Instance sql/database:Database"),
  "artifactregistry/repository:Repository": {
    billed: true,
    fixed: ["format", "kmsKeyName", "location", "mode", "project", "repositoryId"],
  },
  "compute/address:Address": {
    billed: true,
    fixed: [
      "address",
      "addressType",
      "name",
      "network",
      "networkTier",
      "project",
      "purpose",
      "region",
      "subnetwork",
    ],
  },
  "compute/firewall:Firewall": {
    fixed: ["direction", "name", "project"],
    access: ({ direction, disabled, sourceRanges, allows }) =>
      direction === "EGRESS" || disabled === true
        ? []
        : mapsOf(allows).flatMap(({ protocol, ports }, index) =>
            protocol === "icmp"
              ? []
              : [
                  {
                    rule: `allows[${index}]`,
                    sources: sourceRanges === undefined ? ["0.0.0.0/0"] : textsOf(sourceRanges),
                    ports: textsOf(ports).length === 0 ? ["*"] : textsOf(ports),
                  },
                ],
          ),
  },
  "compute/forwardingRule:ForwardingRule": {
    billed: true,
    fixed: ["ipAddress", "loadBalancingScheme", "name", "network", "project", "region", "subnetwork"],
  },
  "compute/globalAddress:GlobalAddress": {
    billed: true,
    fixed: ["address", "addressType", "name", "project"],
  },
  "compute/router:Router": { fixed: ["name", "network", "project", "region"] },
  "compute/routerNat:RouterNat": { billed: true, fixed: ["name", "project", "region", "router", "type"] },
  // Its block may grow.
  "compute/subnetwork:Subnetwork": { fixed: ["name", "network", "project", "region"] },
  "container/cluster:Cluster": {
    billed: true,
    fixed: [
      ...[
        "confidentialNodes",
        "datapathProvider",
        "defaultMaxPodsPerNode",
        "enableAutopilot",
        "ipAllocationPolicy",
      ],
      ...["location", "masterAuth", "name", "network", "networkingMode", "project", "subnetwork"],
      ...["privateClusterConfig.masterIpv4CidrBlock", "privateClusterConfig.privateEndpointSubnetwork"],
    ],
  },
  "container/nodePool:NodePool": {
    billed: true,
    nodes: true,
    fixed: [
      ...["cluster", "initialNodeCount", "location", "maxPodsPerNode", "name", "project"],
      ...["bootDiskKmsKey", "metadata", "oauthScopes", "preemptible", "serviceAccount", "spot"].map(
        (key) => `nodeConfig.${key}`,
      ),
      "nodeConfig.shieldedInstanceConfig",
    ],
  },
  "dns/managedZone:ManagedZone": { billed: true, fixed: ["dnsName", "name", "project", "visibility"] },
  "dns/recordSet:RecordSet": { fixed: ["managedZone", "name", "project"] },
  "kms/cryptoKey:CryptoKey": { billed: true, data: true, fixed: ["keyRing", "name", "purpose"] },
  // A ring is never deleted.
  "kms/keyRing:KeyRing": { data: true, fixed: ["location", "name", "project"], nameTakenDays: Infinity },
  "logging/projectBucketConfig:ProjectBucketConfig": {
    billed: true,
    fixed: ["bucketId", "location", "project"],
    nameTakenDays: 7,
  },
  // A week in which it can be brought back, and thirty days in which it is being deleted.
  "projects/iAMCustomRole:IAMCustomRole": { fixed: ["project", "roleId"], nameTakenDays: 37 },
  "projects/service:Service": { fixed: ["project", "service"] },
  "projects/serviceIdentity:ServiceIdentity": { fixed: ["project", "service"] },
  "redis/instance:Instance": {
    ...redis,
    billed: true,
    fixed: [
      ...[
        "authorizedNetwork",
        "connectMode",
        "customerManagedKey",
        "locationId",
        "name",
        "project",
        "region",
      ],
      ...["reservedIpRange", "tier", "transitEncryptionMode"],
    ],
  },
  "serviceaccount/account:Account": { fixed: ["accountId", "project"] },
  "sql/databaseInstance:DatabaseInstance": {
    billed: true,
    data: true,
    fixed: ["encryptionKeyName", "name", "project", "region", "settings.collation"],
    nameTakenDays: 7,
    access: ({ settings }) => {
      const { ipv4Enabled, authorizedNetworks } = mapOf(mapOf(settings).ipConfiguration);
      return [
        { path: "settings.ipConfiguration.ipv4Enabled", on: ipv4Enabled },
        {
          allowed: mapsOf(authorizedNetworks).flatMap(({ value }) => textsOf(value)),
          text: (network) => `settings.ipConfiguration.authorizedNetworks has ${network}`,
        },
      ];
    },
  },
  "sql/user:User": { fixed: ["host", "instance", "name", "project"] },
  "storage/bucket:Bucket": { billed: true, data: true, fixed: ["location", "name", "project"] },
  "storage/managedFolder:ManagedFolder": { data: "part", fixed: ["bucket", "name"] },
};

export const gcpFacts: CloudFacts = {
  tokens: "gcp:",
  addresses: ["address", "endpoint", "host", "firstIpAddress", "privateIpAddress"],
  rules: { all: labelRules, types: gcpRules },
  types,
};
