import assert from "node:assert/strict";
import { selectCloud } from "../../../src/stack/selectCloud.js";
import { describeIssues } from "../../../src/stack/issues.js";
import { configSchema } from "../../../src/stack/schema.js";
import { planServices } from "../../../src/data/plan.js";
import { inGroup, networkOf, schemaFaults } from "./schemaFaults.js";
import { azureConfig, azureRaw } from "./stack.js";

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
    "a name that no key vault has",
    [{ name: "my--stack" }],
    /openedx:azure\.name: .*"my--stack", and those of key vaults/,
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
      { kubernetes: {}, existing: { network: networkOf() } },
      { atlas: { organization: "0".repeat(24), region: "EUROPE_WEST" } },
    ],
    /openedx:atlas: lets only the network's own addresses in/,
  ],
  [
    "a gateway in an existing network",
    [{ kubernetes: {}, existing: { network: networkOf() } }, { edge: { controller: "appgw" } }],
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
