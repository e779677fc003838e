import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  destroy,
  getConfig,
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
import { SmallProgram } from "./support/pulumi/smallProgram.js";

describe("the Automation API", () => {
  let program: SmallProgram;

  beforeEach(() => {
    program = new SmallProgram();
  });
  afterEach(() => program.remove());

  it("makes, previews, deploys, refreshes and destroys a stack", async () => {
    const opened = await program.open("prod", true);
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
    assert.equal((await opened.stack.history(1))[0]?.message, "First");
    assert.equal(opOfPart((await up(opened)).report), undefined, "a second one has nothing to do");
    assert.equal(opOfPart((await refresh(opened)).report), undefined);
    const gone = await destroy(await program.open("prod"));
    assert.equal(opOfPart(gone.report), "delete");
    assert.deepEqual(program.locks(), []);
  });

  it("takes a stack by its whole name", async () => {
    await program.open("prod", true);
    const opened = await program.open("organization/openedx/prod");
    assert.equal(opOfPart((await up(opened)).report), "create");
    program.lock("prod", 4711);
    await assertFails(up(opened), UserError, /is locked by dana on build-7/);
  });

  it("sets config by key and by path, and gives secrets to no file", async () => {
    const opened = await program.open("prod", true);
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
    await removeConfig(opened, "openedx:disposable");
    assert.equal(await getConfig(opened, "openedx:disposable"), undefined);
  });

  it("gives secrets to no argument of the CLI", async () => {
    const opened = await program.open("prod", true);
    const done = setSecret(opened, "openedx:token", "s3cret words");
    let [ended, seen] = [false, 0];
    void done.finally(() => (ended = true)).catch(() => undefined);
    while (!ended) {
      for (const line of commandLines().filter((line) => line.includes("config\0set"))) {
        seen += 1;
        assert.doesNotMatch(line, /s3cret/);
      }
      await setTimeout(5);
    }
    await done;
    assert.ok(seen > 0, "the call was not seen");
  });

  it("does not make a stack that it was not told to make", async () => {
    await assertFails(program.open("prdo"), UserError, /There is no stack prdo in this backend/);
    await assertFails(program.open("no name!"), UserError, /is not a name of a stack/);
  });

  it("says what is missing where there is no passphrase", async () => {
    const { PULUMI_CONFIG_PASSPHRASE: _, ...environment } = program.environment;
    await setSecret(await program.open("prod", true), "openedx:token", "t0ken");
    const given = process.env.PULUMI_CONFIG_PASSPHRASE;
    delete process.env.PULUMI_CONFIG_PASSPHRASE;
    try {
      await assertFails(
        program.open("prod", false, { environment }),
        UserError,
        /need a passphrase\. Set PULUMI_CONFIG_PASSPHRASE,/,
      );
    } finally {
      if (given !== undefined) {
        process.env.PULUMI_CONFIG_PASSPHRASE = given;
      }
    }
    const other = { ...environment, PULUMI_CONFIG_PASSPHRASE: "open barley" };
    await assertFails(
      program.open("prod", false, { environment: other }).then((opened) => up(opened)),
      UserError,
      /passphrase is not the one that the secrets of stack prod were made with/,
    );
  });

  it("says which backend cannot be reached", async () => {
    const refused = "127.0.0.1:1";
    const backends: Record<string, Record<string, string>> = {
      "file:///there-is-none": {},
      [`s3://state?endpoint=http://${refused}&region=eu-central-1`]: {
        AWS_ACCESS_KEY_ID: "id",
        AWS_SECRET_ACCESS_KEY: "key",
        AWS_MAX_ATTEMPTS: "1",
      },
      [`http://${refused}`]: { PULUMI_ACCESS_TOKEN: "token" },
    };
    for (const [backend, more] of Object.entries(backends)) {
      const environment = { ...program.environment, ...more, PULUMI_BACKEND_URL: backend };
      await assertFails(
        program.open("prod", false, { environment }),
        UserError,
        /^The backend of stack prod cannot be reached:\nerror: .*\nCheck PULUMI_BACKEND_URL/s,
      );
    }
  });

  it("tells who holds a lock, and leaves it to them", async () => {
    const opened = await program.open("prod", true);
    program.lock("prod", 4711);
    await assertFails(
      up(opened),
      UserError,
      /Stack prod is locked by dana on build-7 \(process 4711\) since 2026-01-02.*pulumi cancel --stack prod/,
    );
    assert.equal(program.locks().length, 1);
    const aborted = AbortSignal.abort();
    await assertFails(up(opened, { signal: aborted }), OperationError, /was not begun/);
    assert.equal(program.locks().length, 1);
  });

  it("takes away the lock of a process of this machine that is no more", async () => {
    const opened = await program.open("prod", true);
    program.lock("prod", 2 ** 30, hostname());
    await up(opened);
    assert.deepEqual(program.locks(), []);
  });

  it("tells a program's fault as the program said it", async () => {
    const opened = await program.open("prod", true);
    await setConfig(opened, "openedx:fails", "yes");
    const error = await assertFails(
      preview(opened),
      OperationError,
      /Stack prod: the preview failed:.*the moon is down/s,
    );
    assert.doesNotMatch(error.message, /<\{%/, "the CLI's marks of colours are left out");
    assert.equal(error.cancelled, false);
    await assertFails(up(opened), OperationError, /^Nothing was changed\. .*the moon is down/s);
  });

  it("ends in good order when it is told to, and leaves no lock", async () => {
    const opened = await program.open("prod", true);
    const { error } = await ended(program, opened, {});
    assert.match(error.message, /Stack prod: the deployment was ended\. \d+ resources were touched/);
    assert.equal(error.cancelled, true);
    assert.deepEqual(program.locks(), []);
    assert.equal(opened.cli.forced, false, "the CLI took its lock away itself");
    await setConfig(opened, "openedx:wait", 0);
    await up(opened);
  });

  it("ends at once when it is told so, and takes its own lock away", async () => {
    const opened = await program.open("prod", true);
    const force = new AbortController();
    const { error } = await ended(program, opened, { force: force.signal }, () => force.abort());
    assert.equal(error.cancelled, true);
    assert.deepEqual(program.locks(), []);
    await setConfig(opened, "openedx:wait", 0);
    await up(opened);
  });

  it("says that the engine was killed, takes its lock away, and goes on by the next one", async () => {
    const opened = await program.open("prod", true);
    await setConfig(opened, "openedx:wait", 120_000);
    const failed = assertFails(
      up(opened),
      OperationError,
      /^Stack prod: the Pulumi engine was killed \(SIGKILL\)/,
    );
    while (program.locks().length === 0) {
      await setTimeout(20);
    }
    process.kill(opened.cli.pid ?? assert.fail(), "SIGKILL");
    assert.match((await failed).message, /`openedx up prod` goes on from what it left/);
    assert.deepEqual(program.locks(), []);
    await setConfig(opened, "openedx:wait", 0);
    await up(opened);
  });

  it("works on several stacks side by side and one after another", async () => {
    const stacks = ["asia", "eu", "us"];
    const both = await sideBySide(stacks, async (stack) => up(await program.open(stack, true)), { limit: 2 });
    assert.ok(both.ok, JSON.stringify(both.stacks.map((each) => "error" in each && each.error.message)));
    program.lock("eu", 4711);
    const joined = await oneAfterAnother(stacks, async (stack) => refresh(await program.open(stack)));
    assert.deepEqual(
      joined.stacks.map(({ state }) => state),
      ["ok", "failed", "not run"],
    );
  });
});

function opOfPart({ resources }: { resources: { name: string; op: string }[] }): string | undefined {
  return resources.find(({ name }) => name === "part")?.op;
}

/** Arguments of all processes of this machine, each joined by NUL. Linux only. */
function commandLines(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, "utf8")] : [];
    } catch {
      return []; // ended in the meantime
    }
  });
}

/** Begins a deployment, tells it to end once the program waits, and tells it again where it is to end at once. */
async function ended(
  program: SmallProgram,
  opened: OpenedStack,
  options: OperationOptions,
  again?: () => void,
): Promise<{ error: OperationError }> {
  await setConfig(opened, "openedx:wait", 120_000);
  const gently = new AbortController();
  const running = up(opened, { ...options, signal: gently.signal });
  const failed = assertFails(running, OperationError, /./);
  while (program.locks().length === 0) {
    await setTimeout(20);
  }
  await setTimeout(3000);
  gently.abort();
  if (again !== undefined) {
    await setTimeout(300);
    again();
  }
  return { error: await failed };
}
