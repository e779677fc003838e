import assert from "node:assert/strict";
import { awsAbilities } from "../../../providers/aws/abilities.js";
import { selectCloud } from "../../../src/stack/selectCloud.js";
import type { CloudAbilities } from "../../../src/cloud/types.js";
import { addOnVersions, eksAddOns } from "../../../providers/aws/config.js";
import { describeIssues } from "../../../src/stack/issues.js";
import { configSchema } from "../../../src/stack/schema.js";
import { planServices } from "../../../src/data/plan.js";
import { awsSettings } from "../../../providers/aws/settings.js";

type Raw = Record<string, unknown>;

const least = {
  account: "123456789012",
  region: "eu-west-1",
  deployer: "arn:aws:iam::123456789012:role/deployer",
};

function stackOf(aws: Raw, beside: Raw = {}): Raw {
  return { cloud: "aws", instances: {}, aws: { ...least, ...aws }, ...beside };
}

/** What the person reads who runs this config, checked as far as can be without the cloud; undefined: it is right. */
function complaint(raw: Raw, stack = "prod"): string | undefined {
  try {
    const parsed = configSchema.safeParse(raw);
    if (!parsed.success) {
      throw describeIssues("Pulumi.prod.yaml", "openedx:", raw, parsed.error.issues);
    }
    const config = { ...parsed.data, stack };
    const abilities: CloudAbilities = selectCloud(config).abilities;
    planServices(config, abilities);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const network = { id: "vpc-1", cidr: "10.0.0.0/16", nodeSubnets: ["a", "b", "c"], dataSubnets: ["d", "e"] };

describe("a config for AWS", () => {
  it("needs an account, a region and who deploys, no more", () => {
    assert.equal(complaint(stackOf({})), undefined);
  });

  it("may set every number", () => {
    const nodes = { general: { machineType: "c7i.4xlarge", min: 3, max: 7, diskGiB: 100 } };
    const aws = {
      preset: "large",
      zones: 2,
      nodes,
      network: { cidr: "10.8.0.0/18", services: "10.9.0.0/16", natGateways: "zonal" },
      mysql: {
        instanceClass: "db.r8g.large",
        storageGiB: 300,
        maxStorageGiB: 900,
        multiAz: false,
        backupDays: 30,
      },
      redis: { nodeType: "cache.r7g.large", nodes: 3 },
      search: { instanceType: "r7g.large.search", nodes: 2, volumeGiB: 80 },
    };
    assert.equal(complaint(stackOf(aws)), undefined);
    const config = { ...configSchema.parse(stackOf(aws)), stack: "prod" };
    assert.ok(config.aws);
    const settings = awsSettings(config, config.aws);
    assert.deepEqual(settings.nodes.general, nodes.general);
    assert.deepEqual(settings.mysql, aws.mysql);
    assert.deepEqual(settings.redis, aws.redis);
    assert.deepEqual(settings.search, { ...aws.search, version: "OpenSearch_2.19" });
    assert.deepEqual(settings.subnetCidrs, {
      nodes: ["10.8.0.0/20", "10.8.16.0/20"],
      data: ["10.8.48.0/24", "10.8.49.0/24"],
      public: ["10.8.51.0/24", "10.8.52.0/24"],
    });
  });

  it("pins every add-on of every Kubernetes version that it knows", () => {
    for (const [version, pinned] of Object.entries(addOnVersions)) {
      assert.deepEqual(Object.keys(pinned).sort(), [...eksAddOns].sort(), version);
      assert.equal(complaint(stackOf({ kubernetes: { version } })), undefined);
    }
  });

  const wrong: [string, Raw, RegExp][] = [
    ["no account", { account: undefined }, /openedx:aws\.account: write the account in quotes/],
    [
      "an account as a number",
      { account: 123456789012 },
      /openedx:aws\.account: write the account in quotes/,
    ],
    ["a region that is none", { region: "eu-west-9" }, /openedx:aws\.region: .*"eu-west-1".*got "eu-west-9"/],
    ["a deployer that is none", { deployer: "me" }, /openedx:aws\.deployer: is not an ARN of a role or user/],
    [
      "an unknown preset",
      { preset: "huge" },
      /openedx:aws\.preset: .*"small"\|"medium"\|"large", got "huge"/,
    ],
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
      "an API open to all",
      { kubernetes: { apiAccess: ["0.0.0.0/0"] } },
      /openedx:aws\.kubernetes\.apiAccess: opens the cluster's API to everyone/,
    ],
    [
      "a network that is none",
      { network: { cidr: "10.0.0.0" } },
      /openedx:aws\.network\.cidr: is not a block/,
    ],
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
      "a database class that is none",
      { mysql: { instanceClass: "m7g.large" } },
      /openedx:aws\.mysql\.instanceClass: is not a class of RDS/,
    ],
    [
      "less disk at most than at first",
      { mysql: { storageGiB: 100, maxStorageGiB: 50 } },
      /openedx:aws\.mysql\.storageGiB: is more than maxStorageGiB/,
    ],
    [
      "a cache type that is none",
      { redis: { nodeType: "t4g.small" } },
      /openedx:aws\.redis\.nodeType: is not a node type/,
    ],
    [
      "a search type that is none",
      { search: { instanceType: "m7g.large" } },
      /openedx:aws\.search\.instanceType: is not an instance type/,
    ],
    [
      "an authority's file that is not there",
      { mysql: { caFile: "none.pem" } },
      /openedx:aws\.mysql\.caFile: there is no file none\.pem/,
    ],
    ["a name too long", { name: "openedx-production" }, /openedx:aws\.name: is longer than 15 characters/],
    ["a name that AWS would refuse", { name: "9lives" }, /openedx:aws\.name: must begin with a letter/],
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
      { existing: { network: { ...network, dataSubnets: ["d"] } } },
      /openedx:aws\.existing\.network\.dataSubnets: must be in two zones/,
    ],
    [
      "a database without its password",
      { existing: { database: { id: "db", adminUser: "root" } } },
      /openedx:aws\.existing\.database: its administrator's password is missing: .pulumi config set --secret/,
    ],
    ["a tag of AWS's own", { tags: { "aws:name": "x" } }, /openedx:aws\.tags\.aws:name: is not a tag/],
    [
      "an add-on's version that is none",
      { addOnVersions: { coredns: "latest" } },
      /openedx:aws\.addOnVersions\.coredns: is not a version/,
    ],
  ];

  for (const [what, aws, message] of wrong) {
    it(`is told of ${what}`, () => assert.match(complaint(stackOf(aws)) ?? "nothing", message));
  }

  const managedMail: [string, Raw, RegExp][] = [
    ["no zone", {}, /openedx:aws\.dns\.zone: is not set, and SES sends for a zone's domain/],
    [
      "a region without SES",
      { region: "ap-east-1", dns: { zone: "example.com" } },
      /openedx:services\.mail\.mode: is managed, and ap-east-1 has no SES that is known/,
    ],
    [
      "a DMARC record that is none",
      { dns: { zone: "example.com" }, mail: { dmarc: "p=none" } },
      /openedx:aws\.mail\.dmarc: is not a DMARC record/,
    ],
    [
      "bounces that go to a domain with dots",
      { dns: { zone: "example.com" }, mail: { mailFrom: "bounce.mail" } },
      /openedx:aws\.mail\.mailFrom: is not a label/,
    ],
  ];
  for (const [what, aws, message] of managedMail) {
    it(`is told of ${what} beside managed mail`, () => {
      const services = { mail: { mode: "managed" } };
      assert.match(complaint(stackOf(aws, { services })) ?? "nothing", message);
    });
  }

  it("is told of a stack's name that names in AWS cannot begin with", () => {
    assert.match(
      complaint(stackOf({}), "production-europe") ?? "nothing",
      /openedx:aws\.name: .*"production-europe" is longer than 15 characters.*set openedx:aws\.name/,
    );
  });

  it("is told of a managed MongoDB without Atlas, and of Atlas without its key", () => {
    const services = { mongodb: { mode: "managed" } };
    assert.match(complaint(stackOf({}, { services })) ?? "nothing", /openedx:services\.mongodb\.mode/);
    const atlas = { organization: "0123456789abcdef01234567" };
    assert.match(
      complaint(stackOf({}, { services, atlas })) ?? "nothing",
      /openedx:atlas: its API key is missing: .*credentials\.atlas\.publicKey/,
    );
  });

  it("is told of Atlas beside a network whose way out nobody knows", () => {
    const atlas = { organization: "0123456789abcdef01234567" };
    assert.match(
      complaint(stackOf({ existing: { network } }, { atlas })) ?? "nothing",
      /openedx:atlas: lets only the network's own addresses in/,
    );
  });

  it("is told of all faults at once", () => {
    const message = complaint(stackOf({ preset: "huge", zones: 9 })) ?? "nothing";
    assert.match(message, /aws\.preset/);
    assert.match(message, /aws\.zones/);
  });

  it("asks clients to check the database's certificate only where there is what to check it by", () => {
    const config = configSchema.parse(stackOf({}));
    assert.ok(config.aws);
    assert.equal(awsAbilities(config, config.aws).managed.mysql?.tls, "require");
    const withFile = { ...config.aws, mysql: { ...config.aws.mysql, caFile: "x" } };
    assert.equal(awsAbilities(config, withFile).managed.mysql?.tls, "verify-ca");
  });
});
