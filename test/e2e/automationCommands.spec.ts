import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { programFolder } from "../../src/workspace/paths.js";
import { type Finished, run } from "../../src/workspace/run.js";
import { stream } from "../automation/streams.js";
import { ProgramCopy } from "./support/programCopy.js";
import { type Scenario, standInFolder, withStandIn } from "./support/pulumi/programs.js";

describe("the commands on stacks, with a stand-in for the Pulumi CLI", () => {
  const cli = standInFolder();
  let program: ProgramCopy;
  let env: NodeJS.ProcessEnv;
  const state = (): string => join(program.folder, "state");

  beforeEach(() => {
    program = new ProgramCopy();
    env = withStandIn(program.folder, cli, state());
    plays({});
    for (const stack of ["prod", "eu", "us"]) {
      program.write(
        `stacks/Pulumi.${stack}.yaml`,
        "config:\n  openedx:cloud: existing\n  openedx:instances: {}\n",
      );
      program.write(`state/.pulumi/${stack}.json`, JSON.stringify({ outputs: {} }));
    }
  });
  afterEach(() => program.remove());
  after(() => rmSync(cli, { recursive: true }));

  function plays(scenario: Record<string, Scenario>): void {
    program.write("state/scenario.json", JSON.stringify(scenario));
  }
  const openedx = (...args: string[]): Promise<Finished> => program.command("cli", args, env);
  const example = (name: string, args: string[], input = ""): Promise<Finished> =>
    run(process.execPath, ["--import=tsx", `examples/${name}.ts`, ...args], {
      cwd: program.folder,
      env: { ...process.env, ...env },
      input,
    });
  const locks = (): string[] =>
    existsSync(join(state(), ".pulumi/locks"))
      ? readdirSync(join(state(), ".pulumi/locks"), { recursive: true, encoding: "utf8" }).filter((file) =>
          file.endsWith(".json"),
        )
      : [];
  const calls = (): string => readFileSync(join(state(), "calls.jsonl"), "utf8");

  it("preview writes Markdown and JSON", async () => {
    plays({ preview: { events: stream("preview-image-change") } });
    const [markdown, json] = ["preview.md", "preview.json"].map((file) => join(program.folder, file)) as [
      string,
      string,
    ];
    const { code, stderr } = await openedx("preview", "prod", "--markdown", markdown, "--json", json);
    assert.equal(code, 0, stderr);
    assert.match(readFileSync(markdown, "utf8"), /^## Preview: campus changes/);
    const { stacks } = JSON.parse(readFileSync(json, "utf8")) as {
      stacks: { stack: string; report: { resources: unknown[] }; diff: { objects: unknown[] } }[];
    };
    assert.deepEqual(
      [stacks[0]?.stack, stacks[0]?.report.resources.length, stacks[0]?.diff.objects.length],
      ["prod", 2, 1],
    );
  });

  it("preview writes the fault into the comment, and fails", async () => {
    plays({ preview: { events: stream("preview-fails"), exit: 255, stderr: "error: preview failed" } });
    const markdown = join(program.folder, "preview.md");
    const { code, stderr } = await openedx("preview", "prod", "--markdown", markdown);
    assert.equal(code, 1);
    assert.match(stderr, /got "treafik", allowed: nginx, traefik/);
    assert.match(readFileSync(markdown, "utf8"), /got "treafik", allowed: nginx, traefik/);
  });

  it("up deploys one after another, stops at the first failure, and joins the results", async () => {
    plays({
      up: { events: stream("up-image-change") },
      "up eu": { events: stream("up-fails-half-way"), exit: 255, stderr: "error: update failed" },
    });
    const { code, stdout, stderr } = await openedx("up", "prod", "eu", "us", "--message", "Release");
    assert.equal(code, 1);
    const rows = stdout
      .trim()
      .split("\n")
      .map((line) => line.split(/ {2,}/));
    assert.deepEqual(rows[1], ["prod", "ok", "1 replaced, 1 changed, 2 unchanged, 31 s"]);
    assert.deepEqual(rows[2]?.slice(0, 2), ["eu", "failed"]);
    assert.deepEqual(rows[3], ["us", "not run", "eu failed before"]);
    assert.match(stderr, /Stack eu: the deployment failed: campus: Helm release "campus\/campus" failed/);
    assert.doesNotMatch(`${stdout}${stderr}`, /\u001b/, "plain without a terminal");
    assert.deepEqual(locks(), []);
  });

  it("refresh tells by its exit code that something differs", async () => {
    plays({ refresh: { events: stream("refresh-drift") } });
    const { code, stdout } = await openedx("refresh", "prod", "--preview-only", "--exit-code");
    assert.equal(code, 2);
    assert.match(stdout, /prod +ok +1 changed, 1 deleted, 2 unchanged/);
    assert.match(calls(), /"--preview-only"/);
  });

  it("destroy wants to be confirmed", async () => {
    const { code, stderr } = await openedx("destroy", "prod");
    assert.deepEqual([code, existsSync(join(state(), "calls.jsonl"))], [1, false]);
    assert.match(stderr, /Nobody can be asked here: confirm it by --yes/);
    assert.equal((await openedx("destroy", "prod", "--yes")).code, 0);
    assert.match(calls(), /\["destroy"/);
  });

  it("outputs masks secrets, unless it is asked for them", async () => {
    const outputs = { url: "https://x.example.com", nested: { key: { secret: "n3sted" } } };
    program.write("state/.pulumi/prod.json", JSON.stringify({ outputs }));
    const masked = await openedx("outputs", "prod");
    assert.match(masked.stdout, /nested +\{"key":"\[secret\]"\}/);
    assert.doesNotMatch(masked.stdout, /n3sted/);
    const open = await openedx("outputs", "prod", "eu", "--json", "--show-secrets");
    assert.deepEqual(JSON.parse(open.stdout), {
      prod: { url: "https://x.example.com", nested: { key: "n3sted" } },
      eu: {},
    });
  });

  it("npm start deploys by the CLI where there is one", async () => {
    plays({ up: { events: stream("nothing-changes"), outputs: { instances: {} } } });
    const kubeconfig = program.write("kubeconfig", "apiVersion: v1\nkind: Config\n");
    const { code, stdout, stderr } = await program.command(
      "start",
      ["--stack", "prod", "--kubeconfig", kubeconfig],
      env,
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Deployed by Pulumi 3\.248\.0/);
    assert.match(calls(), /\["up","--yes","--skip-preview"/);
  });

  it("Ctrl-C ends a deployment in good order, and leaves no lock", async () => {
    plays({ up: { events: stream("nothing-changes"), wait: 120_000 } });
    const child = spawn(process.execPath, ["--import=tsx", "src/automation/cli.ts", "up", "prod", "eu"], {
      cwd: program.folder,
      env: { ...process.env, ...env },
      detached: true,
    });
    const said: string[] = [];
    child.stdout.on("data", (text) => said.push(String(text)));
    const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
    while (locks().length === 0) {
      await setTimeout(50);
    }
    await setTimeout(500);
    process.kill(-(child.pid ?? 0), "SIGINT"); // as a terminal does: to the whole group
    assert.equal(await closed, 130);
    assert.deepEqual(locks(), []);
    assert.match(
      said.join(""),
      /prod +failed +Stack prod: the deployment was ended.*\neu +not run +prod failed before/,
    );
    assert.doesNotMatch(calls(), /"cancel"/, "it heard of it once, and cleaned up itself");
  });

  it("say how to get a CLI where there is none, and what is wrong with a stack", async () => {
    const none = await program.command("cli", ["up", "prod"], {
      ...env,
      PATH: (process.env.PATH ?? "")
        .split(":")
        .filter((folder) => !existsSync(join(folder, "pulumi")))
        .join(":"),
      OPENEDX_CACHE: mkdtempSync(join(tmpdir(), "no-pulumi-")),
      https_proxy: "http://127.0.0.1:9",
    });
    assert.equal(none.code, 1);
    assert.match(none.stderr, /There is no Pulumi CLI on the PATH.*pulumi\.com\/docs\/install/s);
    const unknown = await openedx("up", "prdo");
    assert.match(
      unknown.stderr,
      /There is no stack prdo in this backend.* Stacks with a file are: eu, prod, us\./,
    );
    program.write("stacks/Pulumi.asia.yaml", "config: {}\n");
    assert.match(
      (await openedx("up", "asia")).stderr,
      /not deployed from here yet: `openedx up asia --create`/,
    );
    assert.equal((await openedx("up", "asia", "--create")).code, 0);
    const { PULUMI_BACKEND_URL: _, ...nowhere } = env;
    const loggedOut = await program.command("cli", ["preview", "prod"], nowhere);
    assert.match(loggedOut.stderr, /Nobody is logged in to the backend/);
  });

  it("does every command of docs/automation.md", async () => {
    plays({ "refresh prod": { events: stream("refresh-drift") } });
    program.write("form.json", '{ "stack": "prod", "name": "alumni", "lmsHost": "alumni.example.com" }');
    const docs = readFileSync(join(programFolder, "docs/automation.md"), "utf8");
    const lines = [...docs.matchAll(/^(?:npm run openedx --|npx tsx) (.+)$/gm)].map(([line]) => line);
    assert.ok(lines.length >= 11, "the commands are not found");
    for (const line of lines) {
      const command = line
        .replace("npm run openedx --", "node --import=tsx src/automation/cli.ts")
        .replace("npx tsx", "node --import=tsx");
      const { code, stderr } = await run("sh", ["-c", command], {
        cwd: program.folder,
        env: { ...process.env, ...env },
      });
      const expected = line.includes("|| result") ? 0 : /--exit-code|nightlyRefresh/.test(line) ? 2 : 0;
      assert.equal(code, expected, `${line}\n${stderr}`);
    }
  });

  describe("examples", () => {
    it("nightlyRefresh tells drift by exit code and report", async () => {
      plays({
        "refresh prod": { events: stream("refresh-drift") },
        "refresh eu": { events: stream("nothing-changes") },
      });
      const { code, stderr } = await example("nightlyRefresh", ["drift.md", "prod", "eu"]);
      assert.equal(code, 2, stderr);
      const report = readFileSync(join(program.folder, "drift.md"), "utf8");
      assert.match(report, /^# Drift\n\n## prod: 1 changed, 1 deleted, 2 unchanged/);
      assert.match(report, /deleted: \*\*ResourceQuota campus-quota\*\*/);
      assert.match(report, /## eu: no drift/);
      assert.equal((await example("nightlyRefresh", ["drift.md", "eu"])).code, 0);
      assert.equal((await example("nightlyRefresh", ["drift.md", "asia"])).code, 1);
    });

    it("instanceFromForm deploys a new site", async () => {
      plays({ preview: { events: stream("nothing-changes") }, up: { events: stream("nothing-changes") } });
      const form = { stack: "prod", name: "alumni", lmsHost: "alumni.example.com", quota: { pods: "60" } };
      const { code, stdout, stderr } = await example("instanceFromForm", [], JSON.stringify(form));
      assert.equal(code, 0, stderr);
      assert.match(stdout, /alumni is deployed to prod: 2 unchanged/);
      assert.match(
        readFileSync(join(program.folder, "instances/alumni/config.yml"), "utf8"),
        /alumni\.example\.com/,
      );
      const file = readFileSync(join(program.folder, "stacks/Pulumi.prod.yaml"), "utf8");
      assert.match(file, /alumni:/);
      assert.match(file, /pods/);
    });

    it("instanceFromForm takes back what it wrote where the preview says no", async () => {
      plays({ preview: { events: stream("preview-protected") } });
      const file = join(program.folder, "stacks/Pulumi.prod.yaml");
      const before = readFileSync(file, "utf8");
      const form = { stack: "prod", name: "alumni", lmsHost: "alumni.example.com" };
      const { code, stderr } = await example("instanceFromForm", [], JSON.stringify(form));
      assert.equal(code, 1);
      assert.match(stderr, /prod would lose or replace campus-mysql/);
      assert.equal(readFileSync(file, "utf8"), before);
      assert.equal(existsSync(join(program.folder, "instances/alumni")), false);
      const bad = await example("instanceFromForm", [], JSON.stringify({ ...form, lmsHots: "x" }));
      assert.match(bad.stderr, /The form: .*lmsHots/s);
    });

    it("upgradeFleet stops at the first failure", async () => {
      plays({
        preview: { events: stream("nothing-changes") },
        "preview eu": { events: stream("preview-policy"), exit: 255, stderr: "error: preview failed" },
        up: { events: stream("up-image-change") },
      });
      const { code, stdout } = await example("upgradeFleet", ["Release", "prod", "eu", "us"]);
      assert.equal(code, 1);
      assert.match(
        stdout,
        /^prod: ok, 1 replaced.*\neu: failed, .*no-latest-images.*\nus: not run, eu failed before\n$/,
      );
    });
  });
});
