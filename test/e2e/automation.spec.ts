import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  destroy,
  getConfig,
  openStack,
  type OpenedStack,
  OperationError,
  type OperationOptions,
  oneAfterAnother,
  outputs,
  preview,
  refresh,
  removeConfig,
  setConfig,
  setSecret,
  sideBySide,
  up,
  UserError,
} from "../../src/automation/index.js";
import { assertFails } from "./support/pulumi/assertFails.js";
import { type Scenario, SmallProgram, type TestCli, testClis } from "./support/pulumi/programs.js";

const { clis, remove } = await testClis();
after(remove);

const part = "urn:pulumi:prod::openedx::openedx:test:Part::part";
const made = {
  type: "openedx:test:Part",
  urn: part,
  id: "",
  parent: "",
  inputs: {},
  outputs: {},
  provider: "",
};
const step = { urn: part, type: made.type, provider: "" };

/** What the small program would make the engine say, for the CLI that stands in. */
function events(op: string, states: object): unknown[] {
  const summary = { maybeCorrupt: false, durationSeconds: 1, resourceChanges: { [op]: 1 }, policyPacks: {} };
  return [
    { sequence: 0, timestamp: 1, preludeEvent: { config: {} } },
    { sequence: 1, timestamp: 1, resourcePreEvent: { metadata: { ...step, op, ...states } } },
    { sequence: 2, timestamp: 2, resOutputsEvent: { metadata: { ...step, op, ...states } } },
    { sequence: 3, timestamp: 2, summaryEvent: summary },
  ];
}

const usual: Record<string, Scenario> = {
  preview: { events: events("create", { new: made }) },
  up: {
    events: events("create", { new: made }),
    outputs: {
      greeting: "hello",
      nested: { user: "admin", password: { secret: "n3sted" } },
      token: { secret: "t0ken" },
    },
  },
  refresh: { events: events("same", { old: made, new: made }) },
  destroy: { events: events("delete", { old: made }) },
};

for (const cli of clis) {
  describe(`the Automation API, with ${cli.name}`, () => {
    let program: SmallProgram;
    const open = (stack: string, create = false): Promise<OpenedStack> =>
      openStack({
        stack,
        create,
        folder: program.folder,
        environment: program.environment,
        pulumi: cli.pulumi,
      });

    beforeEach(() => {
      program = new SmallProgram();
      program.plays(usual);
    });
    afterEach(() => program.remove());

    it("makes, previews, deploys, refreshes and destroys a stack", async () => {
      const opened = await open("prod", true);
      const planned = await preview(opened);
      assert.equal(opOfPart(planned.report), "create");
      const deployed = await up(opened, { message: "First" });
      assert.equal(opOfPart(deployed.report), "create");
      assert.deepEqual(await outputs(opened), {
        greeting: "hello",
        nested: { user: "admin", password: "[secret]" },
        token: "[secret]",
      });
      const { token, nested } = await outputs(opened, { showSecrets: true });
      assert.deepEqual([token, nested], ["t0ken", { user: "admin", password: "n3sted" }]);
      assert.equal(opOfPart((await refresh(opened)).report), undefined);
      const gone = await destroy(await open("prod"));
      assert.equal(opOfPart(gone.report), "delete");
      assert.deepEqual(program.locks(), []);
    });

    it("sets config by key and by path, and gives secrets to no argument and no file", async () => {
      const opened = await open("prod", true);
      await setConfig(opened, "openedx:disposable", true);
      await setConfig(opened, "openedx:instances.campus.namespace", "site", { path: true });
      await setSecret(opened, "openedx:secrets.campus.SMTP_PASSWORD", "s3cret words", { path: true });
      assert.deepEqual(await getConfig(opened, "openedx:disposable"), { value: "true", secret: false });
      const path = { path: true };
      assert.equal((await getConfig(opened, "openedx:instances.campus.namespace", path))?.value, "site");
      assert.deepEqual(await getConfig(opened, "openedx:secrets.campus.SMTP_PASSWORD", path), {
        value: "s3cret words",
        secret: true,
      });
      const file = readFileSync(join(program.folder, "stacks/Pulumi.prod.yaml"), "utf8");
      assert.match(file, /SMTP_PASSWORD:\s+secure: /);
      assert.doesNotMatch(file, /s3cret/);
      if (cli.standIn) {
        assert.doesNotMatch(program.calls().join("\n"), /s3cret/);
      }
      await removeConfig(opened, "openedx:disposable");
      assert.equal(await getConfig(opened, "openedx:disposable"), undefined);
    });

    it("does not make a stack that it was not told to make", async () => {
      await assertFails(open("prdo"), UserError, /There is no stack prdo in this backend/);
      await assertFails(open("no name!"), UserError, /is no name of a stack/);
    });

    it("says what is missing where there is no passphrase", async () => {
      const { PULUMI_CONFIG_PASSPHRASE: _, ...environment } = program.environment;
      const opened = await openStack({
        stack: "prod",
        create: true,
        folder: program.folder,
        environment: { ...environment, PULUMI_CONFIG_PASSPHRASE: "x" },
        pulumi: cli.pulumi,
      });
      await setSecret(opened, "openedx:token", "t0ken").catch(() => undefined);
      const given = process.env.PULUMI_CONFIG_PASSPHRASE;
      delete process.env.PULUMI_CONFIG_PASSPHRASE;
      try {
        const options = { stack: "prod", folder: program.folder, environment, pulumi: cli.pulumi };
        await assertFails(
          openStack(options).then((found) => up(found)),
          UserError,
          /need a passphrase\. Set PULUMI_CONFIG_PASSPHRASE,/,
        );
      } finally {
        if (given !== undefined) {
          process.env.PULUMI_CONFIG_PASSPHRASE = given;
        }
      }
    });

    it("tells who holds a lock, and leaves it to them", async () => {
      const opened = await open("prod", true);
      program.lock("prod", 4711);
      await assertFails(
        up(opened),
        UserError,
        /Stack prod is locked by dana on build-7 \(process 4711\) since 2026-01-02.*pulumi cancel --stack prod/,
      );
      assert.equal(program.locks().length, 1);
      const ended = AbortSignal.abort();
      await assertFails(up(opened, { signal: ended }), OperationError, /was not begun/);
      assert.equal(program.locks().length, 1);
    });

    it("tells a program's fault as the program said it", async () => {
      const opened = await open("prod", true);
      await setConfig(opened, "openedx:fails", "yes");
      const message = "<{%fg 1%}>Error: the moon is down<{%reset%}>";
      const said = { diagnosticEvent: { severity: "error", message, color: "never", urn: "" } };
      program.plays({
        preview: {
          events: [{ sequence: 0, timestamp: 1, ...said }],
          exit: 255,
          stderr: "error: preview failed",
        },
      });
      const error = await assertFails(
        preview(opened),
        OperationError,
        /Stack prod: the preview failed:.*the moon is down/s,
      );
      assert.equal(error.cancelled, false);
    });

    it("ends in good order when it is told to, and leaves no lock", async () => {
      const opened = await open("prod", true);
      const { error } = await ended(cli, program, opened, {});
      assert.match(error.message, /Stack prod: the deployment was ended\. \d+ resources were touched/);
      assert.equal(error.cancelled, true);
      assert.deepEqual(program.locks(), []);
      if (cli.standIn) {
        assert.doesNotMatch(program.calls().join("\n"), /"cancel"/, "the CLI took its lock away itself");
      }
      program.plays(usual);
      await setConfig(opened, "openedx:wait", 0);
      await up(opened);
    });

    it("ends at once when it is told so, and takes its own lock away", async () => {
      const opened = await open("prod", true);
      const force = new AbortController();
      const { error } = await ended(cli, program, opened, { force: force.signal }, () => force.abort());
      assert.equal(error.cancelled, true);
      assert.deepEqual(program.locks(), []);
      if (cli.standIn) {
        assert.match(program.calls().join("\n"), /"cancel"/);
      }
    });

    it("works on several stacks side by side and one after another", async () => {
      const stacks = ["asia", "eu", "us"];
      const both = await sideBySide(stacks, async (stack) => up(await open(stack, true)), { limit: 2 });
      assert.ok(both.ok, JSON.stringify(both.stacks.map((each) => "error" in each && each.error.message)));
      program.lock("eu", 4711);
      const joined = await oneAfterAnother(stacks, async (stack) => up(await open(stack)));
      assert.deepEqual(
        joined.stacks.map(({ state }) => state),
        ["ok", "failed", "not run"],
      );
    });
  });
}

function opOfPart({ resources }: { resources: { name: string; op: string }[] }): string | undefined {
  return resources.find(({ name }) => name === "part")?.op;
}

/** Begins a deployment, tells it to end once it holds the lock, and tells it again where it is to end at once. */
async function ended(
  cli: TestCli,
  program: SmallProgram,
  opened: OpenedStack,
  options: OperationOptions,
  again?: () => void,
): Promise<{ error: OperationError }> {
  await setConfig(opened, "openedx:wait", 120_000);
  program.plays({ up: { ...usual.up, wait: 120_000, stubborn: again !== undefined } });
  const gently = new AbortController();
  const running = up(opened, { ...options, signal: gently.signal });
  const failed = assertFails(running, OperationError, /./);
  while (program.locks().length === 0) {
    await setTimeout(20);
  }
  await setTimeout(cli.standIn ? 500 : 3000);
  gently.abort();
  if (again !== undefined) {
    await setTimeout(300);
    again();
  }
  return { error: await failed };
}
