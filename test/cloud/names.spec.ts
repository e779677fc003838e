import assert from "node:assert/strict";
import { cloudName, nameLimits, type NameKind } from "../../src/cloud/names.js";

const long = "an-instance-whose-name-has-forty-letters";

describe("names in a cloud", () => {
  for (const kind of Object.keys(nameLimits) as NameKind[]) {
    it(`${kind}: fit its limits, and differ where their parts do`, () => {
      const names = [
        cloudName(kind, "openedx-prod", "campus"),
        cloudName(kind, "openedx-prod", long, "one"),
        cloudName(kind, "openedx-prod", long, "two"),
      ];
      const {
        min,
        max,
        hyphens = true,
      } = nameLimits[kind] as { min: number; max: number; hyphens?: boolean };
      for (const name of names) {
        assert.ok(name.length >= min && name.length <= max, `${name} has ${name.length} characters`);
        assert.match(name, hyphens ? /^[a-z][a-z0-9-]*[a-z0-9]$/ : /^[a-z][a-z0-9]*$/);
      }
      assert.equal(new Set(names).size, 3);
    });
  }

  it("are as written where they fit", () => {
    assert.equal(cloudName("aws:bucket", "prod", "campus"), "prod-campus");
  });

  it("are not one name where only hyphens differ", () => {
    assert.notEqual(
      cloudName("azure:storageAccount", "prod", "a-b"),
      cloudName("azure:storageAccount", "prod", "ab"),
    );
  });
});
