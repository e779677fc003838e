export type Raw = Record<string, unknown>;

export const network = {
  id: "vpc-1",
  cidr: "10.0.0.0/16",
  nodeSubnets: ["subnet-a", "subnet-b", "subnet-c"],
  dataSubnets: ["subnet-d", "subnet-e"],
};

/** What is wrong, beside what a config needs at least, and what is said of it. */
export const badConfigs: [what: string, aws: Raw, message: RegExp][] = [
  ["no account", { account: undefined }, /openedx:aws\.account: write the account in quotes/],
  ["an account as a number", { account: 123456789012 }, /openedx:aws\.account: write the account in quotes/],
  ["a region that is none", { region: "eu-west-9" }, /openedx:aws\.region: .*"eu-west-1".*got "eu-west-9"/],
  ["a deployer that is none", { deployer: "me" }, /openedx:aws\.deployer: is not an ARN of a role or user/],
  ["an unknown preset", { preset: "huge" }, /openedx:aws\.preset: .*"small"\|"medium"\|"large", got "huge"/],
  ["a misspelt key", { presset: "small" }, /openedx:aws\.presset: unknown key; did you mean "preset"\?/],
  [
    "an old Kubernetes",
    { kubernetes: { version: "1.34" } },
    /openedx:aws\.kubernetes\.version: is older than 1\.35/,
  ],
  [
    "a number for a version",
    { kubernetes: { version: 1.36 } },
    /openedx:aws\.kubernetes\.version: write the version in quotes/,
  ],
  [
    "a Kubernetes whose add-ons are not known",
    { kubernetes: { version: "1.39" } },
    /openedx:aws\.kubernetes\.version: is none of 1\.35, 1\.36.*set addOnVersions for vpc-cni/,
  ],
  [
    "an API that nobody could deploy by",
    { kubernetes: {} },
    /openedx:aws\.kubernetes\.apiAccess: is empty, and nobody can deploy from the network.*deployerIsInside: true/,
  ],
  [
    "an API open to all",
    { kubernetes: { apiAccess: ["0.0.0.0/0"] } },
    /openedx:aws\.kubernetes\.apiAccess: opens the cluster's API to everyone/,
  ],
  ["a network that is none", { network: { cidr: "10.0.0.0" } }, /openedx:aws\.network\.cidr: is not a block/],
  [
    "a network that begins askew",
    { network: { cidr: "10.0.1.0/16" } },
    /openedx:aws\.network\.cidr: is not a block/,
  ],
  [
    "a network too small",
    { network: { cidr: "10.0.0.0/21" } },
    /openedx:aws\.network\.cidr: is too small: from \/16 to \/20/,
  ],
  ["a network too large", { network: { cidr: "10.0.0.0/8" } }, /openedx:aws\.network\.cidr: is too large/],
  [
    "a public network",
    { network: { cidr: "8.8.0.0/16" } },
    /openedx:aws\.network\.cidr: is not a private network/,
  ],
  [
    "services inside the network",
    { network: { services: "10.0.128.0/20" } },
    /openedx:aws\.network\.services: overlaps network\.cidr \(10\.0\.0\.0\/16\)/,
  ],
  [
    "services inside a network that exists",
    { network: { services: "10.0.128.0/20" }, existing: { network } },
    /openedx:aws\.network\.services: overlaps existing\.network\.cidr/,
  ],
  [
    "too few services",
    { network: { services: "172.20.0.0/28" } },
    /openedx:aws\.network\.services: must be from \/12 to \/24/,
  ],
  [
    "services in shared space",
    { network: { services: "100.64.0.0/16" } },
    /openedx:aws\.network\.services: is not in RFC 1918/,
  ],
  ["one zone", { zones: 1 }, /openedx:aws\.zones: must be at least 2, got 1/],
  ["four zones", { zones: 4 }, /openedx:aws\.zones: must be at most 3, got 4/],
  [
    "more zones than the region has",
    { region: "us-west-1" },
    /openedx:aws\.zones: is more than us-west-1 has/,
  ],
  [
    "another number of names than of zones",
    { zoneNames: ["eu-west-1a"] },
    /openedx:aws\.zones: must be the number/,
  ],
  [
    "zones of another region",
    { zones: 2, zoneNames: ["eu-west-1a", "eu-west-2a"] },
    /openedx:aws\.zoneNames: names zones outside/,
  ],
  [
    "a machine that is none",
    { nodes: { system: { machineType: "huge" } } },
    /openedx:aws\.nodes\.system\.machineType: is not an instance type/,
  ],
  [
    "an ARM machine",
    { nodes: { general: { machineType: "m7g.large" } } },
    /openedx:aws\.nodes\.general\.machineType: is an ARM machine/,
  ],
  [
    "more nodes at least than at most",
    { nodes: { general: { min: 5, max: 2 } } },
    /openedx:aws\.nodes\.general\.min: is more than max \(2\)/,
  ],
  [
    "no node for what knows no other",
    { nodes: { general: { min: 0 } } },
    /openedx:aws\.nodes\.general\.min: must be at least 1/,
  ],
  [
    "a disk larger than there are",
    { nodes: { system: { diskGiB: 20000 } } },
    /openedx:aws\.nodes\.system\.diskGiB: is more than 16384/,
  ],
  [
    "more nodes than a group has",
    { nodes: { general: { max: 451 } } },
    /openedx:aws\.nodes\.general\.max: is more than 450/,
  ],
  [
    "a release of another Kubernetes",
    { nodeRelease: "1.35.6-20260714" },
    /openedx:aws\.nodeRelease: is not of Kubernetes 1\.36/,
  ],
  [
    "a database class that MySQL 8.4 has not",
    { mysql: { instanceClass: "db.t2.medium" } },
    /openedx:aws\.mysql\.instanceClass: is a class that MySQL 8\.4 does not run on/,
  ],
  [
    "a database class that is none",
    { mysql: { instanceClass: "m7g.large" } },
    /openedx:aws\.mysql\.instanceClass: is not a class of RDS/,
  ],
  [
    "less disk at most than at first",
    { mysql: { storageGiB: 100, maxStorageGiB: 50 } },
    /openedx:aws\.mysql\.maxStorageGiB: is less than a tenth more than storageGiB \(100\)/,
  ],
  [
    "less disk at most than the preset's at first",
    { mysql: { maxStorageGiB: 30 } },
    /openedx:aws\.mysql\.maxStorageGiB: is less than a tenth more than storageGiB \(50\)/,
  ],
  [
    "disk that cannot grow",
    { mysql: { storageGiB: 200, maxStorageGiB: 200 } },
    /openedx:aws\.mysql\.maxStorageGiB: is less than a tenth more/,
  ],
  [
    "a cache with data on disk",
    { redis: { nodeType: "cache.r6gd.xlarge" } },
    /openedx:aws\.redis\.nodeType: keeps part of its data on disk/,
  ],
  [
    "logs kept for longer than logs are",
    { logRetentionDays: 5000 },
    /openedx:aws\.logRetentionDays: is more than 3653/,
  ],
  [
    "a window that is none",
    { maintenance: { window: "sat:25:00-sat:26:00" } },
    /openedx:aws\.maintenance\.window: is not a window of one hour or more/,
  ],
  [
    "a window too short",
    { maintenance: { window: "sat:03:00-sat:03:30" } },
    /openedx:aws\.maintenance\.window: is not a window of one hour or more/,
  ],
  [
    "backups while servers restart",
    { maintenance: { window: "sat:23:30-sun:00:45" } },
    /openedx:aws\.maintenance\.backupWindow: overlaps window/,
  ],
  [
    "a cache type that is none",
    { redis: { nodeType: "t4g.small" } },
    /openedx:aws\.redis\.nodeType: is not a node type/,
  ],
  [
    "an authority's file that is not there",
    { mysql: { caFile: "none.pem" } },
    /openedx:aws\.mysql\.caFile: there is no file none\.pem/,
  ],
  ["a name too long", { name: "openedx-production" }, /openedx:aws\.name: is longer than 15 characters/],
  ["a name that AWS would refuse", { name: "9lives" }, /openedx:aws\.name: must begin with a letter/],
  [
    "a name that security groups cannot have",
    { name: "sg-prod" },
    /openedx:aws\.name: is "sg-prod", and must not/,
  ],
  ["a name that databases cannot have", { name: "a--b" }, /openedx:aws\.name: is "a--b", and must not/],
  ["a name that keys cannot have", { name: "aws" }, /openedx:aws\.name: is "aws", and must not be aws/],
  ["a domain that is none", { dns: { zone: "example" } }, /openedx:aws\.dns\.zone: is not a domain/],
  [
    "a zone's id without its domain",
    { existing: { dnsZone: "Z1" } },
    /openedx:aws\.existing\.dnsZone: needs dns\.zone/,
  ],
  [
    "a cluster without its network",
    { existing: { cluster: "mine" } },
    /openedx:aws\.existing\.cluster: needs existing\.network/,
  ],
  [
    "a database's subnets in one zone",
    { existing: { network: { ...network, dataSubnets: ["subnet-d"] } } },
    /openedx:aws\.existing\.network\.dataSubnets: must be in two zones/,
  ],
  [
    "a database without its password",
    { existing: { database: { id: "db", adminUser: "root" } } },
    /openedx:aws\.existing\.database: its administrator's password is missing: .pulumi config set --secret/,
  ],
  [
    "nodes' subnets in one zone",
    { existing: { network: { ...network, nodeSubnets: ["subnet-a"] } } },
    /openedx:aws\.existing\.network\.nodeSubnets: must be in two zones/,
  ],
  [
    "a network's name in place of its id",
    { existing: { network: { ...network, id: "main" } } },
    /openedx:aws\.existing\.network\.id: is not the id of one on AWS, such as vpc-/,
  ],
  [
    "a principal of another partition",
    { region: "us-gov-west-1", zones: 2 },
    /openedx:aws\.deployer: .* us-gov-west-1 is in the partition aws-us-gov/,
  ],
  ["a tag with a comma", { tags: { team: "a,b" } }, /openedx:aws\.tags\.team: holds other characters/],
  [
    "a tag of the stack's own",
    { tags: { "openedx:stack": "x" } },
    /openedx:aws\.tags\.openedx:stack: is a tag that/,
  ],
  ["a tag of AWS's own", { tags: { "aws:name": "x" } }, /openedx:aws\.tags\.aws:name: is not a tag/],
  [
    "an add-on's version that is none",
    { addOnVersions: { coredns: "latest" } },
    /openedx:aws\.addOnVersions\.coredns: is not a version/,
  ],
];
