import assert from "node:assert/strict";
import type { Registration } from "../../../src/engine/types.js";
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
      // Grants on the store for backups come and go, which a lock forbids.
      data.filter((name) => name !== "backup").map((name) => `${name}-lock`),
    );
    const levels = Object.values(resourcesOf(run, "authorization:ManagementLockByScope"));
    assert.deepEqual([...new Set(levels.map(({ level }) => level))], ["CanNotDelete"]);
    const disposable = await azureRun({}, { disposable: true });
    assert.deepEqual(resourcesOf(disposable, "authorization:ManagementLockByScope"), {});
    assert.deepEqual(flagged("protect", disposable), []);
    assert.deepEqual(flagged("retainOnDelete", disposable), []);
  });

  it("makes each lock last and takes it off first: Azure deletes nothing below it", () => {
    const own = (each: Registration): string => each.name;
    const locks = run.registrations.filter(({ type }) => type.endsWith(":ManagementLockByScope"));
    for (const lock of locks) {
      const locked = inputsOf(lock).scope;
      const target = run.registrations.find(
        (each) => own(each) === locked && /:(StorageAccount|Server|RedisEnterprise)$/.test(each.type),
      );
      const { accountName, serverName, clusterName } = target === undefined ? {} : inputsOf(target);
      const inside = run.registrations.filter((each) => {
        const inputs = inputsOf(each);
        return (
          each !== target &&
          [
            [accountName, inputs.accountName],
            [serverName, inputs.serverName],
            [clusterName, inputs.clusterName],
          ].some(([name, of]) => name !== undefined && name === of)
        );
      });
      const scopes = [locked, ...inside.filter(({ type }) => type.endsWith(":BlobContainer")).map(own)];
      const granted = run.registrations.filter(
        (each) => each.type.endsWith(":RoleAssignment") && scopes.includes(inputsOf(each).scope),
      );
      assert.ok(inside.length > 0, lock.name);
      // A store for backups outlives the rights of who writes to it.
      const below = lock.name.includes("backup") ? inside : [...inside, ...granted];
      assert.deepEqual(below.filter(({ urn }) => !lock.dependencies.includes(urn)).map(own), [], lock.name);
    }
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
