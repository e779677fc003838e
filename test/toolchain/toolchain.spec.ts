import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createToolchain, type Toolchain } from "../../src/toolchain/toolchain.js";
import { UserError } from "../../src/workspace/errors.js";
import { silent } from "../../src/workspace/progress.js";
import { withSmallDisk } from "./smallDisk.js";

describe("the toolchain", () => {
  const before = process.env.OPENEDX_CACHE;
  let folder: string;
  let bin: string;
  let calls: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "toolchain-"));
    bin = join(folder, "bin");
    calls = join(folder, "calls");
    mkdirSync(bin);
    process.env.OPENEDX_CACHE = join(folder, "cache");
  });

  afterEach(() => {
    if (before === undefined) {
      delete process.env.OPENEDX_CACHE;
    } else {
      process.env.OPENEDX_CACHE = before;
    }
    rmSync(folder, { recursive: true });
  });

  /** A command on the PATH that notes that it was called and then runs `script`. */
  function command(name: string, script: string): string {
    const file = join(bin, name);
    writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> ${calls}\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  const kubectl = (version: string): string =>
    command(
      "kubectl",
      `echo '{"clientVersion": {"goVersion": "go1.99.0", "gitVersion": "v${version}"}, "kustomizeVersion": "v5.5.0"}'`,
    );

  /** A Go of a release that "builds" what it is asked for; `before` runs in the build. */
  const go = (version: string, before = ""): string =>
    command(
      "go",
      `[ "$1" = env ] && echo go${version} && exit
${before}
while [ $# -gt 0 ]; do
  case "$1" in
    -o) out=$2; shift ;;
    */kubectl) /bin/cp /bin/sh "$out/kubectl" ;;
    */helm) /bin/cp /bin/sh "$out/helm" ;;
  esac
  shift
done`,
    );

  const toolchain = (): Toolchain => createToolchain({ progress: silent, env: { PATH: bin }, releases: {} });
  const called = (prefix: string): number =>
    existsSync(calls)
      ? readFileSync(calls, "utf8")
          .split("\n")
          .filter((line) => line.startsWith(prefix)).length
      : 0;

  async function fails(work: Promise<string>, ...parts: (string | RegExp)[]): Promise<void> {
    await assert.rejects(work, (error: unknown) => {
      assert.ok(error instanceof UserError);
      for (const part of parts) {
        assert.match(error.message, new RegExp(part));
      }
      return true;
    });
  }

  it("takes what is on the PATH when it is new enough, and asks it once", async () => {
    const path = kubectl("1.31.0");
    const tools = toolchain();
    assert.deepEqual(await Promise.all([tools.kubectl(), tools.kubectl()]), [path, path]);
    assert.equal(called("kubectl"), 1);
  });

  it("says what to install when a tool is missing and there is no Go", async () => {
    await fails(
      toolchain().kubectl(),
      "kubectl is not on the PATH",
      "1.31 or newer",
      "Install it .https://",
      "Go is not on the PATH",
      "https://go.dev/dl/",
    );
    await fails(toolchain().helm(), "helm is not on the PATH", "3.14 or newer, but older than 4.0");
    await assert.rejects(
      toolchain().controlPlane(),
      /control plane is downloaded, or built from Go modules. Go is not on the PATH: install Go 1\.\d+ or newer/,
    );
  });

  it("says which release it found when that is too old or too new", async () => {
    const old = kubectl("1.20.4");
    await fails(toolchain().kubectl(), `${old} is 1.20.4, which is too old`, "1.31 or newer is needed");
    command("helm", "echo v4.0.1+g12345");
    await fails(toolchain().helm(), "is 4.0.1, which is too new: the Pulumi provider embeds Helm 3");
  });

  it("survives a tool that is broken", async () => {
    command("helm", "echo 'cannot execute' >&2; exit 126");
    await fails(toolchain().helm(), "does not tell its version: cannot execute");
  });

  it("says so when Go is too old and may not fetch a newer one", async () => {
    go("1.22.5");
    await fails(toolchain().kubectl(), "bin/go is 1.22.5: install Go 1\\.\\d+ or newer", "GOTOOLCHAIN=auto");
  });

  it("builds a tool that the PATH lacks, once, and then runs no Go", async () => {
    go("1.99.0");
    const [first, second] = await Promise.all([toolchain().kubectl(), toolchain().kubectl()]);
    assert.equal(first, second);
    assert.ok(existsSync(first));
    assert.equal(called("go build"), 1);
    rmSync(join(bin, "go"));
    assert.equal(await toolchain().kubectl(), first);
  });

  it("leaves nothing of a build that failed, shows its end, and builds the next time", async () => {
    go("1.99.0", "echo 'no space left on device' >&2; exit 1");
    const tools = toolchain();
    await fails(tools.kubectl(), "Building kubectl .*failed", "no space left on device", "GOPROXY");
    go("1.99.0");
    assert.ok(existsSync(await tools.kubectl()));
  });

  it("leaves nothing of a build that filled the disk, and builds where there is room again", async function () {
    await withSmallDisk(this, folder, async (disk) => {
      go("1.99.0", "set -e");
      await fails(
        toolchain().kubectl(),
        "Building kubectl .*failed",
        "5 GB of disk",
        "No space left on device",
      );
      const left = readdirSync(disk, { recursive: true, encoding: "utf8" });
      assert.deepEqual(
        left.filter((path) => /partial|kubectl/.test(path)),
        [],
      );
      spawnSync("mount", ["-o", "remount,size=1m", disk]);
      assert.ok(existsSync(await toolchain().kubectl()));
    });
  });

  it("clears what a killed build left behind", async () => {
    go("1.99.0");
    const path = await toolchain().helm();
    const leftover = join(dirname(path), ".partial-killed");
    mkdirSync(leftover);
    appendFileSync(join(leftover, "helm"), "half");
    rmSync(path);
    await toolchain().helm();
    assert.deepEqual(readdirSync(dirname(path)), ["helm"]);
  });
});
