import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { stackFileSchema } from "../../src/config/jsonSchema.js";
import { programFolder } from "../../src/workspace/paths.js";

const stacks = join(programFolder, "stacks");

describe("the JSON schema of stack files", () => {
  it("is up to date (npm run schema)", () => {
    assert.equal(readFileSync(join(stacks, "schema.json"), "utf8"), stackFileSchema("openedx"));
  });

  const validate = new Ajv2020({ allowUnionTypes: true }).compile(
    JSON.parse(stackFileSchema("openedx")) as object,
  );
  const files = readdirSync(stacks).filter((name) => name.endsWith(".yaml"));

  it("has stacks to check", () => assert.ok(files.length > 0));

  for (const file of files) {
    it(`accepts ${file}, whose first line names it`, () => {
      const text = readFileSync(join(stacks, file), "utf8");
      assert.match(text, /^# yaml-language-server: \$schema=\.\/schema\.json\n/);
      assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
    });
  }

  it("refuses a misspelt key, and a secret in plain text", () => {
    const good = {
      config: { "openedx:cloud": "existing", "openedx:instances": {}, "aws:region": "eu-north-1" },
    };
    assert.ok(validate(good), JSON.stringify(validate.errors));
    assert.ok(!validate({ config: { ...good.config, "openedx:clod": 1 } }));
    assert.ok(
      !validate({ config: { ...good.config, "openedx:secrets": { campus: { SMTP_PASSWORD: "plain" } } } }),
    );
    assert.ok(
      validate({
        config: { ...good.config, "openedx:secrets": { campus: { SMTP_PASSWORD: { secure: "v1:x" } } } },
      }),
    );
  });
});
