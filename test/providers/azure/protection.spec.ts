import assert from "node:assert/strict";
import { type CloudRun, inputsOf, type Plain } from "../../contract/clouds.js";
import { azureRun, resourcesOf } from "./stack.js";

describe("the protection of what Azure keeps", () => {
  let run: CloudRun;

  before(async () => {
    run = await azureRun({}, {}, true);
  });

  const named = (type: string): string[] => Object.keys(resourcesOf(run, type)).sort();
  const flagged = (flag: "protect" | "retainOnDelete", from: CloudRun): string[] =>
    from.registrations.filter((each) => each[flag]).map(({ name }) => name.replace("openedx-", ""));

  const data = ["backup", "broker", "mysql", "site-academy", "site-campus"];

  it("covers the cluster and all that holds data", () => {
    const kept = new Set(flagged("protect", run));
    const wanted = ["cluster", "data", "network", "ingress", "zone", "registry", "vault", ...data];
    assert.deepEqual(
      wanted.filter((name) => !kept.has(name)),
      [],
    );
    assert.ok(!kept.has("cache"), "a cache can be made anew");
  });

  it("locks data against portal and commands, until the stack is disposable", async () => {
    assert.deepEqual(
      named("authorization:ManagementLockByScope"),
      data.map((name) => `${name}-lock`),
    );
    const levels = Object.values(resourcesOf(run, "authorization:ManagementLockByScope"));
    assert.deepEqual([...new Set(levels.map(({ level }) => level))], ["CanNotDelete"]);
    const disposable = await azureRun({}, { disposable: true });
    assert.deepEqual(resourcesOf(disposable, "authorization:ManagementLockByScope"), {});
    assert.deepEqual(flagged("protect", disposable), []);
    assert.deepEqual(flagged("retainOnDelete", disposable), []);
  });

  it("retains zone, keys and images when they leave the config", () => {
    const retained = flagged("retainOnDelete", run).sort();
    assert.deepEqual(retained, ["disks-key", "registry", "secrets-key", "vault", "zone"]);
  });

  it("changes nothing but protection with `disposable`, so that lifting it replaces nothing", async () => {
    const disposable = await azureRun({}, { disposable: true }, true);
    const inputs = (from: CloudRun): Record<string, Plain> =>
      Object.fromEntries(
        from.registrations
          .filter(({ type }) => !type.endsWith(":ManagementLockByScope"))
          .map((each) => [each.urn, inputsOf(each)]),
      );
    assert.deepEqual(inputs(disposable), inputs(run));
  });
});
