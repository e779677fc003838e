import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { changedSecrets, type PlannedSide } from "../../src/automation/diff/changedSecrets.js";
import { instance, plan } from "./support/plans.js";

describe("secret settings that changed", () => {
  const scratch = mkdtempSync(join(tmpdir(), "changed-secrets-"));
  after(() => rmSync(scratch, { recursive: true }));

  function side(name: string, config: unknown, written: unknown): PlannedSide {
    const folder = join(scratch, name);
    const files = {
      "stacks/Pulumi.prod.yaml": { config },
      "instances/campus/config.yml": written,
    };
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), stringify(content));
    }
    return { checkout: { folder }, plan: plan([instance("campus", { settings: { LMS_HOST: "a" } })]) };
  }

  const secure = (text: string): unknown => ({ secure: `v1:${text}` });

  it("are those of the stack's file and of config.yml, by key, without their values", () => {
    const before = side(
      "before",
      {
        "openedx:secrets": { campus: { SMTP_PASSWORD: secure("a"), SAME: secure("s") } },
        "openedx:dns": [secure("a")],
      },
      { LMS_HOST: "a", API_TOKEN: "old" },
    );
    const after = side(
      "after",
      {
        "openedx:secrets": { campus: { SMTP_PASSWORD: secure("b"), SAME: secure("s") } },
        "openedx:dns": [secure("b")],
      },
      { LMS_HOST: "b", API_TOKEN: "new" },
    );
    assert.deepEqual(changedSecrets("prod", before, after), {
      ofInstances: { campus: ["API_TOKEN", "SMTP_PASSWORD"] },
      ofStack: ["openedx:dns[0]"],
    });
  });

  it("are the stack's where all instances' secrets are one encrypted text", () => {
    const [before, after] = ["a", "b"].map((text) => side(text, { "openedx:secrets": secure(text) }, {}));
    assert.ok(before !== undefined && after !== undefined);
    assert.deepEqual(changedSecrets("prod", before, after).ofStack, ["openedx:secrets"]);
  });
});
