import assert from "node:assert/strict";
import semver from "semver";
import { helmTool, kubectlTool, misfit } from "../../src/toolchain/pathTools.js";

describe("versions of tools", () => {
  it("knows which releases will do", () => {
    const fits = (tool: typeof helmTool, text: string) =>
      misfit(tool, semver.coerce(text) ?? assert.fail()) === undefined;
    assert.deepEqual(
      ["v1.9.0", "1.30.9", "1.31.0", "v1.32.4-gke.100"].map((text) => fits(kubectlTool, text)),
      [false, false, true, true],
    );
    assert.deepEqual(
      ["v3.9.1", "3.13.3", "v3.14.0+g3fc9f4b", "v3.22", "4.0.0"].map((text) => fits(helmTool, text)),
      [false, false, true, true, false],
    );
  });
});
