import assert from "node:assert/strict";
import type { CloudAbilities } from "../../src/cloud/types.js";
import { backupGaps, backupWarnings } from "../../src/data/backupStore.js";
import { fullCloud, planOf, stackWith } from "./stack.js";

describe("what has no backup", () => {
  const withIdentity: CloudAbilities = { ...fullCloud, workloadIdentity: true };
  const clusterData = { mysql: { mode: "cluster" }, mongodb: { mode: "cluster" } };
  const keys = { credentials: { backup: { accessKey: "id", secretKey: "key" } } };
  const cases: [
    string,
    Record<string, unknown>,
    CloudAbilities,
    Parameters<typeof stackWith>[1],
    boolean,
    string[],
  ][] = [
    ["bundled services", {}, fullCloud, {}, false, ["mysql", "mongodb", "objectStore"]],
    ["bundled services with copies of volumes", {}, fullCloud, {}, true, []],
    ["services on the cluster without a store", clusterData, planless(), {}, true, ["mysql", "mongodb"]],
    ["services on the cluster without a way in", clusterData, fullCloud, {}, true, ["mysql", "mongodb"]],
    ["services on the cluster by identity", clusterData, withIdentity, {}, true, []],
    ["services on the cluster by keys", clusterData, { ...fullCloud, backupKeys: true }, keys, true, []],
    [
      "services that are left out",
      { ...clusterData, backup: { modes: [] } },
      withIdentity,
      {},
      true,
      ["mysql", "mongodb"],
    ],
    [
      "what the cloud has",
      { mysql: { mode: "managed" }, mongodb: { mode: "managed" } },
      fullCloud,
      {},
      true,
      [],
    ],
    ["a disposable stack", clusterData, fullCloud, { disposable: true }, false, []],
    [
      "files on the cluster",
      { objectStore: { mode: "cluster" }, ...clusterData },
      withIdentity,
      {},
      false,
      ["objectStore"],
    ],
  ];
  for (const [what, services, abilities, more, volumes, expected] of cases) {
    it(`is said of ${what}`, () => {
      const config = stackWith(services, more);
      const plan = planOf(services, abilities, more);
      const gaps = backupGaps(config, plan, abilities, volumes);
      assert.deepEqual(
        gaps.map(({ service }) => service),
        expected,
      );
      assert.deepEqual(
        backupWarnings(config, plan, abilities, volumes),
        gaps.map(({ text }) => text),
      );
      assert.ok(gaps.every(({ text }) => /openedx:services\.backup\.enabled to false/.test(text)));
    });
  }

  it("is no warning once the config says that it is meant, and still there for a rule", () => {
    const services = { ...clusterData, backup: { enabled: false } };
    const config = stackWith(services);
    const plan = planOf(services);
    assert.deepEqual(backupWarnings(config, plan, fullCloud, true), []);
    assert.equal(backupGaps(config, plan, fullCloud, true).length, 2);
  });

  function planless(): CloudAbilities {
    return { ...fullCloud, backup: false };
  }
});

describe("the config of backups", () => {
  const keys = { credentials: { backup: { accessKey: "x", secretKey: "y" } } };
  const faulty: [string, Parameters<typeof planOf>, RegExp][] = [
    [
      "keys for a store that takes none",
      [{}, fullCloud, keys],
      /openedx:credentials\.backup: the store for backups of "existing" takes no keys, and needs none/,
    ],
    [
      "backups of a managed service without a store",
      [{ backup: { modes: ["cluster", "managed"] } }],
      /openedx:services\.backup\.modes: names managed, and there is no store/,
    ],
    [
      "a region for a store of one's own",
      [{ backup: { region: "eu-west-1", store: { bucket: "own" } } }, fullCloud, keys],
      /services\.backup\.region: is that of the cloud's store, and openedx:services\.backup\.store is used/,
    ],
  ];
  for (const [what, args, says] of faulty) {
    it(`is refused with ${what}`, () => {
      assert.throws(() => planOf(...args), says);
    });
  }
});
