import { mapOf, mapsOf } from "../../src/workspace/yaml.js";
import { type CloudFacts, type TypeFacts, typesWith } from "../../src/cloud/facts.js";
import { textsOf } from "../../src/kubernetes/objects.js";

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
};

/** What does not write what it holds to disks or snapshots is a cache. */
const redis: TypeFacts = {
  data: ({ persistenceConfig }) => {
    const { persistenceMode, mode } = mapOf(persistenceConfig);
    return textsOf(persistenceMode, mode).some((each) => !/DISABLED|UNSPECIFIED/.test(each));
  },
};

/** What Google Cloud's types are, beside those that the module makes also others that hold data. */
export const gcpFacts: CloudFacts = {
  tokens: "gcp:",
  addresses: ["address", "endpoint", "host", "firstIpAddress", "privateIpAddress"],
  types: {
    ...typesWith(
      {},
      `artifactregistry/repositoryIamMember:RepositoryIamMember compute/network:Network compute/router:Router
      compute/subnetwork:Subnetwork dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember dns/recordSet:RecordSet
      kms/cryptoKeyIAMMember:CryptoKeyIAMMember logging/projectExclusion:ProjectExclusion
      logging/projectSink:ProjectSink projects/iAMCustomRole:IAMCustomRole projects/iAMMember:IAMMember
      projects/service:Service projects/serviceIdentity:ServiceIdentity serviceaccount/account:Account
      serviceaccount/iAMMember:IAMMember sql/user:User storage/bucketIAMMember:BucketIAMMember
      storage/managedFolderIamMember:ManagedFolderIamMember`,
    ),
    ...typesWith(
      { billed: true },
      `artifactregistry/repository:Repository compute/address:Address compute/forwardingRule:ForwardingRule
      compute/routerNat:RouterNat logging/projectBucketConfig:ProjectBucketConfig`,
    ),
    ...typesWith({ data: true }, "filestore/instance:Instance kms/keyRing:KeyRing sql/database:Database"),
    ...typesWith(redis, "memorystore/instance:Instance redis/cluster:Cluster"),
    "compute/firewall:Firewall": {
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
    "container/cluster:Cluster": {
      billed: true,
      fixed: ["location", "name", "network", "networkingMode", "subnetwork"],
    },
    "container/nodePool:NodePool": { billed: true, nodes: true },
    "dns/managedZone:ManagedZone": { billed: true, fixed: ["dnsName", "name"] },
    "kms/cryptoKey:CryptoKey": { billed: true, data: true },
    "redis/instance:Instance": {
      ...redis,
      billed: true,
      fixed: ["connectMode", "location", "name", "region", "reservedIpRange"],
    },
    "sql/databaseInstance:DatabaseInstance": {
      billed: true,
      data: true,
      fixed: ["databaseVersion", "name", "region"],
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
    "storage/bucket:Bucket": { billed: true, data: true, fixed: ["location", "name"] },
    "storage/managedFolder:ManagedFolder": { data: "part" },
  },
};
