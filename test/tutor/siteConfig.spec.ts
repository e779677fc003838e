import assert from "node:assert/strict";
import { configKeys, readConfig } from "../../src/tutor/siteConfig.js";
import { date, refused, refusedHere, yamlScalars } from "./yamlScalars.js";

describe("a config.yml", () => {
  for (const [written, value, printed] of yamlScalars) {
    it(`with ${JSON.stringify(written)} is read as Tutor reads it`, () => {
      const { config, faults } = readConfig(`K: ${written}\n`);
      if (value === refused) {
        assert.ok(faults.length > 0);
        assert.deepEqual(config, { settings: {}, texts: {} });
        return;
      }
      assert.deepEqual(faults, []);
      assert.deepEqual(config.settings, { K: value === date ? written : value });
      const isText = typeof value === "string" || typeof value === "number";
      assert.deepEqual(config.texts, isText ? { K: printed ?? String(value) } : {});
    });
  }

  for (const [written, fault] of refusedHere) {
    it(`is refused with ${JSON.stringify(written)}`, () => {
      const { config, faults } = readConfig(`K: ${written}\n`);
      assert.match(faults.join("\n"), fault);
      assert.deepEqual(config.settings, {});
    });
  }

  it("names every fault by line and key, and shows no value", () => {
    const { faults } = readConfig("A: &x 1.0e+999\nB:\n  c: 98765432109876543210\nD: !x hunter2\n");
    assert.equal(faults.length, 3);
    assert.match(faults.join("\n"), /line 1.*A: [^]*line 3.*B: [^]*line 4.*D: /);
    assert.doesNotMatch(faults.join("\n"), /hunter2|98765|999/);
  });

  it("takes aliases and merged maps for what they stand for, as printed too", () => {
    const { config } = readConfig("A: &x {n: 0123, f: 1.50}\nB: &f 1.50\n<<: *x\nC: *f\n");
    assert.deepEqual(config.settings, { A: { n: 83, f: 1.5 }, B: 1.5, n: 83, f: 1.5, C: 1.5 });
    assert.deepEqual(config.texts, { B: "1.5", n: "83", f: "1.5", C: "1.5" });
  });

  it("has as keys those with a value", () => {
    const { config } = readConfig("A: 1\nB:\nC: ''\nD: false\nE: []\n");
    assert.deepEqual([...configKeys(config)], ["A", "D", "E"]);
  });
});
