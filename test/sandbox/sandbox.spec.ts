import assert from "node:assert/strict";
import { existsSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locateSandbox } from "../../src/sandbox/location.js";
import { sandboxDown, sandboxKubeconfig, sandboxStatus, sandboxUp } from "../../src/sandbox/sandbox.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { UserError } from "../../src/workspace/errors.js";
import { silent } from "../../src/workspace/progress.js";

describe("a sandbox that is not there", () => {
  const before = process.env.OPENEDX_CACHE;
  let cache: string;

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), "sandbox-"));
    process.env.OPENEDX_CACHE = cache;
  });

  afterEach(() => {
    if (before === undefined) {
      delete process.env.OPENEDX_CACHE;
    } else {
      process.env.OPENEDX_CACHE = before;
    }
    rmSync(cache, { recursive: true });
  });

  it("has no kubeconfig, and the way to one is said", () => {
    assert.throws(
      () => sandboxKubeconfig(),
      (error: unknown) =>
        error instanceof UserError && /no sandbox named default.*sandbox up/.test(error.message),
    );
  });

  it("is absent, and taking it down does nothing", async () => {
    assert.equal((await sandboxStatus()).state, "absent");
    assert.equal(await sandboxDown({ progress: silent }), false);
  });

  it("is not taken for one when it was never finished", async () => {
    const location = locateSandbox();
    mkdirSync(location.clusterFolder, { recursive: true });
    assert.equal((await sandboxStatus()).state, "stopped");
    assert.throws(() => sandboxKubeconfig(), UserError);
    assert.equal(await sandboxDown({ progress: silent }), true);
    assert.ok(!existsSync(location.folder));
  });

  it("is stopped when its state says that it was complete but nothing runs", async () => {
    const location = locateSandbox();
    mkdirSync(location.folder, { recursive: true });
    writeFileSync(location.state, JSON.stringify({ server: "https://127.0.0.1:1", objects: "" }));
    const status = await sandboxStatus();
    assert.equal(status.running, false);
    assert.equal(status.missing.length, 5);
  });

  it("says what is missing when it cannot be brought up", async () => {
    const env = { PATH: join(cache, "nothing") };
    const toolchain = createToolchain({ progress: silent, env, releases: {} });
    await assert.rejects(sandboxUp({ toolchain, progress: silent }), /Go is not on the PATH/);
    assert.equal((await sandboxStatus()).state, "absent");
  });

  it("takes short DNS labels for names only", () => {
    for (const name of ["", "Default", "a/b", "..", "-a", "a-", "a".repeat(31)]) {
      assert.throws(() => locateSandbox(name), UserError, name);
    }
    assert.ok(locateSandbox("a".repeat(30)));
  });
});
