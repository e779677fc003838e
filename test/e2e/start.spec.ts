import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheSubfolder, programFolder } from "../../src/workspace/paths.js";
import { type Finished, run } from "../../src/workspace/run.js";

/** The commands of the README, as a person types them, with a sandbox of the test's own. */
describe("the commands", () => {
  const cache = mkdtempSync(join(tmpdir(), "openedx-start-"));
  const env = { ...process.env, OPENEDX_CACHE: cache };

  let tracked = "";

  before(async () => {
    tracked = (await run("git", ["status", "--porcelain", "stacks"], { cwd: programFolder })).stdout;
    for (const folder of ["tools", "environments", "renders", "manifests"]) {
      symlinkSync(cacheSubfolder(folder), join(cache, folder));
    }
  });
  after(async () => {
    await npm("run", "--silent", "openedx", "--", "sandbox", "down");
    rmSync(cache, { recursive: true });
  });

  function npm(...args: string[]): Promise<Finished> {
    return run("npm", args, { cwd: programFolder, env });
  }
  const openedx = (...args: string[]): Promise<Finished> => npm("run", "--silent", "openedx", "--", ...args);

  /** The rows of the table that `npm start` ends with, by instance. */
  function rows(text: string): Map<string, string[]> {
    const lines = text.split("\n").map((line) => line.trim().split(/\s{2,}/));
    return new Map(
      lines.filter(([name]) => /^(campus|academy)$/.test(name ?? "")).map((row) => [row[0] ?? "", row]),
    );
  }

  it("npm start ends with both instances ready, and says by what", async () => {
    const { code, stdout, stderr } = await npm("start");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Deployed by Pulumi \d/);
    const table = rows(stdout);
    assert.match(stdout, /INSTANCE +TUTOR +OPEN EDX +HOSTS +REVISION +READY PODS +SECONDS/);
    assert.deepEqual(table.get("campus")?.slice(1, 6), [
      "22.0.3",
      "verawood",
      "campus.example.com",
      "1",
      "16/16",
    ]);
    assert.deepEqual(table.get("academy")?.slice(1, 6), [
      "20.0.5",
      "teak",
      "academy.example.org",
      "1",
      "12/12",
    ]);
    for (const host of [
      "studio.campus.example.com",
      "notes.campus.example.com",
      "apps.academy.example.org",
    ]) {
      assert.ok(stdout.includes(host), host);
    }
  });

  it("a second npm start changes nothing", async () => {
    const { code, stdout, stderr } = await npm("start");
    assert.equal(code, 0, stderr);
    assert.deepEqual(rows(stdout).get("campus")?.slice(4), ["1", "16/16", "0.0"]);
    assert.deepEqual(rows(stdout).get("academy")?.slice(4), ["1", "12/12", "0.0"]);
  });

  it("sandbox status, kubeconfig and down tell and do what they say", async () => {
    assert.match((await openedx("sandbox", "status")).stdout, /^running at https:\/\/127\.0\.0\.1:\d+$/m);
    const { stdout: kubeconfig } = await openedx("sandbox", "kubeconfig");
    assert.match(readFileSync(kubeconfig.trim(), "utf8"), /127\.0\.0\.1/);
    assert.equal((await openedx("sandbox", "down")).code, 0);
    const { code, stdout } = await openedx("sandbox", "status");
    assert.deepEqual([code, stdout], [1, "not running\n"]);
  });

  it("npm start deploys anew to a new sandbox, and changes no file of the repository", async () => {
    const { code, stdout, stderr } = await npm("start");
    assert.equal(code, 0, stderr);
    assert.deepEqual(rows(stdout).get("academy")?.slice(4, 6), ["1", "12/12"]);
    const { stdout: changed } = await run("git", ["status", "--porcelain", "stacks"], { cwd: programFolder });
    assert.equal(changed, tracked);
  });

  it("plan writes for machines and for people, without a cluster", async () => {
    const [json, markdown] = [join(cache, "plan.json"), join(cache, "plan.md")];
    const { code, stdout, stderr } = await openedx("plan", "sandbox", "--json", json, "--markdown", markdown);
    assert.deepEqual([code, stdout], [0, ""], stderr);
    const plan = JSON.parse(readFileSync(json, "utf8")) as Record<string, unknown>;
    assert.deepEqual(Object.keys(plan).sort(), ["manifests", "outputs", "resources", "stack"]);
    assert.match(readFileSync(markdown, "utf8"), /^# Plan of sandbox\n/);
  });

  it("instance list shows both, with the stack that deploys them", async () => {
    const { stdout } = await openedx("instance", "list");
    assert.match(stdout, /^campus +22\.0\.3 +campus\.example\.com +.*xqueue +.*\bsandbox\b/m);
    assert.match(stdout, /^academy +20\.0\.5 +academy\.example\.org /m);
  });

  for (const command of [
    "",
    "plan",
    "sandbox",
    "sandbox up",
    "sandbox down",
    "sandbox status",
    "instance new",
  ]) {
    it(`${command} --help has an example`, async () => {
      const { code, stdout } = await openedx(...command.split(" ").filter((word) => word !== ""), "--help");
      assert.equal(code, 0);
      assert.match(stdout, /Examples?:\n {2}\S/);
    });
  }
});
