import assert from "node:assert/strict";
import { revisionsInTheWay } from "../../src/cluster/revisions.js";

describe("revisionsInTheWay", () => {
  const cases: { what: string; statuses: string[]; forgotten: number[] }[] = [
    { what: "nothing of a release that is not there", statuses: [], forgotten: [] },
    { what: "nothing of one that is deployed", statuses: ["superseded", "deployed"], forgotten: [] },
    {
      what: "nothing of an upgrade that failed: Helm upgrades over it",
      statuses: ["deployed", "failed"],
      forgotten: [],
    },
    {
      what: "an upgrade that was cut off",
      statuses: ["superseded", "deployed", "pending-upgrade"],
      forgotten: [3],
    },
    {
      what: "a rollback that was cut off",
      statuses: ["superseded", "deployed", "pending-rollback"],
      forgotten: [3],
    },
    { what: "a first install that was cut off", statuses: ["pending-install"], forgotten: [1] },
    { what: "a deletion that was cut off", statuses: ["superseded", "uninstalling"], forgotten: [2] },
    {
      what: "a first install that failed, and what followed",
      statuses: ["failed", "pending-upgrade"],
      forgotten: [1, 2],
    },
  ];
  for (const { what, statuses, forgotten } of cases) {
    it(`is ${what}`, () => {
      const revisions = statuses.map((status, index) => ({ revision: index + 1, status }));
      assert.deepEqual(
        revisionsInTheWay(revisions).map(({ revision }) => revision),
        forgotten,
      );
    });
  }
});
