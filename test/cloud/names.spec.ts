import assert from "node:assert/strict";
import { awsNames } from "../../providers/aws/facts.js";
import { azureNames } from "../../providers/azure/facts.js";
import { gcpNames } from "../../providers/gcp/facts.js";
import { cloudName, type NameLimit } from "../../src/cloud/names.js";

const limits: Record<string, Record<string, NameLimit>> = { aws: awsNames, azure: azureNames, gcp: gcpNames };
const kinds = Object.entries(limits).flatMap(([cloud, own]) =>
  Object.entries(own).map(([kind, limit]) => [`${cloud} ${kind}`, limit] as const),
);

const long = "an-instance-whose-name-has-forty-letters";

describe("names in a cloud", () => {
  for (const [kind, limit] of kinds) {
    it(`${kind}: fit its limits, and differ where their parts do`, () => {
      const names = [
        cloudName(limit, "openedx-prod", "campus"),
        cloudName(limit, "openedx-prod", long, "one"),
        cloudName(limit, "openedx-prod", long, "two"),
      ];
      const { min, max, hyphens = true } = limit;
      for (const name of names) {
        assert.ok(name.length >= min && name.length <= max, `${name} has ${name.length} characters`);
        assert.match(name, hyphens ? /^[a-z][a-z0-9-]*[a-z0-9]$/ : /^[a-z][a-z0-9]*$/);
      }
      assert.equal(new Set(names).size, 3);
    });
  }

  it("are as written where they fit", () => {
    assert.equal(cloudName(awsNames.bucket, "prod", "campus"), "prod-campus");
  });

  it("are not one name where only hyphens differ", () => {
    assert.notEqual(
      cloudName(azureNames.storageAccount, "prod", "a-b"),
      cloudName(azureNames.storageAccount, "prod", "ab"),
    );
  });
});
