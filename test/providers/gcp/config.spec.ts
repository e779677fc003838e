import assert from "node:assert/strict";
import { selectCloud } from "../../../src/stack/selectCloud.js";
import { describeIssues } from "../../../src/stack/issues.js";
import { configSchema } from "../../../src/stack/schema.js";
import { planServices } from "../../../src/data/plan.js";
import { existing, gcpConfig, gcpRaw } from "./stack.js";

/** Faults that the schema finds: what is set below `gcp`, and what is said. */
const schemaFaults: [string, Record<string, unknown>, RegExp][] = [
  ["an unknown region", { region: "europe-west99" }, /gcp\.region: .*got "europe-west99"/],
  ["a zone for a region", { region: "europe-west1-b" }, /gcp\.region: .*"europe-west1"/],
  ["a project that is none", { project: "My Project" }, /gcp\.project: is not a project id/],
  [
    "a project's number without quotes",
    { projectNumber: 123456789012 },
    /gcp\.projectNumber: write the number in quotes/,
  ],
  [
    "a project's id for its number",
    { projectNumber: "openedx" },
    /gcp\.projectNumber: is not a project number/,
  ],
  ["an unknown preset", { preset: "tiny" }, /gcp\.preset: .*"small"\|"medium"\|"large"/],
  ["one zone", { zones: 1 }, /gcp\.zones: must be at least 2/],
  ["four zones", { zones: 4 }, /gcp\.zones: must be at most 3/],
  ["an old Kubernetes", { kubernetes: { version: "1.30" } }, /gcp\.kubernetes\.version: is older than 1\.35/],
  ["no version at all", { kubernetes: { version: "latest" } }, /gcp\.kubernetes\.version: is not a minor/],
  [
    "an API that is open to all",
    { apiEndpoint: "ip", kubernetes: { apiAccess: ["0.0.0.0/0"] } },
    /gcp\.kubernetes\.apiAccess: opens the cluster's API to everyone/,
  ],
  [
    "networks that nothing would ask for",
    { kubernetes: { apiAccess: ["203.0.113.0/24"] } },
    /gcp\.kubernetes\.apiAccess: has no effect with apiEndpoint dns/,
  ],
  [
    "a machine of another cloud",
    { nodes: { general: { machineType: "m7i.large" } } },
    /gcp\.nodes\.general\.machineType: is not a type of machine/,
  ],
  [
    "a machine too small for a node",
    { nodes: { general: { machineType: "e2-micro" } } },
    /gcp\.nodes\.general\.machineType: is not a type of machine that is large enough/,
  ],
  [
    "an ARM machine",
    { nodes: { general: { machineType: "t2a-standard-4" } } },
    /gcp\.nodes\.general\.machineType: is an ARM machine/,
  ],
  [
    "a machine that takes no such disks",
    { nodes: { general: { machineType: "n4-standard-4" } } },
    /gcp\.nodes\.general\.machineType: n4-standard-4 takes no pd-balanced disks: set storage\.disks to hyperdisk-balanced/,
  ],
  [
    "disks that the preset's machines do not take",
    { storage: { disks: "hyperdisk-balanced" } },
    /gcp\.nodes\.system\.machineType: e2-standard-2 takes no hyperdisk-balanced disks/,
  ],
  [
    "a system pool that can be empty",
    { nodes: { system: { min: 0 } } },
    /gcp\.nodes\.system\.min: must be at least 1/,
  ],
  [
    "more nodes at least than at most",
    { nodes: { general: { min: 5, max: 2 } } },
    /gcp\.nodes\.general\.min: is more than max \(2\)/,
  ],
  ["a network that is too small", { network: { cidr: "10.70.0.0/20" } }, /gcp\.network\.cidr: is too small/],
  [
    "a network in the internet",
    { network: { cidr: "8.8.0.0/16" } },
    /gcp\.network\.cidr: is not a private network/,
  ],
  [
    "a block that begins nowhere",
    { network: { cidr: "10.70.1.0/16" } },
    /gcp\.network\.cidr: is not a block/,
  ],
  [
    "pods and nodes that share addresses",
    { network: { podCidr: "10.70.0.0/16" } },
    /gcp\.network\.podCidr: overlaps network\.cidr/,
  ],
  [
    "services and pods that share addresses",
    { network: { serviceCidr: "10.83.0.0/20" } },
    /gcp\.network\.serviceCidr: overlaps network\.podCidr/,
  ],
  [
    "services too many for GKE",
    { network: { serviceCidr: "172.16.0.0/12" } },
    /gcp\.network\.serviceCidr: must be from \/16 to \/27/,
  ],
  [
    "pods on fewer nodes than there may be",
    { preset: "large", network: { podCidr: "10.80.0.0/20" } },
    /gcp\.network\.podCidr: has room for 16 nodes, and the pools may grow to 39/,
  ],
  [
    "a name that is too long",
    { name: "a-university-with-a-long-name" },
    /gcp\.name: is longer than 15 characters/,
  ],
  ["a name that is not a name", { name: "Campus_1" }, /gcp\.name: must begin with a letter/],
  [
    "a MySQL of another cloud",
    { mysql: { tier: "db.m7g.large" } },
    /gcp\.mysql\.tier: is not a size of Cloud SQL/,
  ],
  [
    "a MySQL on a shared core",
    { mysql: { tier: "db-f1-micro" } },
    /gcp\.mysql\.tier: is not a size of Cloud SQL/,
  ],
  [
    "a MySQL with odd cores",
    { mysql: { tier: "db-custom-3-7680" } },
    /gcp\.mysql\.tier: is none that Cloud SQL makes: cores are 1 or even/,
  ],
  [
    "a MySQL with more memory than its cores take",
    { mysql: { tier: "db-custom-2-15360" } },
    /gcp\.mysql\.tier: is none that Cloud SQL makes/,
  ],
  [
    "a log that the edition does not keep",
    { mysql: { logDays: 14 } },
    /gcp\.mysql\.logDays: db-custom-2-7680 is of edition Enterprise, which keeps the log for 7 days/,
  ],
  [
    "a smaller edition in a preset with a longer log",
    { preset: "large", mysql: { tier: "db-custom-8-30720" } },
    /gcp\.mysql\.tier: db-custom-8-30720 is of edition Enterprise/,
  ],
  [
    "fewer backups than days of the log",
    { mysql: { backups: 3 } },
    /gcp\.mysql\.backups: the log of 7 days needs as many daily backups to begin from, and there are 3/,
  ],
  [
    "a MySQL of Enterprise Plus that there is not",
    { mysql: { tier: "db-perf-optimized-N-6", logDays: 7 } },
    /gcp\.mysql\.tier: is none that Cloud SQL makes: cores are 2, 4, 8/,
  ],
  [
    "a disk that is larger than it may be",
    { mysql: { diskGiB: 100, diskLimitGiB: 50 } },
    /gcp\.mysql\.diskLimitGiB: is less than the 100 GiB/,
  ],
  [
    "a peering with a server of the stack's own",
    { mysql: { connection: "peering" } },
    /gcp\.mysql\.connection: is for existing\.database/,
  ],
  [
    "logs for longer than Google keeps them",
    { logRetentionDays: 4000 },
    /gcp\.logRetentionDays: must be at most 3650/,
  ],
  ["a Redis without memory", { redis: { brokerGiB: 0 } }, /gcp\.redis\.brokerGiB: must be at least 1/],
  ["a Redis larger than Google's", { redis: { cacheGiB: 500 } }, /gcp\.redis\.cacheGiB: must be at most 300/],
  [
    "days that no bucket knows",
    { storage: { deletedDays: 3 } },
    /gcp\.storage\.deletedDays: must be at least 7/,
  ],
  ["a tag that is not a label", { tags: { Owner: "Campus" } }, /gcp\.tags\.Owner: is not a label/],
  ["an unknown key", { regoin: "europe-west1" }, /gcp\.regoin: unknown key; did you mean "region"/],
  [
    "a cluster by name",
    { existing: { ...existing, cluster: "mine" } },
    /gcp\.existing\.cluster: is not an id such as projects\/PROJECT\/locations\/LOCATION\/clusters\/NAME/,
  ],
  [
    "a cluster without its network",
    { existing: { cluster: existing.cluster } },
    /gcp\.existing\.cluster: needs existing\.network/,
  ],
  [
    "subnets for each zone",
    {
      existing: {
        network: {
          ...existing.network,
          nodeSubnets: ["a", "b"].map((name) => `${existing.network.nodeSubnets[0]}-${name}`),
        },
      },
    },
    /gcp\.existing\.network\.nodeSubnets: must be one subnet/,
  ],
  [
    "a subnet that is a network",
    { existing: { network: { ...existing.network, dataSubnets: [existing.network.id] } } },
    /gcp\.existing\.network\.dataSubnets\.0: is not an id such as .*subnetworks\/NAME/,
  ],
  [
    "a subnet of another region",
    {
      existing: {
        network: {
          ...existing.network,
          nodeSubnets: ["projects/openedx-contract/regions/europe-west10/subnetworks/nodes"],
        },
      },
    },
    /gcp\.existing\.network\.nodeSubnets\.0: is in another region/,
  ],
  [
    "a zone in another project",
    { existing: { dnsZone: "projects/other-project/managedZones/example" } },
    /gcp\.existing\.dnsZone: is in another project than openedx:gcp\.project/,
  ],
  [
    "a zone without its domain",
    { dns: undefined, existing: { dnsZone: existing.dnsZone } },
    /gcp\.existing\.dnsZone: needs dns\.zone/,
  ],
  ["a domain that is none", { dns: { zone: "example" } }, /gcp\.dns\.zone: is not a domain/],
];

/** Faults that show once the stack is known: what is set, and what is said. */
const stackFaults: [string, Parameters<typeof gcpRaw>, RegExp][] = [
  ["a cloud without its settings", [{}, { gcp: undefined }], /openedx:cloud is gcp, so openedx:gcp must say/],
  [
    "a stack's name that does not fit",
    [{ name: undefined }],
    /openedx:gcp\.name: .*"a-stack-with-a-long-name" is longer than 15 characters/,
  ],
  ["a name that no bucket may have", [{ name: "my-google" }], /openedx:gcp\.name: no bucket's name/],
  [
    "a database without its password",
    [{ existing: { database: existing.database } }],
    /openedx:gcp\.existing\.database: .*credentials\.mysql\.adminPassword/,
  ],
  [
    "Atlas without a region",
    [{}, { atlas: { organization: "0123456789abcdef01234567" } }],
    /openedx:atlas\.region: is missing/,
  ],
  [
    "Atlas for addresses that nobody knows",
    [
      { existing: { network: existing.network } },
      { atlas: { organization: "0123456789abcdef01234567", region: "WESTERN_EUROPE" } },
    ],
    /openedx:atlas: lets only the network's own addresses in/,
  ],
];

describe("a config for Google Cloud", () => {
  for (const [what, gcp, message] of schemaFaults) {
    it(`is refused for ${what}`, () => {
      const raw = { instances: {}, ...gcpRaw(gcp) };
      const parsed = configSchema.safeParse(raw);
      assert.ok(!parsed.success, "it was taken");
      assert.match(describeIssues("stack.yaml", "openedx:", raw, parsed.error.issues).message, message);
    });
  }

  for (const [what, args, message] of stackFaults) {
    it(`is refused for ${what}`, () => {
      const { gcp, ...rest } = gcpRaw(...args);
      const isGiven = !(args[1] !== undefined && "gcp" in args[1]);
      const config = configSchema.parse({ instances: {}, ...rest, ...(isGiven && { gcp }) });
      assert.throws(() => selectCloud({ ...config, stack: "a-stack-with-a-long-name" }), { message });
    });
  }

  for (const service of ["search", "mongodb"] as const) {
    it(`is refused for managed ${service}, which Google Cloud has not`, () => {
      const config = gcpConfig({}, { services: { [service]: { mode: "managed" } } });
      assert.throws(() => planServices(config, selectCloud(config).abilities), {
        message: new RegExp(`openedx:services\\.${service}\\.mode`),
      });
    });
  }

  it("says all faults at once", () => {
    const raw = { instances: {}, ...gcpRaw({ preset: "tiny", region: "nowhere", project: "?" }) };
    const { error } = configSchema.safeParse(raw);
    const { message } = describeIssues("stack.yaml", "openedx:", raw, error?.issues ?? []);
    assert.equal(message.match(/\n {2}- /g)?.length, 3);
  });

  it("is taken with everything that exists already", () => {
    const config = gcpConfig({ existing }, { credentials: { mysql: { adminPassword: "secret" } } });
    assert.doesNotThrow(() => selectCloud(config));
  });

  for (const preset of ["small", "medium", "large"]) {
    it(`is taken with the preset ${preset} as it is, and with spot machines`, () => {
      for (const nodes of [{}, { spot: true }]) {
        assert.ok(configSchema.safeParse({ instances: {}, ...gcpRaw({ preset, nodes }) }).success);
      }
    });
  }

  it("is taken with machines and disks that go together", () => {
    const machineType = "n4-standard-4";
    const nodes = { system: { machineType }, general: { machineType }, stateful: { machineType } };
    const raw = gcpRaw({ nodes, storage: { disks: "hyperdisk-balanced" } });
    assert.ok(configSchema.safeParse({ instances: {}, ...raw }).success);
  });

  it("warns of the password that sites share on Memorystore, and of nothing without it", () => {
    const warnings = (mode: string): readonly string[] =>
      selectCloud(gcpConfig({}, { services: { redis: { mode } } })).warnings;
    assert.match(warnings("managed").join("\n"), /services\.redis\.mode: managed: .*queued tasks .* caches/);
    assert.deepEqual(warnings("cluster"), []);
  });
});
