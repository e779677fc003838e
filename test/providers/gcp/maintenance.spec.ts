import assert from "node:assert/strict";
import { describeIssues } from "../../../src/stack/issues.js";
import { configSchema } from "../../../src/stack/schema.js";
import type { CloudRun, Plain } from "../../contract/clouds.js";
import { gcpRaw, gcpRun, resource } from "./stack.js";

const refused: [string, Record<string, unknown>, RegExp][] = [
  [
    "clocks of nowhere",
    { maintenance: { timeZone: "Europe/Atlantis" } },
    /gcp\.maintenance\.timeZone: is not a time zone/,
  ],
  [
    "a quiet period that ends before it begins",
    { maintenance: { quietPeriods: [{ from: "2027-02-01", to: "2027-01-18" }] } },
    /gcp\.maintenance\.quietPeriods\.0: must be of 1 to 25 days/,
  ],
  [
    "a quiet period on a day that there is not",
    { maintenance: { quietPeriods: [{ from: "2027-02-01", to: "2027-02-41" }] } },
    /gcp\.maintenance\.quietPeriods\.0: must be of 1 to 25 days/,
  ],
  [
    "quiet periods without a night for patches between them",
    {
      maintenance: {
        quietPeriods: [
          { from: "2027-01-04", to: "2027-01-15" },
          { from: "2027-01-18", to: "2027-01-29" },
        ],
      },
    },
    /gcp\.maintenance\.quietPeriods\.1: must begin 7 days or more after the one before it ends/,
  ],
  [
    "quiet periods of a whole year",
    {
      maintenance: {
        quietPeriods: [
          { from: "2027-01-04", to: "2027-01-15" },
          { from: "2027-06-18", to: "2027-06-29" },
        ],
      },
    },
    /gcp\.maintenance\.quietPeriods: span more than 90 days/,
  ],
];

describe("maintenance on Google Cloud", () => {
  for (const [what, gcp, message] of refused) {
    it(`is refused for ${what}`, () => {
      const raw = { instances: {}, ...gcpRaw(gcp) };
      const parsed = configSchema.safeParse(raw);
      assert.ok(!parsed.success, "it was taken");
      assert.match(describeIssues("stack.yaml", "openedx:", raw, parsed.error.issues).message, message);
    });
  }

  it("takes days as Pulumi writes them where they have no quotes", () => {
    const quietPeriods = [{ from: "2027-01-18 00:00:00 +0000 UTC", to: "2027-01-29" }];
    const config = configSchema.parse({ instances: {}, ...gcpRaw({ maintenance: { quietPeriods } }) });
    assert.deepEqual(config.gcp?.maintenance.quietPeriods, [{ from: "2027-01-18", to: "2027-01-29" }]);
  });

  it("is at the weekend's nights of where they are, or as the config says, and not in exams", async () => {
    const quietPeriods = [
      { from: "2027-01-18", to: "2027-01-29" },
      { from: "2027-03-01", to: "2027-03-05" },
    ];
    const tokyo = await gcpRun({ region: "asia-northeast1" });
    const delhi = await gcpRun({ maintenance: { timeZone: "Asia/Kolkata", quietPeriods } });
    const times = (from: CloudRun): unknown[] => {
      const { settings } = resource(from, "sql/databaseInstance:DatabaseInstance", "mysql");
      const { maintenanceWindow, backupConfiguration, denyMaintenancePeriod } = settings as Record<
        string,
        Plain
      >;
      const { maintenancePolicy } = resource(from, "redis/instance:Instance", "broker");
      const { day, hour } = maintenanceWindow as Plain;
      return [
        [day, hour, backupConfiguration?.startTime, denyMaintenancePeriod],
        (maintenancePolicy as { weeklyMaintenanceWindows: Plain[] }).weeklyMaintenanceWindows,
      ];
    };
    // Sunday at three is Saturday evening in UTC; India is five and a half hours ahead.
    assert.deepEqual(times(tokyo), [
      [6, 18, "17:00", undefined],
      [{ day: "SATURDAY", startTime: { hours: 18, minutes: 0 } }],
    ]);
    assert.deepEqual(times(delhi), [
      [6, 21, "20:30", { startDate: "2027-01-17", endDate: "2027-03-05", time: "18:30:00" }],
      [{ day: "SATURDAY", startTime: { hours: 21, minutes: 30 } }],
    ]);
    const policyOf = (from: CloudRun): Plain =>
      resource(from, "container/cluster:Cluster", "cluster").maintenancePolicy as Plain;
    assert.deepEqual(policyOf(tokyo).recurringWindow, {
      startTime: "2026-01-02T16:00:00Z",
      endTime: "2026-01-03T00:00:00Z",
      recurrence: "FREQ=WEEKLY;BYDAY=FR,SA",
    });
    const exclusions = policyOf(delhi).maintenanceExclusions as Plain[];
    assert.deepEqual(
      exclusions.map(({ exclusionName, startTime, endTime }) => [exclusionName, startTime, endTime]),
      [
        ["minor-versions", "2026-01-03T00:00:00Z", undefined],
        ["quiet-2027-01-18", "2027-01-17T18:30:00Z", "2027-01-29T18:30:00Z"],
        ["quiet-2027-03-01", "2027-02-28T18:30:00Z", "2027-03-05T18:30:00Z"],
      ],
    );
    assert.equal((policyOf(delhi).recurringWindow as Plain).recurrence, "FREQ=DAILY");
  });
});
