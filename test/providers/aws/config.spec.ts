import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { awsAbilities, awsWarnings } from "../../../providers/aws/abilities.js";
import { selectCloud } from "../../../src/stack/selectCloud.js";
import type { CloudAbilities } from "../../../src/cloud/types.js";
import { addOnVersions, eksAddOns, nodeReleases } from "../../../providers/aws/config.js";
import { databaseCa } from "../../../providers/aws/databaseCa.js";
import { describeIssues } from "../../../src/stack/issues.js";
import { configSchema } from "../../../src/stack/schema.js";
import { planServices } from "../../../src/data/plan.js";
import { badConfigs, network, type Raw } from "./badConfigs.js";
import { awsSettings } from "../../../providers/aws/settings.js";

const least = {
  account: "123456789012",
  region: "eu-west-1",
  deployer: "arn:aws:iam::123456789012:role/deployer",
  kubernetes: { apiAccess: ["203.0.113.0/24"] },
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

describe("a config for AWS", () => {
  it("needs an account, a region, who deploys and from where, no more", () => {
    assert.equal(complaint(stackOf({})), undefined);
    const inside = { kubernetes: {}, deployerIsInside: true };
    assert.equal(complaint(stackOf(inside)), undefined);
    assert.equal(complaint(stackOf({ kubernetes: {}, existing: { network } })), undefined);
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
    };
    assert.equal(complaint(stackOf(aws)), undefined);
    const config = { ...configSchema.parse(stackOf(aws)), stack: "prod" };
    assert.ok(config.aws);
    const settings = awsSettings(config, config.aws);
    assert.deepEqual(settings.nodes.general, nodes.general);
    assert.deepEqual(settings.mysql, aws.mysql);
    assert.deepEqual(settings.redis, aws.redis);
    assert.deepEqual(settings.subnetCidrs, {
      nodes: ["10.8.0.0/20", "10.8.16.0/20"],
      data: ["10.8.48.0/24", "10.8.49.0/24"],
      public: ["10.8.51.0/24", "10.8.52.0/24"],
    });
  });

  it("pins every add-on of every Kubernetes version that it knows", () => {
    for (const [version, pinned] of Object.entries(addOnVersions)) {
      assert.deepEqual(Object.keys(pinned).sort(), [...eksAddOns].sort(), version);
      assert.ok(nodeReleases[version]?.startsWith(`${version}.`), version);
      assert.equal(complaint(stackOf({ kubernetes: { ...least.kubernetes, version } })), undefined);
    }
  });

  it("lets storage grow by a tenth at least, whatever the preset says", () => {
    const config = { ...configSchema.parse(stackOf({ mysql: { storageGiB: 200 } })), stack: "prod" };
    assert.ok(config.aws);
    assert.equal(awsSettings(config, config.aws).mysql.maxStorageGiB, 220);
  });

  for (const [what, aws, message] of badConfigs) {
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

  it("lets clients check who the database is, and warns where there is nothing to check it by", () => {
    const managed = { services: { mysql: { mode: "managed" } } };
    const answers = (region: string, caFile?: string): [tls?: string, warnings?: string[]] => {
      const mysql = caFile === undefined ? {} : { caFile };
      const config = configSchema.parse(stackOf({ region, zones: 2, mysql }, managed));
      assert.ok(config.aws);
      const request = { ...config, stack: "prod" };
      return [awsAbilities(request, config.aws).managed.mysql?.tls, awsWarnings(request, config.aws)];
    };
    assert.deepEqual(answers("eu-west-1"), ["verify-identity", []]);
    const [tls, warnings] = answers("ca-west-1");
    assert.equal(tls, "require");
    assert.match(String(warnings), /openedx:aws\.mysql\.caFile: is not set.*ca-west-1/);
    assert.deepEqual(answers("ca-west-1", "package.json"), ["verify-identity", []]);
  });

  it("brings the authorities of the region alone", () => {
    const pem = databaseCa({ region: "eu-central-1", mysql: {} }) ?? "";
    const subjects = pem
      .split(/(?<=-----END CERTIFICATE-----)\s*/)
      .filter((each) => each !== "")
      .map((each) => new X509Certificate(each).subject);
    assert.ok(subjects.length >= 3);
    assert.ok(subjects.every((subject) => subject.includes("Amazon RDS eu-central-1 Root CA")));
  });

  it("warns of a zone that EKS refuses, unless the zones are named", () => {
    const warnings = (aws: Raw): string[] => {
      const config = configSchema.parse(stackOf({ region: "us-east-1", ...aws }));
      assert.ok(config.aws);
      return awsWarnings({ ...config, stack: "prod" }, config.aws);
    };
    assert.match(
      String(warnings({})),
      /openedx:aws\.zoneNames: is not set, and EKS refuses the zone use1-az3/,
    );
    assert.deepEqual(warnings({ zoneNames: ["us-east-1a", "us-east-1b", "us-east-1d"] }), []);
  });

  it("offers no search that a site could not use", () => {
    assert.match(
      complaint(stackOf({}, { services: { search: { legacy: { mode: "managed" } } } })) ?? "nothing",
      /openedx:services\.search\.legacy\.mode: .*managed/,
    );
  });
});
