import assert from "node:assert/strict";
import { facts } from "../../../providers/clouds.js";
import { breaches } from "../../../src/cloud/rules.js";
import { selectCloud } from "../../../src/stack/selectCloud.js";
import { azureConfig } from "./stack.js";

/** What Azure refuses, by type: inputs, and what is said. */
const refused: [string, string, Record<string, unknown>, RegExp][] = [
  [
    "a wildcard in the list of ports",
    "network:NetworkSecurityGroup",
    { securityRules: [{ priority: 100, destinationPortRanges: ["*"] }] },
    /securityRules\[\]\.destinationPortRanges\[\] is "\*"/,
  ],
  [
    "two rules of one priority",
    "network:NetworkSecurityGroup",
    { securityRules: ["1", "2"].map((port) => ({ priority: 100, destinationPortRange: port })) },
    /securityRules have one priority twice/,
  ],
  ["two hyphens in a vault's name", "keyvault:Vault", { vaultName: "my--stack-keys" }, /vaultName is/],
  ["a slash in the key of a tag", "network:VirtualNetwork", { tags: { "a/b": "" } }, /tags\{key\} is "a\/b"/],
  ["a colon in the key of a zone's tag", "dns:Zone", { tags: { "a:b": "" } }, /tags\{key\} is "a:b"/],
  ["logs for years", "operationalinsights:Workspace", { retentionInDays: 5000 }, /retentionInDays is 5000/],
  [
    "a pool whose name is too long",
    "containerservice:AgentPool",
    { agentPoolName: "statefulabcde" },
    /agentPoolName is/,
  ],
  [
    "a system pool of spare machines",
    "containerservice:AgentPool",
    { mode: "System", minCount: 1, scaleSetPriority: "Spot" },
    /mode is a system pool/,
  ],
  [
    "DNS outside of the Services",
    "containerservice:ManagedCluster",
    {
      agentPoolProfiles: [{}],
      networkProfile: { serviceCidr: "10.96.0.16/28", dnsServiceIP: "10.96.0.10" },
    },
    /networkProfile have a dnsServiceIP/,
  ],
  [
    "a private range that reaches a public API",
    "containerservice:ManagedCluster",
    { agentPoolProfiles: [{}], apiServerAccessProfile: { authorizedIPRanges: ["10.0.0.0/8"] } },
    /authorizedIPRanges\[\] is "10\.0\.0\.0\/8"/,
  ],
  [
    "a standby of a burstable server",
    "dbformysql:Server",
    { sku: { name: "Standard_B2ms", tier: "Burstable" }, highAvailability: { mode: "ZoneRedundant" } },
    /sku has a standby/,
  ],
  [
    "a maintenance window with a server that is made",
    "dbformysql:Server",
    {
      sku: { name: "Standard_D2ads_v5", tier: "GeneralPurpose" },
      storage: { autoGrow: "Enabled" },
      maintenanceWindow: {},
    },
    /maintenanceWindow is set/,
  ],
  [
    "a Redis too large for one shard",
    "redisenterprise:RedisEnterprise",
    { sku: { name: "Balanced_B50" } },
    /sku\.name is/,
  ],
];

describe("Azure's API", () => {
  for (const [what, type, inputs, message] of refused) {
    it(`refuses ${what}`, () => {
      const found = breaches(inputs, facts.rules(`azure-native:${type}`));
      assert.match(found.map((each) => `${each.path} ${each.message}`).join("\n"), message);
    });
  }
});

describe("what a plan on Azure says beforehand", () => {
  const managed = { services: { redis: { mode: "managed" } } };

  it("is that sites share one key to Redis", () => {
    const { warnings } = selectCloud(azureConfig({}, managed));
    assert.match(warnings.join("\n"), /services\.redis\.mode: .*share one key.*sessions.*set it to cluster/);
  });

  it("is nothing for one site, or for a Redis on the cluster", () => {
    const alone = { ...managed, instances: { campus: {} } };
    for (const rest of [alone, {}]) {
      assert.deepEqual(selectCloud(azureConfig({}, rest)).warnings, []);
    }
  });
});
