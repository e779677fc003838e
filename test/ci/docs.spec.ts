import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { programFolder } from "../../src/workspace/paths.js";
import { rules } from "../../src/policies/rules.js";
import { assertCommands } from "./commands.js";

interface GitLabJob {
  script?: string[];
  stage?: string;
  timeout?: string;
  interruptible?: boolean;
  resource_group?: string;
  artifacts?: { paths: string[] };
}

const page = readFileSync(join(programFolder, "docs/ci.md"), "utf8");
const [pipeline = "", notes = ""] = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text]) => text);

function jobsOf(text: string): Record<string, GitLabJob> {
  const content = parse(text, { merge: true }) as Record<string, GitLabJob>;
  return Object.fromEntries(Object.entries(content).filter(([, job]) => Array.isArray(job.script)));
}

describe("docs/ci.md", () => {
  const jobs = jobsOf(pipeline);

  it("has the same jobs for GitLab, each with a stage that there is", () => {
    assert.deepEqual(Object.keys(jobs), ["test", "plan", "preview", "deploy"]);
    const { stages } = parse(pipeline) as { stages: string[] };
    Object.values(jobs).forEach(({ stage }) => assert.ok(stages.includes(stage ?? "")));
  });

  it("calls commands and options that there are", () =>
    assertCommands(Object.values(jobs).flatMap(({ script = [] }) => script)));

  it("deploys one at a time, and gives the merge request's code no token that writes", () => {
    assert.match(jobs.deploy?.resource_group ?? "", /STACK/);
    assert.ok(!pipeline.includes("NOTE_TOKEN"));
    assert.ok(!/npm|npx/.test((jobsOf(notes).note?.script ?? []).join("\n")));
  });

  it("lets a preview's note and what it is about out, and nothing else that was made with credentials", () => {
    const folder = "reports/openedx-report-preview-$STACK";
    assert.deepEqual(jobs.preview?.artifacts?.paths, [`${folder}/number`, `${folder}/report.md`]);
    assert.equal(jobs.deploy?.artifacts, undefined);
    [jobs.preview, jobs.deploy].forEach((job) => assert.ok(!job?.script?.join("\n").includes("--json")));
  });

  it("leads to files that there are", () => {
    const files = [...page.matchAll(/\]\((?!http)([^)#]+)\)/g)].map(([, file = ""]) => file);
    assert.ok(files.length > 5);
    files.forEach((file) => assert.ok(existsSync(join(programFolder, "docs", file)), file));
    assert.ok(existsSync(join(programFolder, ".gitlab/note.mjs")));
  });
});

describe("docs/images.md", () => {
  it("builds as the workflow does", () => {
    const { jobs } = parse(readFileSync(join(programFolder, ".github/workflows/images.yml"), "utf8")) as {
      jobs: { build: { steps: { run?: string }[] } };
    };
    const commands = jobs.build.steps.flatMap(({ run = "" }) => run.split("\n")).map((line) => line.trim());
    const told = readFileSync(join(programFolder, "docs/images.md"), "utf8").split("\n");
    for (const tool of ["venv", "pip install", "cp -R", "export TUTOR_ROOT", "images build"]) {
      const line = commands.find((each) => each.includes(tool)) ?? tool;
      assert.ok(told.includes(line), line);
    }
  });
});

describe("docs/policies.md", () => {
  it("tells each rule and its level", () => {
    const text = readFileSync(join(programFolder, "docs/policies.md"), "utf8");
    const told = [...text.matchAll(/^\| `([\w-]+)` +\| (\w+) +\|/gm)].map(([, name, level]) => ({
      name,
      level,
    }));
    assert.deepEqual(
      told,
      rules.map(({ name, level }) => ({ name, level })),
    );
  });
});

describe("all pages", () => {
  const folders = ["docs", "."].flatMap((folder) =>
    readdirSync(join(programFolder, folder))
      .filter((file) => file.endsWith(".md"))
      .map((file) => ({ folder, file, text: readFileSync(join(programFolder, folder, file), "utf8") })),
  );

  for (const { folder, file, text } of folders) {
    it(`${file} leads to files that there are, and calls commands that there are`, async () => {
      const links = [...text.matchAll(/\]\((?!http|#)([^)#\s]+)/g)].map(([, link = ""]) => link);
      const missing = links.filter((link) => !existsSync(join(programFolder, folder, link)));
      assert.deepEqual(missing, []);
      const shell = [...text.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, lines = ""]) => lines.split("\n"));
      const bare = shell.map((line) => line.replace(/\s+#.*$/, "")).filter((line) => !line.includes("-- --"));
      await assertCommands(bare);
    });
  }
});

describe("docs/deployment.md", () => {
  it("names the Jobs of a site in the order in which they run", () => {
    const jobs = ["accounts", "admin", "init", "accounts-after", "admin-after", "live"];
    const text = readFileSync(join(programFolder, "docs/deployment.md"), "utf8");
    const steps = text.slice(text.indexOf("\n1. "), text.indexOf("A Job is named"));
    const named = [
      ...steps.matchAll(/the Jobs? \*\*`<name>-([a-z-]+)-…`\*\*(?: and \*\*`<name>-([a-z-]+)-…`\*\*)?/g),
    ];
    assert.deepEqual(
      named.flatMap(([, one, other]) => [one, other].filter((job) => job !== undefined)),
      jobs,
    );
    const snapshot = readFileSync(join(programFolder, "test/snapshots/sites.txt"), "utf8");
    const planned = [...snapshot.matchAll(/campus-([a-z-]+)-[0-9a-f]{10}/g)].map(([, job = ""]) => job);
    jobs.forEach((job) => assert.ok(job === "admin-after" || planned.includes(job), job));
  });
});
