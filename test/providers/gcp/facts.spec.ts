import assert from "node:assert/strict";
import { gcpRules } from "../../../providers/gcp/rules.js";
import { gcpFacts } from "../../../providers/gcp/facts.js";
import { presets } from "../../../src/config/clouds.js";
import { breaches, valuesAt } from "../../../src/cloud/rules.js";
import { type CloudRun, inputsOf, type Plain } from "../../contract/clouds.js";
import { gcpRun } from "./stack.js";

type Resource = CloudRun["registrations"][number];

const factsOf = ({ type }: Resource) => gcpFacts.types[type.replace(/^gcp:/, "")] ?? {};

/** What of a run is fixed at creation, by URN and path. The provider's name is no input until it is made up. */
function fixedOf({ registrations }: CloudRun): Record<string, unknown> {
  return Object.fromEntries(
    registrations.flatMap((each) =>
      (factsOf(each).fixed ?? [])
        // Nobody's answer to how many nodes there are after the first.
        .filter((path) => path !== "initialNodeCount")
        .map((path) => [`${each.urn} ${path}`, valuesAt(inputsOf(each), path)]),
    ),
  );
}

describe("what is fixed at creation on Google Cloud", () => {
  it("is the same in all presets, so that a stack grows in place", async () => {
    const runs = await Promise.all(presets.map(async (preset) => fixedOf(await gcpRun({ preset }))));
    assert.ok(Object.keys(runs[0] ?? {}).length > 100);
    assert.deepEqual(runs[1], runs[0]);
    assert.deepEqual(runs[2], runs[0]);
  });

  it("is the same in a disposable stack, and with other times of maintenance", async () => {
    const before = fixedOf(await gcpRun({}, {}, true));
    assert.deepEqual(fixedOf(await gcpRun({}, { disposable: true }, true)), before);
    const maintenance = {
      timeZone: "Asia/Tokyo",
      quietPeriods: [{ from: "2027-01-18", to: "2027-01-29" }],
    };
    assert.deepEqual(fixedOf(await gcpRun({ maintenance }, {}, true)), before);
  });

  it("is another name of the server where its generation is another", async () => {
    const nameOf = (run: CloudRun): unknown =>
      fixedOf(run)[Object.keys(fixedOf(run)).find((key) => /DatabaseInstance::.* name$/.test(key)) ?? ""];
    assert.notDeepEqual(nameOf(await gcpRun({ mysql: { generation: 2 } })), nameOf(await gcpRun()));
  });
});

describe("names that Google Cloud keeps after what had them", () => {
  it("hold chance, so that a stack can be made anew", async () => {
    const { registrations } = await gcpRun();
    const kept = registrations.filter((each) => factsOf(each).nameTakenDays !== undefined);
    assert.ok(kept.length >= 4, "there are some");
    const names = kept.map((each) => {
      const inputs = inputsOf(each);
      return String(inputs.bucketId ?? inputs.roleId ?? inputs.name);
    });
    assert.deepEqual(
      names.filter((name) => !/hex\d+/.test(name)),
      [],
    );
  });
});

/** The API that a type is asked of, where the package is not called as it is. */
const apis: Record<string, string> = {
  kms: "cloudkms",
  serviceaccount: "iam",
  "projects/iAMCustomRole": "iam",
  "projects/iAMMember": "cloudresourcemanager",
  sql: "sqladmin",
};

describe("the APIs of Google Cloud", () => {
  let run: CloudRun;

  before(async () => {
    run = await gcpRun({ sharedStorage: true }, {}, true);
  });

  const apiNames = (from: CloudRun): string[] =>
    from.registrations
      .filter(({ type }) => type.endsWith(":Service"))
      .filter(({ type }) => type.startsWith("gcp:"))
      .map((each) => String(inputsOf(each).service).split(".")[0] ?? "");

  it("are on before anything is asked of them", () => {
    const byUrn = new Map(run.registrations.map((each) => [each.urn, each]));
    const apisOf = (resource: Resource, seen = new Set<string>()): string[] =>
      resource.dependencies.flatMap((urn) => {
        const found = byUrn.get(urn);
        if (found === undefined || seen.has(urn)) {
          return [];
        }
        seen.add(urn);
        return found.type.endsWith("projects/service:Service")
          ? [String(inputsOf(found).service)]
          : apisOf(found, seen);
      });
    const early = run.registrations
      .filter(({ type }) => type.startsWith("gcp:") && !type.endsWith("projects/service:Service"))
      .filter((each) => {
        const [, kind = ""] = each.type.split(":");
        const group = kind.split("/")[0] ?? "";
        const ofService = String(inputsOf(each).service).split(".")[0] ?? "";
        const api = kind === "projects/serviceIdentity" ? ofService : (apis[kind] ?? apis[group] ?? group);
        return !apisOf(each).includes(`${api}.googleapis.com`);
      });
    assert.deepEqual(
      early.map(({ type, name }) => `${type} ${name}`),
      [],
    );
  });

  it("are switched on for what is there alone", async () => {
    assert.ok(apiNames(run).includes("file"));
    const small = apiNames(await gcpRun({ encryption: { ownKeys: false } }));
    assert.deepEqual(
      small.filter((api) => ["file", "cloudkms"].includes(api)),
      [],
    );
  });
});

/** What would be refused, by type: an input that is wrong, and what is said of it. */
const refused: [type: string, change: (inputs: Plain) => Plain, RegExp][] = [
  [
    "container/nodePool:NodePool",
    (inputs) => ({ ...inputs, namePrefix: "system-" }),
    /namePrefix is "system-"/,
  ],
  [
    "container/nodePool:NodePool",
    ({ nodeConfig, ...inputs }) => ({
      ...inputs,
      nodeConfig: { ...(nodeConfig as Plain), machineType: "n4-standard-4" },
    }),
    /nodeConfig\.diskType is pd-balanced, which n4-standard-4 does not take/,
  ],
  [
    "container/cluster:Cluster",
    (inputs) => ({ ...inputs, maintenancePolicy: { maintenanceExclusions: [{ exclusionName: "endless" }] } }),
    /endless needs one of endTime and endTimeBehavior/,
  ],
  [
    "sql/databaseInstance:DatabaseInstance",
    ({ settings, ...inputs }) => ({
      ...inputs,
      settings: { ...(settings as Plain), edition: "ENTERPRISE_PLUS" },
    }),
    /settings\.tier has the edition ENTERPRISE_PLUS, and db-custom-2-7680 is of ENTERPRISE/,
  ],
  [
    "redis/instance:Instance",
    (inputs) => ({ ...inputs, memorySizeGb: 301 }),
    /memorySizeGb is 301, more than 300/,
  ],
  [
    "compute/routerNat:RouterNat",
    (inputs) => ({ ...inputs, maxPortsPerVm: 64 }),
    /minPortsPerVm is 64 to 64: powers of two/,
  ],
  [
    "storage/bucket:Bucket",
    (inputs) => ({ ...inputs, softDeletePolicy: { retentionDurationSeconds: 86_400 } }),
    /is 1 days: none, or 7 to 90/,
  ],
  ["kms/cryptoKey:CryptoKey", (inputs) => ({ ...inputs, rotationPeriod: "60s" }), /is 60s, less than a day/],
];

describe("the rules of Google Cloud's API", () => {
  let run: CloudRun;

  before(async () => {
    run = await gcpRun();
  });

  for (const [type, change, message] of refused) {
    it(`refuse a ${type.split(":")[1]} as ${String(message)} says, and take the module's`, () => {
      const found = run.registrations.find((each) => each.type === `gcp:${type}`);
      assert.ok(found);
      const said = (inputs: Plain): string[] =>
        breaches(inputs, gcpRules[type] ?? []).map((each) => `${each.path} ${each.message}`);
      assert.deepEqual(said(inputsOf(found)), []);
      assert.match(said(change(inputsOf(found))).join("\n"), message);
    });
  }
});
