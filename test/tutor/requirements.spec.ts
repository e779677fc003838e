import assert from "node:assert/strict";
import { parseRequirements } from "../../src/tutor/requirements.js";

const commit = "0123456789abcdef0123456789abcdef01234567";

describe("parseRequirements", () => {
  const accepted: [line: string, name: string, version?: string][] = [
    ["tutor==22.0.3", "tutor", "22.0.3"],
    ["tutor[full] == 22.0.3  # all of it", "tutor", "22.0.3"],
    ["Tutor_Contrib.Aspects===2.4.0", "tutor-contrib-aspects", "2.4.0"],
    ['tutor-mfe==22.1.0; python_version >= "3.10"', "tutor-mfe", "22.1.0"],
    ["tutor==22.0.3 \\\n  --hash=sha256:00", "tutor", "22.0.3"],
    [`mine @ git+https://git.example.com/mine.git@${commit}`, "mine"],
    [`git+https://git.example.com/mine.git@${commit}#egg=My_Plugin`, "my-plugin"],
    [`mine @ https://git.example.com/mine/archive/${commit}.zip`, "mine"],
    ["mine @ https://example.com/mine-1.2.3-py3-none-any.whl", "mine"],
  ];
  for (const [line, name, version] of accepted) {
    it(`accepts ${line.replaceAll("\n", " ")}`, () => {
      const { packages, faults } = parseRequirements(`\n# head\n${line}\n`);
      assert.deepEqual(faults, []);
      assert.deepEqual(
        packages.map((each) => [each.name, each.version]),
        [[name, version]],
      );
    });
  }

  it("names each line that may change by itself, all at once", () => {
    const { faults } = parseRequirements(
      [
        "tutor",
        "tutor-mfe>=22",
        "tutor-notes==22.*",
        "tutor-forum==22.0.0,!=22.0.1",
        "mine @ git+https://git.example.com/mine.git@main",
        "git+https://git.example.com/mine.git",
        "-r more.txt",
        "./local",
      ].join("\n"),
    );
    assert.deepEqual(
      faults.map((fault) => fault.split(":")[0]),
      [1, 2, 3, 4, 5, 6, 7, 8].map((line) => `line ${line}`),
    );
    assert.match(faults[1] ?? "", /tutor-mfe>=22 is not pinned; write tutor-mfe==VERSION/);
  });

  it("keeps the options that say where to look", () => {
    const { options, packages, faults } = parseRequirements(
      "--extra-index-url https://p.example.com\ntutor==18.0.0",
    );
    assert.deepEqual(options, ["--extra-index-url https://p.example.com"]);
    assert.equal(packages.length, 1);
    assert.deepEqual(faults, []);
  });
});
