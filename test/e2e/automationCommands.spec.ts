import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { programFolder } from "../../src/workspace/paths.js";
import { type Finished, run } from "../../src/workspace/run.js";
import { ProgramCopy } from "./support/programCopy.js";
import { commandEnvironment, locksIn } from "./support/pulumi/backend.js";
import { TestStack } from "./support/testStack.js";

/** The cases build on each other: what one deployed is what the next finds. */
describe("the commands on stacks", () => {
  let cluster: TestStack;
  let program: ProgramCopy;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    cluster = await TestStack.start("commands");
    program = new ProgramCopy();
    env = await commandEnvironment(program.folder, cluster.sandbox.kubeconfig);
    ["prod", "eu", "us"].forEach((stack) => program.configure(stack));
  });
  after(async () => {
    program.remove();
    await cluster.stop();
  });

  const openedx = (...args: string[]): Promise<Finished> => program.command("cli", args, env);
  const example = (name: string, args: string[], input = ""): Promise<Finished> =>
    run(process.execPath, ["--import=tsx", `examples/${name}.ts`, ...args], {
      cwd: program.folder,
      env: { ...process.env, ...env },
      input,
    });
  const locks = (): string[] => locksIn(join(program.folder, "state"));
  const read = (file: string): string => readFileSync(join(program.folder, file), "utf8");

  it("say how to get a CLI where there is none", async () => {
    const { code, stderr } = await program.command("cli", ["up", "prod"], {
      ...env,
      PATH: join(program.folder, "bin"), // neither `pulumi` nor `go`, nor what its installer runs
      OPENEDX_CACHE: join(program.folder, "cache"),
    });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /There is no fitting Pulumi CLI on the PATH.*https:\/\/www\.pulumi\.com\/docs\/install\/.*install Go \d/s,
    );
  });

  it("say what is wrong with a stack", async () => {
    assert.match(
      (await openedx("up", "prdo")).stderr,
      /There is no stack prdo in this backend.* Stacks with a file are: eu, prod, us\./,
    );
    assert.match(
      (await openedx("up", "prod")).stderr,
      /not deployed from here yet: `openedx up prod --create`/,
    );
    const nowhere = { PULUMI_BACKEND_URL: undefined, PULUMI_ACCESS_TOKEN: undefined };
    const loggedOut = await program.command("cli", ["preview", "prod"], {
      ...env,
      ...nowhere,
      PULUMI_HOME: join(program.folder, "home"),
    });
    assert.match(loggedOut.stderr, /Nobody is logged in to the backend/);
  });

  it("up deploys one after another, stops at the first failure, and joins the results", async () => {
    program.configure("eu", { edge: { controller: "treafik" } });
    const { code, stdout, stderr } = await openedx(
      ...["up", "prod", "eu", "us", "--create", "--message", "Release"],
    );
    assert.equal(code, 1, stderr);
    const rows = rowsOf(stdout);
    assert.deepEqual(rows[1]?.slice(0, 2), ["prod", "ok"]);
    assert.match(rows[1]?.[2] ?? "", /^\d+ created, 0 unchanged, \d+ s$/);
    assert.deepEqual(rows[2]?.slice(0, 2), ["eu", "failed"]);
    assert.deepEqual(rows[3], ["us", "not run", "eu failed before"]);
    assert.match(stderr, /Nothing was changed\. Stack eu: the preview failed: .*got "treafik"/);
    assert.doesNotMatch(`${stdout}${stderr}`, /\u001b/, "plain without a terminal");
    assert.deepEqual(locks(), []);
  });

  it("up deploys stacks side by side, and again without a change", async () => {
    program.configure("eu");
    const made = await openedx("up", "eu", "us", "--create", "--side-by-side", "2");
    assert.equal(made.code, 0, made.stderr);
    const [, eu, us] = rowsOf(made.stdout);
    [eu, us].forEach((row) => assert.match(row?.[2] ?? "", /^\d+ created, 0 unchanged/));
    const again = await openedx("up", "prod");
    assert.match(again.stdout, /prod +ok +\d+ unchanged, \d+ s/);
  });

  it("npm start deploys to the backend that somebody is logged in to", async () => {
    const args = ["--stack", "prod", "--kubeconfig", cluster.sandbox.kubeconfig];
    const { code, stdout, stderr } = await program.command("start", args, env);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Deployed by Pulumi \d+\.\d+\.\d+/);
  });

  it("preview writes Markdown and JSON", async () => {
    program.configure("prod", { instances: { campus: {} } });
    const { code, stderr } = await openedx(
      ...["preview", "prod", "--markdown", "preview.md", "--json", "preview.json", "--exit-code"],
    );
    program.configure("prod");
    assert.equal(code, 2, stderr);
    assert.match(read("preview.md"), /^## Preview: campus is new/);
    const { stacks } = JSON.parse(read("preview.json")) as {
      stacks: {
        stack: string;
        report: { resources: { name: string; op: string }[] };
        diff: { objects: unknown[] };
      }[];
    };
    assert.deepEqual(
      stacks.map(({ stack }) => stack),
      ["prod"],
    );
    const ops = stacks[0]?.report.resources.map(({ name, op }) => `${op} ${name}`) ?? [];
    assert.ok(ops.includes("create campus"), ops.join(", "));
    assert.ok((stacks[0]?.diff.objects.length ?? 0) > 10);
  });

  it("preview writes the fault into the comment, and fails", async () => {
    program.configure("prod", { edge: { controller: "treafik" } });
    const { code, stderr } = await openedx("preview", "prod", "--markdown", "preview.md");
    program.configure("prod");
    assert.equal(code, 1);
    for (const text of [stderr, read("preview.md")]) {
      assert.match(text, /openedx:edge\.controller: expected one of .*"traefik".*, got "treafik"/);
    }
  });

  it("outputs masks secrets, unless it is asked for them", async () => {
    const masked = await openedx("outputs", "prod");
    assert.match(masked.stdout, /kubeconfig +\[secret\]/);
    assert.match(masked.stdout, /services +\{.*"mysql":"bundled"/);
    assert.doesNotMatch(masked.stdout, /client-key-data|clusters:/);
    const open = await openedx("outputs", "prod", "eu", "--json", "--show-secrets");
    const { prod, eu } = JSON.parse(open.stdout) as Record<string, Record<string, unknown>>;
    assert.match(String(prod?.kubeconfig), /clusters/);
    assert.deepEqual(eu?.instances, {});
  });

  it("Ctrl-C ends a deployment in good order, and leaves no lock", async () => {
    program.configure("us", { instances: { campus: {} } });
    const child = spawn(process.execPath, ["--import=tsx", "src/automation/cli.ts", "up", "us", "eu"], {
      cwd: program.folder,
      env: { ...process.env, ...env },
      detached: true,
    });
    const said: string[] = [];
    child.stdout.on("data", (text) => said.push(String(text)));
    child.stderr.on("data", (text) => said.push(String(text)));
    const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
    while (!(await hasQuota()) && child.exitCode === null) {
      await setTimeout(100);
    }
    await setTimeout(1500); // until the engine has heard of it, too
    assert.equal(locks().length, 1);
    process.kill(-(child.pid ?? 0), "SIGINT"); // as a terminal does: to the whole group
    assert.equal(await closed, 130, said.join(""));
    assert.deepEqual(locks(), []);
    assert.match(
      said.join(""),
      /us +failed +Stack us: the deployment was ended\. [1-9]\d* resources were touched.*\neu +not run +us failed before/,
    );
  });

  it("refresh tells by its exit code that something differs", async () => {
    const args = ["refresh", "us", "--preview-only", "--exit-code"];
    const same = await openedx(...args);
    assert.equal(same.code, 0, `${same.stdout}${same.stderr}`);
    await cluster.kubectl("delete", "resourcequota", "--all", "--namespace=campus");
    const { code, stdout } = await openedx(...args);
    assert.equal(code, 2);
    assert.match(stdout, /us +ok +1 deleted, \d+ unchanged/);
    assert.equal((await openedx(...args)).code, 2, "it was only looked at");
  });

  it("nightlyRefresh tells drift by exit code and report", async () => {
    const { code, stderr } = await example("nightlyRefresh", ["drift.md", "us", "eu"]);
    assert.equal(code, 2, stderr);
    const report = read("drift.md");
    assert.match(report, /^# Drift\n\n## us: 1 deleted, \d+ unchanged/);
    assert.match(report, /deleted: \*\*ResourceQuota [\w-]+\*\*/);
    assert.match(report, /## eu: no drift/);
    assert.equal((await example("nightlyRefresh", ["drift.md", "eu"])).code, 0);
    assert.equal((await example("nightlyRefresh", ["drift.md", "asia"])).code, 1);
    assert.match(read("drift.md"), /## asia: not compared\n\nThere is no stack asia/);
  });

  it("instanceFromForm takes back what it wrote where the preview says no", async () => {
    program.configure("us"); // without campus, of which a part is deployed
    const before = read("stacks/Pulumi.us.yaml");
    const form = { stack: "us", name: "alumni", lmsHost: "alumni.example.com" };
    const { code, stderr } = await example("instanceFromForm", [], JSON.stringify(form));
    assert.equal(code, 1);
    assert.match(stderr, /us would lose or replace .*campus/);
    assert.equal(read("stacks/Pulumi.us.yaml"), before);
    assert.equal(existsSync(join(program.folder, "instances/alumni")), false);
    const bad = await example("instanceFromForm", [], JSON.stringify({ ...form, lmsHots: "x" }));
    assert.match(bad.stderr, /The form: .*lmsHots/s);
  });

  it("upgradeFleet stops at the first failure", async () => {
    program.configure("eu", { edge: { controller: "treafik" } });
    const { code, stdout } = await example("upgradeFleet", ["Release", "prod", "eu", "us"]);
    program.configure("eu");
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^prod: ok, \d+ unchanged.*\neu: failed, .*got "treafik".*\nus: not run, eu failed before\n$/,
    );
  });

  it("do every command of docs/automation.md, the example of a new site among them", async () => {
    program.write(
      "form.json",
      '{ "stack": "prod", "name": "alumni", "lmsHost": "alumni.example.com", "quota": { "pods": "60" } }',
    );
    const docs = readFileSync(join(programFolder, "docs/automation.md"), "utf8");
    const lines = [...docs.matchAll(/^(?:npm run openedx --|npx tsx) (.+)$/gm)].map(([line]) => line);
    assert.ok(lines.length >= 11, "the commands are not found");
    const printed = new Map<string, string>();
    for (const line of lines) {
      const command = line
        .replace("npm run openedx --", "node --import=tsx src/automation/cli.ts")
        .replace("npx tsx", "node --import=tsx");
      const { code, stdout, stderr } = await run("sh", ["-c", command], {
        cwd: program.folder,
        env: { ...process.env, ...env },
      });
      assert.equal(code, 0, `${line}\n${stdout}\n${stderr}`);
      printed.set(line.split(" ").at(2) ?? "", stdout);
    }
    assert.match(
      printed.get("examples/instanceFromForm.ts") ?? "",
      /alumni is deployed to prod: \d+ created/,
    );
    assert.match(read("instances/alumni/config.yml"), /alumni\.example\.com/);
    assert.match(read("stacks/Pulumi.prod.yaml"), /alumni:\s+\{?quota:\s+\{?pods: 60/);
    const [quota] = await cluster.list("resourcequotas", "alumni");
    assert.equal((quota?.spec as { hard?: { pods?: string } } | undefined)?.hard?.pods, "60");
  });

  it("destroy wants to be confirmed", async () => {
    const refused = await openedx("destroy", "prod");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /no terminal to ask for confirmation: use --yes/);
    assert.ok((await cluster.pods("alumni")).size > 0, "nothing was deleted");
    const { code, stderr } = await openedx("destroy", "prod", "--yes");
    assert.equal(code, 0, stderr);
    assert.equal((await cluster.pods("alumni")).size, 0);
    assert.deepEqual(JSON.parse((await openedx("outputs", "prod", "--json")).stdout), {});
  });

  async function hasQuota(): Promise<boolean> {
    return (await cluster.list("resourcequotas", "campus")).length > 0;
  }
});

/** Cells of a table that a command printed. */
function rowsOf(table: string): string[][] {
  return table
    .trim()
    .split("\n")
    .map((line) => line.split(/ {2,}/));
}
