import assert from "node:assert/strict";
import { selectCloud } from "../../../src/stack/selectCloud.js";
import { describeIssues } from "../../../src/stack/issues.js";
import { configSchema } from "../../../src/stack/schema.js";
import { planServices } from "../../../src/data/plan.js";
import { azureConfig, azureRaw } from "./stack.js";

const subscription = "10000000-0000-0000-0000-000000000000";
const inGroup = `/subscriptions/${subscription}/resourceGroups/theirs/providers`;
const subnet = `${inGroup}/Microsoft.Network/virtualNetworks/net/subnets/`;

/** Faults that the schema finds: what is set below `azure`, and what is said. */
const schemaFaults: [string, Record<string, unknown>, RegExp][] = [
  ["an unknown region", { location: "westeurop" }, /azure\.location: .*"westeurope"/],
  ["a region without zones", { location: "westus" }, /azure\.location: .*got "westus"/],
  [
    "a subscription that is none",
    { subscriptionId: "mine" },
    /azure\.subscriptionId: is not a subscription id/,
  ],
  ["no administrator", { administrators: [] }, /azure\.administrators: name at least one/],
  [
    "an administrator named twice",
    { administrators: [{ id: subscription }, { id: subscription, type: "User" }] },
    /azure\.administrators: names somebody twice/,
  ],
  ["an unknown preset", { preset: "tiny" }, /azure\.preset: .*"small"\|"medium"\|"large"/],
  ["one zone", { zones: 1 }, /azure\.zones: must be at least 2/],
  ["four zones", { zones: 4 }, /azure\.zones: must be at most 3/],
  [
    "an old Kubernetes",
    { kubernetes: { version: "1.30" } },
    /azure\.kubernetes\.version: is older than 1\.35/,
  ],
  ["no version at all", { kubernetes: { version: "latest" } }, /azure\.kubernetes\.version: is not a minor/],
  [
    "an API that is open to all",
    { kubernetes: { apiAccess: ["0.0.0.0/0"] } },
    /azure\.kubernetes\.apiAccess: opens the cluster's API to everyone/,
  ],
  [
    "a machine of another cloud",
    { nodes: { general: { machineType: "m7i.large" } } },
    /azure\.nodes\.general\.machineType: is not a size of a virtual machine/,
  ],
  [
    "an ARM machine",
    { nodes: { general: { machineType: "Standard_D4ps_v5" } } },
    /azure\.nodes\.general\.machineType: is an ARM machine/,
  ],
  [
    "a system pool that can be empty",
    { nodes: { system: { min: 0 } } },
    /azure\.nodes\.system\.min: must be at least 1/,
  ],
  [
    "more nodes at least than at most",
    { nodes: { general: { min: 5, max: 2 } } },
    /azure\.nodes\.general\.min: is more than max \(2\)/,
  ],
  [
    "a network that is too small",
    { network: { cidr: "10.60.0.0/20" } },
    /azure\.network\.cidr: is too small/,
  ],
  [
    "a network in the internet",
    { network: { cidr: "8.8.0.0/16" } },
    /azure\.network\.cidr: is not a private network/,
  ],
  [
    "a block that begins nowhere",
    { network: { cidr: "10.60.1.0/16" } },
    /azure\.network\.cidr: is not a block/,
  ],
  [
    "pods and nodes that share addresses",
    { network: { podCidr: "10.60.0.0/16" } },
    /azure\.network\.podCidr: overlaps network\.cidr/,
  ],
  [
    "services and pods that share addresses",
    { network: { serviceCidr: "10.244.128.0/20" } },
    /azure\.network\.serviceCidr: overlaps network\.podCidr/,
  ],
  [
    "services too many for AKS",
    { network: { serviceCidr: "172.16.0.0/12" } },
    /azure\.network\.serviceCidr: must be from \/13 to \/28/,
  ],
  [
    "pods on fewer nodes than there may be",
    { preset: "large", network: { podCidr: "10.244.0.0/20" } },
    /azure\.network\.podCidr: has room for 16 nodes, and the pools may grow to 39/,
  ],
  [
    "a name that is too long",
    { name: "a-university-with-a-long-name" },
    /azure\.name: is longer than 15 characters/,
  ],
  ["a name that is not a name", { name: "Campus_1" }, /azure\.name: must begin with a letter/],
  [
    "a MySQL of another cloud",
    { mysql: { sku: "db.m7g.large" } },
    /azure\.mysql\.sku: is not a size of a MySQL/,
  ],
  [
    "a standby for a burstable MySQL",
    { mysql: { highAvailability: true } },
    /azure\.mysql\.highAvailability: Standard_B2ms has no standby server/,
  ],
  [
    "a burstable MySQL in a preset with a standby",
    { preset: "medium", mysql: { sku: "Standard_B2ms" } },
    /azure\.mysql\.sku: Standard_B2ms has no standby server/,
  ],
  ["too many days of backups", { mysql: { backupDays: 36 } }, /azure\.mysql\.backupDays: must be at most 35/],
  [
    "a Redis of the retired kind",
    { redis: { brokerSku: "Standard_C1" } },
    /azure\.redis\.brokerSku: is not a size of Azure Managed Redis/,
  ],
  [
    "a Redis too large for one server",
    { redis: { cacheSku: "Balanced_B50" } },
    /azure\.redis\.cacheSku: is too large/,
  ],
  ["an unknown key", { locatoin: "westeurope" }, /azure\.locatoin: unknown key; did you mean "location"/],
  [
    "a cluster by name",
    { existing: { cluster: "mine", network: networkOf() } },
    /azure\.existing\.cluster: is not an id such as .*managedClusters\/NAME/,
  ],
  [
    "a cluster without its network",
    { existing: { cluster: `${inGroup}/Microsoft.ContainerService/managedClusters/mine` } },
    /azure\.existing\.cluster: needs existing\.network/,
  ],
  [
    "a network without its subnet for endpoints",
    { existing: { network: { ...networkOf(), dataSubnets: [`${subnet}mysql`] } } },
    /azure\.existing\.network\.dataSubnets: must be two subnets/,
  ],
  [
    "subnets for each zone",
    { existing: { network: { ...networkOf(), nodeSubnets: [`${subnet}a`, `${subnet}b`] } } },
    /azure\.existing\.network\.nodeSubnets: must be one subnet/,
  ],
  [
    "a subnet that is a network",
    { existing: { network: { ...networkOf(), nodeSubnets: [networkOf().id] } } },
    /azure\.existing\.network\.nodeSubnets\.0: is not an id such as .*subnets\/NAME/,
  ],
  [
    "a zone in another subscription",
    {
      existing: {
        dnsZone:
          "/subscriptions/90000000-0000-0000-0000-000000000000/resourceGroups/g/providers/Microsoft.Network/dnsZones/e.com",
      },
    },
    /azure\.existing\.dnsZone: is in another subscription/,
  ],
  [
    "a zone without its domain",
    { dns: undefined, existing: { dnsZone: `${inGroup}/Microsoft.Network/dnsZones/example.com` } },
    /azure\.existing\.dnsZone: needs dns\.zone/,
  ],
  ["a domain that is none", { dns: { zone: "example" } }, /azure\.dns\.zone: is not a domain/],
];

function networkOf(): { id: string; cidr: string; nodeSubnets: string[]; dataSubnets: string[] } {
  return {
    id: `${inGroup}/Microsoft.Network/virtualNetworks/net`,
    cidr: "10.1.0.0/16",
    nodeSubnets: [`${subnet}nodes`],
    dataSubnets: [`${subnet}mysql`, `${subnet}endpoints`],
  };
}

/** Faults that show once the stack is known: what is set, and what is said. */
const stackFaults: [string, Parameters<typeof azureRaw>, RegExp][] = [
  [
    "a cloud without its settings",
    [{}, { azure: undefined }],
    /openedx:cloud is azure, so openedx:azure must say/,
  ],
  [
    "a stack's name that does not fit",
    [{ name: undefined }],
    /openedx:azure\.name: .*"a-stack-with-a-long-name" is longer than 15 characters/,
  ],
  [
    "a database without its password",
    [
      {
        existing: {
          database: { id: `${inGroup}/Microsoft.DBforMySQL/flexibleServers/mine`, adminUser: "root" },
        },
      },
    ],
    /openedx:azure\.existing\.database: .*credentials\.mysql\.adminPassword/,
  ],
  [
    "Atlas for a network whose addresses are not known",
    [
      { existing: { network: networkOf() } },
      { atlas: { organization: "0".repeat(24), region: "EUROPE_WEST" } },
    ],
    /openedx:atlas: lets only the network's own addresses in/,
  ],
  [
    "a gateway in an existing network",
    [{ existing: { network: networkOf() } }, { edge: { controller: "appgw" } }],
    /openedx:edge\.controller: appgw needs a subnet of its own/,
  ],
  [
    "Atlas without a region",
    [{}, { atlas: { organization: "0123456789abcdef01234567" } }],
    /openedx:atlas\.region: is missing/,
  ],
];

describe("a config for Azure", () => {
  for (const [what, azure, message] of schemaFaults) {
    it(`is refused for ${what}`, () => {
      const raw = { instances: {}, ...azureRaw(azure) };
      const parsed = configSchema.safeParse(raw);
      assert.ok(!parsed.success, "it was taken");
      assert.match(describeIssues("stack.yaml", "openedx:", raw, parsed.error.issues).message, message);
    });
  }

  for (const [what, args, message] of stackFaults) {
    it(`is refused for ${what}`, () => {
      const { azure, ...rest } = azureRaw(...args);
      const config = configSchema.parse({
        instances: {},
        ...rest,
        ...(args[1] !== undefined && "azure" in args[1] ? {} : { azure }),
      });
      assert.throws(() => selectCloud({ ...config, stack: "a-stack-with-a-long-name" }), { message });
    });
  }

  for (const service of ["search", "mongodb"] as const) {
    it(`is refused for managed ${service}, which Azure has not`, () => {
      const config = azureConfig({}, { services: { [service]: { mode: "managed" } } });
      assert.throws(() => planServices(config, selectCloud(config).abilities), {
        message: new RegExp(`openedx:services\\.${service}\\.mode`),
      });
    });
  }

  it("says all faults at once", () => {
    const raw = {
      instances: {},
      ...azureRaw({ preset: "tiny", location: "nowhere", administrators: [] }),
    };
    const { error } = configSchema.safeParse(raw);
    const { message } = describeIssues("stack.yaml", "openedx:", raw, error?.issues ?? []);
    assert.equal(message.match(/\n {2}- /g)?.length, 3);
  });

  it("is taken with everything that exists already", () => {
    const config = azureConfig(
      {
        existing: {
          network: networkOf(),
          cluster: `${inGroup}/Microsoft.ContainerService/managedClusters/mine`,
          dnsZone: `${inGroup}/Microsoft.Network/dnsZones/example.com`,
          database: { id: `${inGroup}/Microsoft.DBforMySQL/flexibleServers/mine`, adminUser: "root" },
        },
      },
      { credentials: { mysql: { adminPassword: "secret" } } },
    );
    assert.doesNotThrow(() => selectCloud(config));
  });
});
