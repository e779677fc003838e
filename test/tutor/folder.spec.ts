import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readInstanceFiles } from "../../src/tutor/folder.js";
import { programFolder } from "../../src/workspace/paths.js";

describe("readInstanceFiles", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "instance-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const read = (): unknown => readInstanceFiles({ name: "campus", folder, namespace: "campus" });
  const good = { config: "LMS_HOST: campus.example.com\n", requirements: "tutor==22.0.3\n" };

  for (const name of ["academy", "campus"]) {
    it(`finds the sample ${name} right`, () => {
      const sample = join(programFolder, "instances", name);
      const { requirements } = readInstanceFiles({ name, folder: sample, namespace: name });
      assert.ok(requirements.packages.length > 1);
    });
  }

  it("names a missing folder and how to make it", () => {
    rmSync(folder, { recursive: true });
    assert.throws(read, { name: "UserError", message: /campus.*does not exist.*instance new campus/s });
  });

  it("names both missing files at once", () => {
    assert.throws(read, {
      name: "UserError",
      message: /config\.yml is missing[^]*requirements\.txt is missing/,
    });
  });

  const faults: [what: string, config: string, requirements: string, message: RegExp][] = [
    [
      "broken YAML",
      "LMS_HOST: a\nB: [1\nC: 2\n",
      good.requirements,
      /config\.yml, line [23], column \d+: \S/,
    ],
    ["a list for a config", "- LMS_HOST\n", good.requirements, /config\.yml holds no settings/],
    ["an empty config", "", good.requirements, /config\.yml holds no settings/],
    ["no LMS_HOST", "CMS_HOST: a.b\n", good.requirements, /config\.yml: LMS_HOST is missing/],
    ["a URL for a host", "LMS_HOST: https://a.b\n", good.requirements, /LMS_HOST is "https:\/\/a\.b"/],
    ["PLUGINS as text", `${good.config}PLUGINS: mfe\n`, good.requirements, /PLUGINS must be a list/],
    ["PLUGINS with a number", `${good.config}PLUGINS: [1]\n`, good.requirements, /PLUGINS must be a list/],
    ["our plugin", `${good.config}PLUGINS: [openedx_pulumi]\n`, good.requirements, /always on/],
    [
      "another namespace",
      `${good.config}K8S_NAMESPACE: other\n`,
      good.requirements,
      /K8S_NAMESPACE is "other"/,
    ],
    ["no tutor", good.config, "tutor-mfe==22.0.0\n", /requirements\.txt: tutor is missing/],
    ["an old Tutor", good.config, "tutor==17.0.6\n", /tutor 17\.0\.6 is too old; 18/],
    ["loose requirements", good.config, "tutor==22.0.3\nx\ny>1\n", /line 2: x is not[^]*line 3: y>1 is not/],
    ["faults in both files", "A: 1\n", "tutor\n", /LMS_HOST is missing[^]*requirements\.txt, line 1/],
  ];
  for (const [what, config, requirements, message] of faults) {
    it(`refuses ${what}`, () => {
      write("config.yml", config);
      write("requirements.txt", requirements);
      assert.throws(read, { name: "UserError", message });
      assert.throws(read, /Instance campus/);
    });
  }

  it("refuses a local plugin with the name of ours", () => {
    write("config.yml", good.config);
    write("requirements.txt", good.requirements);
    write("plugins/openedx_pulumi.py", "");
    assert.throws(read, /plugins\/openedx_pulumi\.py has the name of/);
  });
});
