import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPulumi, type Pulumi } from "../../src/toolchain/pulumi.js";
import { programFolder } from "../../src/workspace/paths.js";
import { silent } from "../../src/workspace/progress.js";

/** On a machine that reaches no downloads and has no Go: what cannot be found ends in an error. */
describe("where the Pulumi CLI and its plugins come from", () => {
  const before = { ...process.env };
  const release = (name: string): string =>
    (
      JSON.parse(readFileSync(join(programFolder, `node_modules/@pulumi/${name}/package.json`), "utf8")) as {
        version: string;
      }
    ).version;
  let folder: string;
  let notes: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-"));
    notes = [];
    mkdirSync(join(folder, "bin"));
    Object.assign(process.env, {
      PATH: join(folder, "bin"),
      OPENEDX_CACHE: join(folder, "cache"),
      PULUMI_HOME: join(folder, "home"),
      HTTPS_PROXY: "http://127.0.0.1:9",
    });
  });

  afterEach(() => {
    for (const name of ["PATH", "OPENEDX_CACHE", "PULUMI_HOME", "HTTPS_PROXY"]) {
      delete process.env[name];
      Object.assign(process.env, before[name] === undefined ? {} : { [name]: before[name] });
    }
    rmSync(folder, { recursive: true });
  });

  const command = (name: string, script = ""): string => {
    const file = join(folder, "bin", name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const cli = (version: string): string => command("pulumi", `echo v${version}`);
  const install = (name: string, version: string): string => {
    const plugin = join(folder, "home/plugins", `resource-${name}-v${version}`);
    mkdirSync(plugin, { recursive: true });
    return plugin;
  };
  const installAll = (): void =>
    ["kubernetes", "random", "tls"].forEach((name) => install(name, release(name)));
  const find = (): Promise<Pulumi> =>
    findPulumi({ progress: { ...silent, note: (text) => notes.push(text) } });

  it("takes a CLI on the PATH that is as new as the SDK or newer", async () => {
    installAll();
    for (const version of [release("pulumi"), "3.999.0"]) {
      cli(version);
      const { command, environment } = await find();
      assert.equal(String(command.version), version);
      assert.deepEqual(environment, {});
    }
    assert.deepEqual(notes, []);
  });

  for (const [what, script, says] of [
    [
      "too old",
      "echo v3.247.0",
      /minimum CLI version requirement is 3\.248\.0, your current CLI version is v?3\.247\.0/,
    ],
    ["newer than the SDK knows", "echo v4.0.0", /Pulumi CLI version v4\.0\.0 with Automation SDK v3/],
    ["broken", "echo oops >&2; exit 1", /./],
  ] as const) {
    it(`says that a CLI is ${what}, and what is left to do`, async () => {
      installAll();
      const path = command("pulumi", script);
      await assert.rejects(find(), {
        name: "UserError",
        message:
          /no fitting Pulumi CLI on the PATH.*get\.pulumi\.com cannot be reached\. Install it as https.*Go is not on the PATH/,
      });
      assert.ok(notes[0]?.startsWith(`${path} is not used: `), notes[0]);
      assert.match(notes[0] ?? "", says);
    });
  }

  it("says that plugins on the PATH are used, of whatever release they are", async () => {
    cli(release("pulumi"));
    installAll();
    const path = command("pulumi-resource-kubernetes");
    assert.deepEqual((await find()).environment, {});
    assert.equal(notes.length, 1);
    assert.match(notes[0] ?? "", /pulumi-resource-kubernetes is used, whatever its release.* made for 4\./);
    assert.ok(notes[0]?.startsWith(path));
  });

  it("takes no other release of a plugin, nor one that is half installed", async () => {
    cli(release("pulumi"));
    const refused = {
      name: "UserError",
      message: /Kubernetes provider is not installed, .*Go is not on the PATH/,
    };
    install("kubernetes", "4.0.0");
    await assert.rejects(find(), refused);
    installAll();
    const kubernetes = install("kubernetes", release("kubernetes"));
    writeFileSync(`${kubernetes}.partial`, "");
    await assert.rejects(find(), refused);
    rmSync(`${kubernetes}.partial`);
    await find();
  });
});
