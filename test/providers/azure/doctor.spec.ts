import assert from "node:assert/strict";
import { type AzureConfig, azureSchema } from "../../../providers/azure/config.js";
import { azureChecks, type Caller } from "../../../providers/azure/doctor.js";
import { restOver } from "../../../providers/rest.js";
import { type CheckedPlan, planned, type Verdict } from "../../../src/cloud/check.js";
import type { Row } from "../../../src/doctor/run.js";
import { azureCase } from "../../contract/azure.js";
import { stackConfig } from "../../contract/clouds.js";
import { answersTo, checkedPlan } from "../../support/checkedPlan.js";

/** What one path of Azure's API answers: a body, or a status other than 200. */
type Recorded = Record<string, { status?: number; body?: unknown }>;

describe("what the doctor asks Azure", () => {
  const request = stackConfig({ cloud: "azure", ...azureCase.config });
  let config: AzureConfig;
  let plan: CheckedPlan;
  let well: Recorded;
  let me: Caller;
  let machine: object;

  before(async () => {
    config = azureSchema.parse(azureCase.config.azure);
    plan = await checkedPlan(azureCase);
    me = { oid: config.administrators[0]?.id, tid: config.tenantId, name: "anna@example.com" };
    const [cluster = {}] = planned(plan, "azure-native:containerservice:ManagedCluster");
    const [server = {}] = planned(plan, "azure-native:dbformysql:Server");
    const { name, tier } = server.sku as { name: string; tier: string };
    const inCluster = (cluster.agentPoolProfiles ?? []) as { vmSize: string }[];
    const pools = [...inCluster, ...planned(plan, "azure-native:containerservice:AgentPool")];
    machine = {
      resourceType: "virtualMachines",
      family: "standardDSv5Family",
      locationInfo: [{ zones: ["1", "2", "3"] }],
      restrictions: [],
      capabilities: [{ name: "vCPUs", value: "2" }],
    };
    const vms = [...new Set(pools.map(({ vmSize }) => String(vmSize)))].map((size) => ({
      ...machine,
      name: size,
    }));
    const supportedServerVersions = [{ name: "8.4", supportedSkus: [{ name }] }];
    const registered = [
      ...[
        "Cache",
        "Communication",
        "Compute",
        "ContainerRegistry",
        "ContainerService",
        "DBforMySQL",
        "Insights",
      ],
      ...["KeyVault", "ManagedIdentity", "Network", "OperationalInsights", "Storage"],
    ].map((each) => ({ namespace: `microsoft.${each.toLowerCase()}`, registrationState: "Registered" }));
    well = {
      "Microsoft.Authorization/permissions": { body: { value: [{ actions: ["*"], notActions: [] }] } },
      "/providers?api-version": {
        body: { value: registered.slice(1), nextLink: "https://azure.example/more" },
      },
      "https://azure.example/more": { body: { value: registered.slice(0, 1) } },
      "features/EncryptionAtHost": { body: { properties: { state: "Registered" } } },
      "Microsoft.Compute/skus": { body: { value: [...vms, { resourceType: "disks", name: "Premium_ZRS" }] } },
      "/usages": {
        body: {
          value: ["standardDSv5Family", "cores"].map((value) => ({
            name: { value },
            currentValue: 1,
            limit: 500,
          })),
        },
      },
      kubernetesVersions: { body: { values: [{ version: cluster.kubernetesVersion }] } },
      "DBforMySQL/locations": {
        body: {
          value: [
            {
              supportedHAMode: ["SameZone", "ZoneRedundant"],
              supportedFlexibleServerEditions: [{ name: tier, supportedServerVersions }],
            },
          ],
        },
      },
      deletedVaults: { body: { value: [] } },
      "?api-version=2022-12-01": { body: { state: "Enabled" } },
    };
  });

  const ask = async (change: Recorded = {}, caller: Partial<Caller> = {}): Promise<Record<string, Row>> => {
    const answers = Object.entries({ ...change, ...well, ...change });
    const rest = restOver(({ url }) => {
      const found = answers.find(([part]) => url.includes(part))?.[1];
      return Promise.resolve({
        status: found?.status ?? (found === undefined ? 404 : 200),
        body: found?.body,
      });
    });
    const client = { rest, caller: () => Promise.resolve({ ...me, ...caller }) };
    const checks = await azureChecks(request, config, plan, client);
    return answersTo(checks.filter(({ id }) => id !== "azure-delegation"));
  };

  it("finds nothing wrong with a subscription that has all there is", async () => {
    const wrong = Object.values(await ask()).filter(({ verdict }) => verdict !== "ok");
    assert.deepEqual(wrong, []);
  });

  it("knows whose the credentials are, and whether the cluster will let them in", async () => {
    const elsewhere = (await ask({}, { tid: "another" }))["azure-identity"];
    assert.match(elsewhere?.text ?? "", /signed in to the tenant another/);
    const stranger = (await ask({}, { oid: "00000000-0000-0000-0000-00000000000f" }))["azure-identity"];
    assert.notEqual(stranger?.verdict, "ok");
    assert.match(stranger?.text ?? "", /none of the administrators/);
    const shut = (await ask({ "?api-version=2022-12-01": { body: { state: "Warned" } } }))["azure-identity"];
    assert.equal(shut?.verdict, "fails");
  });

  const contributor = {
    actions: ["*"],
    notActions: ["Microsoft.Authorization/*/Write", "Microsoft.Authorization/*/Delete"],
  };
  const offered = (restrictions: object[]): Recorded => ({
    "Microsoft.Compute/skus": {
      body: {
        value: ["Standard_D2s_v5", "Standard_D4s_v5", "Standard_D8s_v5"].map((name) => ({
          ...machine,
          name,
          restrictions,
        })),
      },
    },
  });
  const cases: [what: string, id: string, change: () => Recorded, verdict: Verdict, text: RegExp][] = [
    [
      "a Contributor",
      "permissions",
      () => ({ "Microsoft.Authorization/permissions": { body: { value: [contributor] } } }),
      "fails",
      /may not .*Microsoft\.Authorization\/roleAssignments\/write/,
    ],
    [
      "a Contributor who administers access",
      "permissions",
      () => ({
        "Microsoft.Authorization/permissions": {
          body: { value: [contributor, { actions: ["Microsoft.Authorization/*"] }] },
        },
      }),
      "ok",
      /all \d+/,
    ],
    [
      "no right to see providers",
      "providers",
      () => ({ "/providers?api-version": { status: 403 } }),
      "unknown",
      /^needs permission Microsoft\.Resources/,
    ],
    [
      "a provider that is not registered",
      "providers",
      () => ({ "https://azure.example/more": { body: {} } }),
      "fails",
      /not registered: Microsoft\.Cache$/,
    ],
    [
      "a feature that is not",
      "host-encryption",
      () => ({ "features/EncryptionAtHost": { body: { properties: { state: "NotRegistered" } } } }),
      "fails",
      /NotRegistered/,
    ],
    [
      "sizes kept from the subscription",
      "sizes",
      () => offered([{ type: "Location", reasonCode: "NotAvailableForSubscription" }]),
      "fails",
      /kept from this subscription \(NotAvailableForSubscription\)/,
    ],
    [
      "a zone kept from it",
      "sizes",
      () => offered([{ type: "Zone", restrictionInfo: { zones: ["2"] } }]),
      "fails",
      /not to be had in zone 2/,
    ],
    [
      "few vCPUs of the family",
      "quotas",
      () => ({
        "/usages": {
          body: {
            value: [
              { name: { value: "cores" }, currentValue: 0, limit: 500 },
              { name: { value: "StandardDSv5Family" }, currentValue: 2, limit: 4 },
            ],
          },
        },
      }),
      "fails",
      /standardDSv5Family: 4 allowed, 2 used/,
    ],
    [
      "an older AKS",
      "kubernetes",
      () => ({ kubernetesVersions: { body: { values: [{ version: "1.33" }] } } }),
      "fails",
      /AKS offers 1\.33, not/,
    ],
    [
      "a preview",
      "kubernetes",
      () => ({
        kubernetesVersions: {
          body: { values: ["1.35", "1.36"].map((version) => ({ version, isPreview: true })) },
        },
      }),
      "warning",
      /is a preview/,
    ],
    [
      "an older MySQL",
      "mysql",
      () => ({ "DBforMySQL/locations": { body: { value: [] } } }),
      "fails",
      /MySQL 8\.4 is not offered/,
    ],
  ];
  for (const [what, id, change, verdict, text] of cases) {
    it(`${id}: ${what} ${verdict === "fails" ? "fails" : `is ${verdict}`}`, async () => {
      const row = (await ask(change()))[`azure-${id}`];
      assert.match(row?.text ?? "", text);
      assert.equal(row?.verdict, verdict);
    });
  }
});
