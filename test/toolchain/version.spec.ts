import assert from "node:assert/strict";
import { helmTool, kubectlTool, misfit } from "../../src/toolchain/pathTools.js";
import { compareVersions, parseVersion } from "../../src/toolchain/version.js";

describe("versions of tools", () => {
  it("finds the release in what tools print", () => {
    assert.deepEqual(parseVersion("v1.32.4-gke.100"), { major: 1, minor: 32, patch: 4 });
    assert.deepEqual(parseVersion("go1.26rc1"), { major: 1, minor: 26, patch: 0 });
    assert.deepEqual(parseVersion("v3.22"), { major: 3, minor: 22, patch: 0 });
    assert.deepEqual(parseVersion("v3.14.0+g3fc9f4b"), { major: 3, minor: 14, patch: 0 });
    assert.equal(parseVersion("command not found"), undefined);
  });

  it("compares numbers, not text", () => {
    const version = (text: string) => parseVersion(text) ?? assert.fail();
    assert.ok(compareVersions(version("1.9.0"), version("1.31.0")) < 0);
    assert.ok(compareVersions(version("2.0.0"), version("1.31.9")) > 0);
    assert.ok(compareVersions(version("1.31.2"), version("1.31.10")) < 0);
    assert.equal(compareVersions(version("1.31"), version("1.31.0")), 0);
  });

  it("knows which releases will do", () => {
    const fits = (tool: typeof helmTool, text: string) =>
      misfit(tool, parseVersion(text) ?? assert.fail()) === undefined;
    assert.deepEqual(
      ["1.30.9", "1.31.0", "1.40.1"].map((text) => fits(kubectlTool, text)),
      [false, true, true],
    );
    assert.deepEqual(
      ["3.13.3", "3.14.0", "3.22", "4.0.0"].map((text) => fits(helmTool, text)),
      [false, true, true, false],
    );
  });
});
