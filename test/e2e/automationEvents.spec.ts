import assert from "node:assert/strict";
import { join } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { SemVer } from "semver";
import { OperationError, preview, setConfig, summaryOf, up, UserError } from "../../src/automation/index.js";
import { findPulumi } from "../../src/toolchain/pulumi.js";
import { silent } from "../../src/workspace/progress.js";
import { assertFails } from "./support/pulumi/assertFails.js";
import { SmallProgram } from "./support/pulumi/smallProgram.js";

describe("the Automation API, by what the engine says", () => {
  let program: SmallProgram;

  beforeEach(() => {
    program = new SmallProgram();
  });
  afterEach(() => program.remove());

  it("tells an update that fails half-way by what was done and what failed", async () => {
    const halfWay = async (): Promise<Record<string, unknown>> => {
      const part = new pulumi.ComponentResource("openedx:test:Part", "part", {});
      await new Promise((resolve) => part.urn.apply(resolve));
      if (!pulumi.runtime.isDryRun()) {
        throw new Error("the moon is down");
      }
      return {};
    };
    const opened = await program.open("prod", true, { program: halfWay });
    const error = await assertFails(up(opened), OperationError, /the deployment failed:.*the moon is down/s);
    assert.doesNotMatch(error.message, /Nothing was changed/);
    const { resources } = error.report;
    const part = resources.find(({ name }) => name === "part");
    assert.deepEqual([part?.op, part?.failed ?? false], ["create", false]);
    assert.deepEqual(program.locks(), []);
  });

  it("reads the events of an older CLI from a file", async () => {
    const found = await findPulumi({ progress: silent, standIns: true });
    const command = Object.assign(
      Object.create(Object.getPrototypeOf(found.command) as object) as PulumiCommand,
      found.command,
      { version: new SemVer("3.200.0") },
    );
    const opened = await program.open("prod", true, { pulumi: { ...found, command } });
    const { report } = await preview(opened);
    assert.match(summaryOf(report), /^2 to be created, 0 unchanged/);
    assert.ok(report.resources.some(({ name }) => name === "part"));
  });

  it("tells which plugin is missing", async () => {
    const opened = await program.open("prod", true, {
      environment: {
        ...program.environment,
        PATH: join(program.folder, "bin"),
        PULUMI_HOME: join(program.folder, "home"),
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      },
      program: () => Promise.resolve({ id: new random.RandomId("id", { byteLength: 4 }).hex }),
    });
    await assertFails(preview(opened), UserError, /no resource plugin 'pulumi-resource-random' found/);
  });

  it("does not deploy what would lose the data of shared services", async () => {
    const names = ["mysql", "mongodb", "redis", "search", "legacySearch", "objectStore"];
    const perInstance = Object.fromEntries(names.map((name) => [name, "perInstance"]));
    // The servers of a mode are resources: a change of it is one of them, too.
    const giving = (modes: Record<string, string>) => (): Promise<Record<string, unknown>> => {
      new pulumi.ComponentResource("openedx:test:Part", `mysql-${modes.mysql}`, {});
      return Promise.resolve({
        services: { namespace: "openedx-services", modes, instances: ["campus"] },
      });
    };
    const before = await program.open("prod", true, {
      program: giving({ ...perInstance, mysql: "shared" }),
    });
    await setConfig(before, "openedx:disposable", false);
    await up(before);
    const changed = await program.open("prod", false, { program: giving(perInstance) });
    await assertFails(
      up(changed),
      UserError,
      /would lose data: .*MySQL servers with the databases of campus/,
    );
    await setConfig(changed, "openedx:disposable", true);
    await up(changed);
  });
});
