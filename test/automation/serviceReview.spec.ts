import assert from "node:assert/strict";
import { reviewServices } from "../../src/automation/serviceReview.js";

function modes(mysql: string, instances = ["academy", "campus"]): Record<string, unknown> {
  const rest = { mongodb: "bundled", redis: "cluster", search: "bundled", legacySearch: "bundled" };
  return {
    services: {
      namespace: "openedx-data",
      modes: { mysql, ...rest, objectStore: "bundled" },
      instances,
    },
  };
}

describe("reviewServices", () => {
  it("stops a deployment that would lose data, and names it", () => {
    const { faults, notes } = reviewServices(modes("cluster"), modes("external"), false);
    assert.equal(faults.length, 1);
    assert.match(
      faults[0] ?? "",
      /openedx:services\.mysql\.mode from cluster to external gives up the MySQL servers with the databases of academy and campus/,
    );
    assert.match(faults[0] ?? "", /Move the data first/);
    assert.deepEqual(notes, []);
  });

  it("says it of a disposable stack, and lets it go on", () => {
    const { faults, notes } = reviewServices(modes("cluster"), modes("external"), true);
    assert.deepEqual(faults, []);
    assert.match(notes.join(), /gives up the MySQL servers/);
  });

  it("says what stays of an instance that is gone", () => {
    const { faults, notes } = reviewServices(modes("cluster"), modes("cluster", ["campus"]), false);
    assert.deepEqual(faults, []);
    assert.match(notes.join(), /academy is deployed no longer, and its data stays: MySQL's databases/);
  });

  it("has nothing to say of a first deployment, or an unchanged one", () => {
    const nothing = { faults: [], notes: [] };
    assert.deepEqual(reviewServices({}, modes("cluster"), false), nothing);
    assert.deepEqual(reviewServices(modes("cluster"), modes("cluster"), false), nothing);
  });
});
