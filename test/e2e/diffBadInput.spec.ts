import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cacheFolder } from "../../src/workspace/paths.js";
import type { Finished } from "../../src/workspace/run.js";
import { diffArguments, TestRepository } from "../diff/support/repository.js";
import { siteFiles, stackFile } from "../diff/support/sites.js";

const tiny = {
  cloud: "existing",
  edge: { controller: "traefik", https: false },
  charts: { mirror: "no-charts" },
  instances: { library: {} },
};
const site = siteFiles("library", { host: "library.example.com" });

/** A stack whose secrets nobody here can read. */
function encryptedStack(password: string): Record<string, string> {
  const secrets = { library: { SMTP_PASSWORD: { secure: `v1:${password}` } } };
  const [[path = "", text = ""] = []] = Object.entries(stackFile("sealed", { ...tiny, secrets }));
  return { [path]: `encryptionsalt: v1:c2FsdHNhbHRzYWx0:v1:bm9uY2Vub25j:c2VhbGVkc2VhbGVkc2VhbGVk\n${text}` };
}

describe("openedx diff with bad input", () => {
  const scratch = mkdtempSync(join(tmpdir(), "diff-bad-input-"));
  const cache = join(scratch, "cache");
  const temporary = join(scratch, "tmp");
  const env = { OPENEDX_CACHE: cache, TMPDIR: temporary };
  let repository: TestRepository;

  before(async () => {
    mkdirSync(cache);
    mkdirSync(temporary);
    // What is rendered and installed is shared, worktrees are this test's own.
    for (const part of readdirSync(cacheFolder()).filter((each) => each !== "worktrees")) {
      symlinkSync(join(cacheFolder(), part), join(cache, part));
    }
    repository = new TestRepository("deploy/openedx");
    Object.entries({ ...site, ...stackFile("tiny", tiny), ...encryptedStack("b25l:b25lb25lb25l") }).forEach(
      ([path, text]) => repository.write(path, text),
    );
    await repository.init();
    await repository.branch("second-stack", stackFile("second", tiny));
    await repository.branch("ill-typed", {
      "src/ill.ts": 'export const instances: number = "twenty";\n',
      ...siteFiles("library", { host: "books.example.com" }),
    });
    await repository.branch("other-password", encryptedStack("dHdv:dHdvdHdvdHdv"));
    await repository.git("checkout", "--quiet", "--orphan", "elsewhere");
    await repository.git("rm", "-r", "--quiet", "--force", ".");
    writeFileSync(join(repository.root, "README.md"), "Another program.\n");
    await repository.commit("elsewhere");
    await repository.git("checkout", "--quiet", "main");
    symlinkSync(join(import.meta.dirname, "../../node_modules"), join(repository.folder, "node_modules"));
  });
  after(() => {
    repository.remove();
    rmSync(scratch, { recursive: true, force: true });
  });

  afterEach("leaves no worktree and no temporary folder", async () => {
    const worktrees = join(cache, "worktrees");
    assert.deepEqual(readdirSync(cache).includes("worktrees") ? readdirSync(worktrees) : [], []);
    assert.deepEqual(
      readdirSync(temporary).filter((name) => name.startsWith("openedx-diff-")),
      [],
    );
    assert.equal((await repository.git("worktree", "list")).split("\n").length, 1);
  });

  const diff = (...args: string[]): Promise<Finished> => repository.diff(args, env);

  async function fails(args: string[], pattern: RegExp): Promise<void> {
    const finished = await diff(...args);
    assert.equal(finished.code, 1, finished.stderr);
    assert.match(finished.stderr, pattern);
    assert.doesNotMatch(finished.stderr, /^ +at /m, "a person's mistake has no stack trace");
    assert.equal(finished.stdout, "");
  }

  it("names the branches where a ref is not there", async () => {
    await fails(["--base", "mian"], /There is no commit "mian" here[^]*fetch[^]*main/);
    await fails(["--base", "main", "--head", "nowhere"], /There is no commit "nowhere" here/);
  });

  it("takes a ref that looks like an option for a ref", async () => {
    await fails(["--base", "--all"], /There is no commit "--all" here/);
    await fails(["--base=-x"], /There is no commit "-x" here/);
  });

  it("says what a base without this program lacks", () =>
    fails(["--base", "elsewhere"], /elsewhere does not hold this program \(Pulumi\.yaml.* missing\)/));

  it("lists the stacks where one is not there", () =>
    fails(
      ["--base", "main", "--stack", "prod"],
      /no stack prod on either side\. Known stacks: sealed, tiny\./,
    ));

  it("says before the work that a file can't be written", async () => {
    await fails(["--base", "main", "--html", "no/such/folder/page.html"], /page\.html cannot be written/);
    await fails(["--base", "main", "--markdown", "."], /\. cannot be written: it is a folder/);
  });

  it("says where there is no git repository", async () => {
    const without = new TestRepository();
    try {
      const finished = await without.diff(["--base", "main"], env);
      assert.equal(finished.code, 1);
      assert.match(finished.stderr, /is in no git repository, so that there is nothing to compare with/);
    } finally {
      without.remove();
    }
  });

  it("shows a stack of one side alone as new, or as gone with what it deployed left", async () => {
    const added = await diff("--base", "main", "--head", "second-stack", "--stack", "second");
    assert.equal(added.code, 0, added.stderr);
    assert.match(added.stdout, /^## Plan: stack second is new; library is new/);
    const gone = await diff("--base", "second-stack", "--head", "main", "--stack", "second");
    assert.equal(gone.code, 0, gone.stderr);
    assert.match(gone.stdout, /^## Plan: stack second is gone from the repository/);
    assert.match(gone.stdout, /what stack second deployed stays, and costs/);
  });

  it("shows what the compiler found where the head does not type-check, and the change all the same", async () => {
    const comment = join(scratch, "ill-typed.md");
    const finished = await diff(
      ...["--base", "main", "--head", "ill-typed", "--stack", "tiny", "--markdown", comment],
    );
    assert.equal(finished.code, 1, finished.stderr);
    const text = readFileSync(comment, "utf8");
    assert.match(text, /^## Plan: the program does not type-check; library changes/);
    assert.match(text, /src\/ill\.ts\(1,14\): error TS2322/);
    assert.doesNotMatch(text, new RegExp(cache));
  });

  it("needs no passphrase, and shows that a secret changed but not what it is", async () => {
    const finished = await diff("--base", "main", "--head", "other-password", "--stack", "sealed");
    assert.equal(finished.code, 0, finished.stderr);
    assert.match(finished.stdout, /^## Plan: library changes \(setting SMTP_PASSWORD\)/);
    assert.match(finished.stdout, /`SMTP_PASSWORD: changed \(secret\)`/);
    assert.doesNotMatch(finished.stdout, /dHdv|b25l/);
  });

  it("compares a head as committed, and says so where the working folder has more", async () => {
    repository.write("instances/library/config.yml", "LMS_HOST: [not, a, host]\n");
    try {
      const finished = await diff("--base", "main", "--head", "main", "--stack", "tiny");
      assert.equal(finished.code, 0, finished.stderr);
      assert.match(finished.stderr, /not committed in the working folder takes no part/);
      assert.match(finished.stdout, /^## Plan: nothing changes\n/);
      const dirty = await diff("--base", "main", "--stack", "tiny");
      assert.equal(dirty.code, 1, dirty.stderr);
      assert.match(dirty.stdout, /Stack tiny cannot be planned after the change/);
    } finally {
      Object.entries(site).forEach(([path, text]) => repository.write(path, text));
    }
  });

  for (const [moment, milliseconds] of [
    ["while it checks out", 0],
    ["while it plans", 2500],
  ] as const) {
    it(`is stopped by Ctrl-C ${moment} with exit code 130 and nothing written`, async () => {
      const comment = join(scratch, `stopped-${milliseconds}.md`);
      const args = ["--base", "second-stack", "--head", "main", "--markdown", comment];
      const child = spawn(process.execPath, diffArguments(args), {
        cwd: repository.folder,
        env: { ...process.env, ...env },
        stdio: ["ignore", "ignore", "pipe"],
      });
      let said = "";
      child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
      const closed = once(child, "close");
      while (!hasWorktree() && child.exitCode === null) {
        await delay(20);
      }
      await delay(milliseconds);
      child.kill("SIGINT");
      const [code] = (await closed) as [number];
      assert.equal(code, 130, said);
      assert.match(said, /Interrupted; nothing was written\./);
      assert.equal(readdirSync(scratch).filter((name) => name.startsWith("stopped-")).length, 0);
    });
  }

  function hasWorktree(): boolean {
    try {
      return readdirSync(join(cache, "worktrees")).length > 0;
    } catch {
      return false;
    }
  }
});
