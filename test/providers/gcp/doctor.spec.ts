import assert from "node:assert/strict";
import type { GcpConfig } from "../../../providers/gcp/config.js";
import { gcpSchema } from "../../../providers/gcp/configFaults.js";
import { gcpChecks } from "../../../providers/gcp/doctor.js";
import { type Rest, restOver } from "../../../providers/rest.js";
import { type CheckedPlan, planned, type Verdict } from "../../../src/cloud/check.js";
import type { Row } from "../../../src/doctor/run.js";
import { stackConfig } from "../../contract/clouds.js";
import { gcpCase } from "../../contract/gcp.js";
import { answersTo, checkedPlan } from "../../support/checkedPlan.js";

/** What one path of Google's APIs answers: a body, or a status other than 200. */
type Recorded = Record<string, { status?: number; body?: unknown }>;

/** Answers by the first key that the address holds. */
function recordedRest(answers: Recorded, permitted: (permission: string) => boolean): Rest {
  return restOver(({ url, body }) => {
    if (url.endsWith(":testIamPermissions")) {
      const { permissions } = body as { permissions: string[] };
      return Promise.resolve({ status: 200, body: { permissions: permissions.filter(permitted) } });
    }
    const found = Object.entries(answers).find(([part]) => url.includes(part))?.[1];
    return Promise.resolve({ status: found?.status ?? (found === undefined ? 404 : 200), body: found?.body });
  });
}

describe("what the doctor asks Google", () => {
  const request = stackConfig({ cloud: "gcp", ...gcpCase.config });
  let config: GcpConfig;
  let plan: CheckedPlan;
  let well: Recorded;

  before(async () => {
    config = gcpSchema.parse(gcpCase.config.gcp);
    plan = await checkedPlan(gcpCase);
    const { region } = config;
    const pools = planned(plan, "gcp:container/nodePool:NodePool") as {
      nodeConfig: { machineType: string };
    }[];
    const types = [...new Set(pools.map(({ nodeConfig }) => nodeConfig.machineType))];
    const [cluster = {}] = planned(plan, "gcp:container/cluster:Cluster");
    const [server = {}] = planned(plan, "gcp:sql/databaseInstance:DatabaseInstance");
    const { tier, databaseFlags } = server.settings as { tier: string; databaseFlags: { name: string }[] };
    const machineTypes = types.map((name) => ({ name, guestCpus: 2 }));
    const zones = ["b", "c", "d"].map((letter) => [`zones/${region}-${letter}`, { machineTypes }]);
    const services = planned(plan, "gcp:projects/service:Service").map(({ service }) => ({
      config: { name: service },
    }));
    well = {
      "pageToken=more": { body: { services: services.slice(1) } },
      "serviceusage.googleapis": { body: { services: services.slice(0, 1), nextPageToken: "more" } },
      "aggregated/machineTypes": { body: { items: Object.fromEntries(zones) as object } },
      "/regions/": {
        body: {
          quotas: ["CPUS", "SSD_TOTAL_GB", "STATIC_ADDRESSES"].map((metric) => ({
            metric,
            limit: 9000,
            usage: 1,
          })),
        },
      },
      serverConfig: {
        body: {
          channels: [{ channel: "REGULAR", validVersions: [`${String(cluster.minMasterVersion)}.2-gke.1`] }],
        },
      },
      "/tiers": { body: { items: [{ tier, region: [region] }] } },
      "/flags": { body: { items: databaseFlags } },
      "cloudresourcemanager.googleapis": {
        body: { name: `projects/${config.projectNumber}`, state: "ACTIVE" },
      },
    };
  });

  const ask = async (
    change: Recorded = {},
    permitted: (permission: string) => boolean = () => true,
  ): Promise<Record<string, Row>> => {
    const rest = recordedRest({ ...change, ...well, ...change }, permitted);
    const checks = await gcpChecks(request, config, plan, rest);
    return answersTo(checks.filter(({ id }) => id !== "gcp-delegation"));
  };

  it("finds nothing wrong with a project that has all there is", async () => {
    const wrong = Object.values(await ask()).filter(({ verdict }) => verdict !== "ok");
    assert.deepEqual(wrong, []);
  });

  const off = {
    error: { message: "Kubernetes Engine API has not been used", details: [{ reason: "SERVICE_DISABLED" }] },
  };
  const cases: [what: string, id: string, change: Recorded, verdict: Verdict, text: RegExp][] = [
    [
      "another number",
      "project",
      { "cloudresourcemanager.googleapis": { body: { name: "projects/999999", state: "ACTIVE" } } },
      "fails",
      /is projects\/999999, not/,
    ],
    [
      "a project that is going",
      "project",
      { "cloudresourcemanager.googleapis": { body: { state: "DELETE_REQUESTED" } } },
      "fails",
      /DELETE_REQUESTED/,
    ],
    [
      "an API that is off",
      "apis",
      { "pageToken=more": { body: {} } },
      "warning",
      /the first run switches on .*cloudkms\.googleapis\.com/,
    ],
    [
      "no right to see APIs",
      "apis",
      { "serviceusage.googleapis": { status: 403 }, "pageToken=more": { status: 403 } },
      "unknown",
      /^needs permission serviceusage\.services\.list$/,
    ],
    [
      "two zones with the machines",
      "machines",
      { "aggregated/machineTypes": { body: { items: {} } } },
      "fails",
      /fewer than 3 zones/,
    ],
    [
      "few vCPUs",
      "quotas",
      { "/regions/": { body: { quotas: [{ metric: "CPUS", limit: 4, usage: 2 }] } } },
      "fails",
      /CPUS: 4 allowed, 2 used, \d+ to \d+ needed/,
    ],
    [
      "an older channel",
      "kubernetes",
      { serverConfig: { body: { channels: [{ channel: "REGULAR", validVersions: ["1.33.1-gke.1"] }] } } },
      "fails",
      /REGULAR has 1\.33, not/,
    ],
    [
      "an API that has to be on for an answer",
      "kubernetes",
      { serverConfig: { status: 403, body: off } },
      "unknown",
      /has not been used/,
    ],
    [
      "a tier elsewhere",
      "mysql",
      { "/tiers": { body: { items: [{ tier: "db-n1-standard-1" }] } } },
      "ok",
      /MYSQL_8_4 on db-custom/,
    ],
    [
      "an unknown flag",
      "mysql",
      { "/flags": { body: { items: [{ name: "slow_query_log" }] } } },
      "fails",
      /has no flag .*long_query_time/,
    ],
    [
      "a cluster of that name",
      "names",
      { "/clusters/": { body: { resourceLabels: { "openedx-stack": "other" } } } },
      "fails",
      /is there, of the stack other/,
    ],
  ];
  for (const [what, id, change, verdict, text] of cases) {
    it(`${id}: ${what} ${verdict === "fails" ? "fails" : `is ${verdict}`}`, async () => {
      const row = (await ask(change))[`gcp-${id}`];
      assert.match(row?.text ?? "", text);
      assert.equal(row?.verdict, verdict);
    });
  }

  it("names the permissions that are missing for the plan's types", async () => {
    const row = (await ask({}, (permission) => permission !== "container.clusters.create"))[
      "gcp-permissions"
    ];
    assert.equal(row?.text, "you may not container.clusters.create");
  });
});
