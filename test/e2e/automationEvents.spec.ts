import assert from "node:assert/strict";
import { SemVer } from "semver";
import {
  openStack,
  type OpenedStack,
  OperationError,
  preview,
  setConfig,
  summaryOf,
  up,
  UserError,
} from "../../src/automation/index.js";
import { stream } from "../automation/streams.js";
import { assertFails } from "./support/pulumi/assertFails.js";
import { SmallProgram, standInCli } from "./support/pulumi/programs.js";

describe("the Automation API, by what the engine could say", () => {
  const { pulumi, remove } = standInCli();
  let program: SmallProgram;
  let opened: OpenedStack;

  before(async () => {
    program = new SmallProgram();
    opened = await openStack({
      stack: "prod",
      create: true,
      folder: program.folder,
      environment: program.environment,
      pulumi,
    });
  });
  after(() => {
    program.remove();
    remove();
  });

  it("tells an update that fails half-way by what was done and what failed", async () => {
    program.plays({ up: { events: stream("up-fails-half-way"), exit: 255, stderr: "error: update failed" } });
    const error = await assertFails(
      up(opened),
      OperationError,
      /the deployment failed: campus: Helm release/,
    );
    const { resources } = error.report;
    assert.deepEqual(
      resources.map(({ name, failed = false }) => [name, failed]),
      [
        ["campus-database", false],
        ["campus", true],
      ],
    );
  });

  it("reads the events of an older CLI from a file", async () => {
    const older = { ...pulumi, version: new SemVer("3.200.0") };
    const { folder, environment } = program;
    program.plays({ preview: { events: stream("preview-image-change") } });
    const { report } = await preview(await openStack({ stack: "prod", folder, environment, pulumi: older }));
    assert.equal(summaryOf(report), "1 to be replaced, 1 to be changed, 2 unchanged, 7 s");
  });

  it("tells the policies that a preview breaks", async () => {
    program.plays({
      preview: { events: stream("preview-policy"), exit: 255, stderr: "error: preview failed" },
    });
    await assertFails(
      preview(opened),
      OperationError,
      /policy no-latest-images: The image .* has no fixed tag/,
    );
  });

  it("tells which plugin cannot be had without a network", async () => {
    const stderr =
      "error: could not load plugin for kubernetes provider: failed to download plugin: kubernetes-4.34.2: " +
      "dial tcp: lookup get.pulumi.com: no such host\n";
    program.plays({ preview: { exit: 255, stderr } });
    await assertFails(preview(opened), UserError, /A provider plugin cannot be had:.*kubernetes-4\.34\.2/s);
  });

  it("does not deploy what would lose the data of shared services", async () => {
    const names = ["mysql", "mongodb", "redis", "search", "legacySearch", "objectStore"];
    const perInstance = Object.fromEntries(names.map((name) => [name, "perInstance"]));
    const services = {
      namespace: "openedx-services",
      modes: { ...perInstance, mysql: "shared" },
      instances: ["campus"],
    };
    program.plays({ up: { outputs: { services } } });
    await up(opened);
    await setConfig(opened, "openedx:cloud", "existing");
    const planned = { ...services, modes: perInstance };
    const changed: OpenedStack = { ...opened, program: () => Promise.resolve({ services: planned }) };
    await assertFails(
      up(changed),
      UserError,
      /would lose data: .*MySQL servers with the databases of campus/,
    );
    await setConfig(opened, "openedx:disposable", true);
    await up(changed);
  });
});
