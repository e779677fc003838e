import assert from "node:assert/strict";
import { judgeLease, type Lease } from "../../../src/engine/local/lease.js";
import { planRemoval, protectedOnes, removeInOrder } from "../../../src/engine/local/removal.js";
import { decideRecovery } from "../../../src/engine/local/revisions.js";
import type { ResourceRecord } from "../../../src/engine/local/state.js";
import { mergePatch } from "../../../src/engine/local/validate.js";

describe("a release after a helm that was cut off", () => {
  const cases: [string, string[], ReturnType<typeof decideRecovery>][] = [
    ["is new", [], { action: "none" }],
    ["is deployed", ["superseded", "deployed"], { action: "none" }],
    ["has failed", ["deployed", "failed"], { action: "none" }],
    ["was being installed", ["pending-install"], { action: "uninstall" }],
    [
      "was being upgraded",
      ["superseded", "deployed", "pending-upgrade"],
      { action: "rollback", revision: 2 },
    ],
    [
      "was being rolled back",
      ["superseded", "failed", "pending-rollback"],
      { action: "rollback", revision: 1 },
    ],
    ["never came up and was being upgraded", ["failed", "pending-upgrade"], { action: "uninstall" }],
    ["was being uninstalled", ["superseded", "uninstalling"], { action: "uninstall" }],
  ];
  for (const [what, statuses, expected] of cases) {
    it(`that ${what}: ${expected.action}`, () => {
      const revisions = statuses.map((status, index) => ({ revision: index + 1, status }));
      assert.deepEqual(decideRecovery(revisions), expected);
    });
  }
});

describe("the lease", () => {
  const own = { host: "here", space: "pid:[1]", pid: 10 };
  const now = Date.parse("2026-01-01T00:01:00Z");
  const lease = (holderIdentity: string, renewTime: string): Lease => ({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "l" },
    spec: { holderIdentity, renewTime },
  });
  const fresh = "2026-01-01T00:00:40.000000Z";
  const old = "2026-01-01T00:00:20.000000Z";
  const judge = (holder: string, renewed: string, running: boolean): string =>
    judgeLease(lease(holder, renewed), own, now, () => running);

  it("is held for thirty seconds after its last renewal", () => {
    assert.equal(judge("there pid:[1] 7 x", fresh, true), "held");
    assert.equal(judge("there pid:[1] 7 x", old, true), "stale");
    assert.equal(judge("", fresh, true), "free");
  });

  it("ends at once with a process that ran on this machine", () => {
    assert.equal(judge("here pid:[1] 7 x", fresh, false), "stale");
    assert.equal(judge("here pid:[1] 7 x", fresh, true), "held");
    assert.equal(judge("here pid:[2] 7 x", fresh, false), "held", "a container's process cannot be seen");
    assert.equal(
      judge("there pid:[1] 7 x", fresh, false),
      "held",
      "another machine's process cannot be seen",
    );
  });

  it("is held by another run in the same process", () => {
    assert.equal(judge("here pid:[1] 10 x", fresh, false), "held");
  });
});

describe("taking resources away", () => {
  const record = (kind: string, name: string, more: Partial<ResourceRecord> = {}): ResourceRecord => ({
    type: kind,
    ref: { apiVersion: "v1", kind, name, namespace: kind === "Namespace" ? undefined : "n" },
    obsolete: [],
    dependencies: [],
    provider: "",
    protect: false,
    retainOnDelete: false,
    outputs: {},
    ...more,
  });

  it("goes from dependents to what they need, and empties a namespace before it goes", async () => {
    const records = new Map([
      ["ns", record("Namespace", "n")],
      ["secret", record("Secret", "s")],
      ["job", record("Job", "j", { dependencies: ["secret"] })],
      ["release", record("Release", "r", { dependencies: ["job"] })],
    ]);
    const order: string[] = [];
    await removeInOrder(planRemoval(records), async ({ urn }) => {
      await new Promise((resolve) => setTimeout(resolve, urn === "release" ? 20 : 1));
      order.push(urn);
    });
    assert.deepEqual(order, ["release", "job", "secret", "ns"]);
  });

  it("leaves what is retained or goes with another", () => {
    const records = new Map([
      ["ns", record("Namespace", "n")],
      ["with", record("Secret", "a", { deletedWith: "ns" })],
      ["kept", record("Secret", "b", { retainOnDelete: true })],
      ["orphan", record("Secret", "c", { deletedWith: "elsewhere" })],
    ]);
    assert.deepEqual(
      planRemoval(records).map(({ urn }) => urn),
      ["ns", "orphan"],
    );
  });

  it("does not begin what comes after a failure", async () => {
    const records = new Map([
      ["ns", record("Namespace", "n")],
      ["secret", record("Secret", "s")],
    ]);
    const tried: string[] = [];
    const removal = removeInOrder(planRemoval(records), ({ urn }) => {
      tried.push(urn);
      return Promise.reject(new Error(urn));
    });
    await assert.rejects(removal, /secret/);
    assert.deepEqual(tried, ["secret"]);
  });

  it("names what is protected", () => {
    const records = new Map([["urn::x", record("Secret", "s", { protect: true })]]);
    assert.deepEqual(protectedOnes(records), ["Secret n/s (x)"]);
  });
});

describe("the merge patch by which a release's object is judged", () => {
  it("takes away what the release had, and touches nothing else", () => {
    const before = { spec: { a: 1, b: { c: 1, d: 2 }, list: [1] } };
    const after = { spec: { b: { c: 3 }, list: [{ x: 1 }] } };
    assert.deepEqual(mergePatch(before, after), {
      spec: { a: null, b: { c: 3, d: null }, list: [{ x: 1 }] },
    });
    assert.deepEqual(mergePatch(undefined, after), after);
  });
});
