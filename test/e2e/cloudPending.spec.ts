import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { destroy, type OpenedStack, outputs, up, UserError } from "../../src/automation/index.js";
import { deploymentOf } from "../../src/automation/stacks/deployment.js";
import { run } from "../../src/workspace/run.js";
import { assertFails } from "./support/pulumi/assertFails.js";
import { SmallProgram } from "./support/pulumi/smallProgram.js";

class Nimbus extends pulumi.ProviderResource {
  constructor(name: string) {
    super("nimbus", name, {});
  }
}

class Thing extends pulumi.CustomResource {
  constructor(name: string, opts: pulumi.CustomResourceOptions) {
    super("nimbus:index:Thing", name, { name }, opts);
  }
}

/** What providers/ make: resources under a component, by a provider of their own. */
function program(): Promise<Record<string, unknown>> {
  const parent = new pulumi.ComponentResource("openedx:test:Cloud", "cloud", {});
  const provider = new Nimbus("own");
  const [made] = ["made", "lost"].map((name) => new Thing(name, { parent, provider }));
  return Promise.resolve({ made: made?.id });
}

describe("a run that is killed while a cloud makes something", () => {
  const small = new SmallProgram();
  const cloud = join(small.folder, "things.json");
  const path = process.env.PATH;
  let opened: OpenedStack;
  let said: string;

  const things = (): Record<string, { name: string }> =>
    existsSync(cloud) ? (JSON.parse(readFileSync(cloud, "utf8")) as Record<string, { name: string }>) : {};
  const idOf = (name: string): string =>
    Object.entries(things()).find(([, thing]) => thing.name === name)?.[0] ?? assert.fail(`no ${name}`);
  const pending = async (): Promise<string[]> =>
    (await deploymentOf(opened)).pending.map(({ resource: { urn } }) => urn.split("::").at(-1) ?? "");
  /** Runs a command that a message tells, as a person does. */
  const shell = async (line: string): Promise<void> => {
    const { command } = opened.cli;
    const { code, stdout, stderr } = await run("sh", ["-c", line.replace(/^pulumi/, `'${command}'`)], {
      cwd: small.folder,
      env: { ...process.env, ...opened.environment },
    });
    assert.equal(code, 0, `${line}\n${stdout}${stderr}`);
  };

  before(async () => {
    const folder = join(small.folder, "bin");
    mkdirSync(folder);
    for (const [command, script] of [
      ["pulumi-resource-nimbus", "nimbus.mjs"],
      ["pulumi-language-nodejs", "languageHost.mjs"],
    ] as const) {
      const file = join(folder, command);
      const code = join(import.meta.dirname, "support/pulumi", script);
      writeFileSync(file, `#!/bin/sh\nNIMBUS='${cloud}' exec '${process.execPath}' '${code}' "$@"\n`);
      chmodSync(file, 0o755);
    }
    process.env.PATH = [folder, path].join(delimiter);
    opened = await small.open("prod", true, { program });
    const first = assertFails(up(opened), UserError, /./);
    while ((await pending()).length < 2 || Object.keys(things()).length === 0) {
      await setTimeout(100);
    }
    process.kill(opened.cli.pid ?? assert.fail("there is no engine"), "SIGKILL");
    await first;
  });
  after(() => {
    process.env.PATH = path;
    small.remove();
  });

  it("is not gone on from blindly: each is named, with the command that imports it", async () => {
    const { message } = await assertFails(up(opened), UserError, /only their cloud can say/);
    ["made", "lost"].forEach((name) => assert.match(message, new RegExp(`Thing ${name}: \`pulumi import `)));
    assert.deepEqual((await pending()).sort(), ["lost", "made"]);
    said = message;
  });

  it("is put right by these commands", async () => {
    const [line] = /pulumi import [^`]* made ID/.exec(said) ?? assert.fail(said);
    const [rest] = /pulumi refresh [^`]*/.exec(said) ?? assert.fail(said);
    const made = idOf("made");
    await shell(line.replace(/ID$/, `${made} --yes`));
    const { message } = await assertFails(up(opened), UserError, /only their cloud can say/);
    assert.doesNotMatch(message, /Thing made/, "it is in the state");
    await shell(`${rest} --yes --non-interactive`);
    writeFileSync(`${cloud}.calm`, "");
    const { report } = await up(opened);
    assert.deepEqual(
      report.resources.filter(({ type }) => type === "nimbus:index:Thing").map(({ name, op }) => [name, op]),
      [["lost", "create"]],
    );
    assert.equal((await outputs(opened)).made, made);
    assert.equal(Object.keys(things()).length, 2);
    await destroy(opened);
    assert.deepEqual(things(), {});
  });
});
