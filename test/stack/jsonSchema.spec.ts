import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { getFileInfo } from "prettier";
import { parse } from "yaml";
import { stackFileSchema } from "../../src/stack/jsonSchema.js";
import { programFolder } from "../../src/workspace/paths.js";

const stacks = join(programFolder, "stacks");

describe("the JSON schema of stack files", () => {
  it("is up to date (npm run schema)", () => {
    assert.equal(readFileSync(join(stacks, "schema.json"), "utf8"), stackFileSchema("openedx"));
  });

  const validate = new Ajv2020({ allowUnionTypes: true, formats: { ipv4: isIPv4 } }).compile(
    JSON.parse(stackFileSchema("openedx")) as object,
  );
  const files = readdirSync(stacks).filter((name) => name.endsWith(".yaml"));

  it("has stacks to check", () => assert.ok(files.length > 0));

  it("and the check of the format leave them in the form that the Pulumi CLI writes", async () => {
    const ignorePath = join(programFolder, ".prettierignore");
    for (const file of files) {
      const { ignored } = await getFileInfo(join(stacks, file), { ignorePath });
      assert.ok(ignored, file);
    }
  });

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
    assert.ok(!validate({ config: { ...good.config, "openedx:credentials": { mysql: { a: "plain" } } } }));
    const encrypted = { campus: { SMTP_PASSWORD: { secure: "v1:x" } } };
    for (const key of ["openedx:secrets", "openedx:credentials"]) {
      assert.ok(validate({ config: { ...good.config, [key]: encrypted } }), JSON.stringify(validate.errors));
    }
  });

  it("takes a boolean at the top as itself and as text, which the Pulumi CLI makes of it", () => {
    const withDisposable = (disposable: unknown): boolean =>
      validate({ config: { "openedx:cloud": "existing", "openedx:disposable": disposable } });
    [true, false, "true", "false"].forEach((form) => assert.ok(withDisposable(form), String(form)));
    ["yes", 1, "", null].forEach((form) => assert.ok(!withDisposable(form), String(form)));
  });

  it("has no other boolean or number at the top that would not be taken as text", () => {
    const { properties } = JSON.parse(stackFileSchema("openedx")) as {
      properties: { config: { properties: Record<string, { type?: string }> } };
    };
    const types = Object.values(properties.config.properties).map(({ type }) => type);
    assert.deepEqual([...new Set(types)].sort(), ["object", "string", undefined]);
  });
});
