import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { programFolder } from "../../src/workspace/paths.js";
import { assertCommands } from "./commands.js";

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  if?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}
interface Job {
  permissions?: Record<string, string>;
  "timeout-minutes"?: number;
  environment?: string;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  if?: string;
  steps: Step[];
}
interface Workflow {
  on: Record<string, unknown>;
  permissions?: unknown;
  jobs: Record<string, Job>;
}

const folder = join(programFolder, ".github/workflows");
const texts = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith(".yml"))
    .map((file) => [file, readFileSync(join(folder, file), "utf8")]),
);
const workflows = [...texts].map(([file, text]) => ({ file, text, workflow: parse(text) as Workflow }));

const jobsOf = ({ jobs }: Workflow): [string, Job][] => Object.entries(jobs);
const stepsOf = (workflow: Workflow): Step[] => jobsOf(workflow).flatMap(([, { steps }]) => steps);

function workflowOf(file: string): Workflow {
  const found = workflows.find((each) => each.file === file);
  assert.ok(found, file);
  return found.workflow;
}

function jobOf(file: string): Job {
  const [job] = Object.values(workflowOf(file).jobs);
  assert.ok(job, file);
  return job;
}

describe("the workflows", () => {
  it("are these", () =>
    assert.deepEqual(
      [...texts.keys()],
      ["comment.yml", "deploy.yml", "images.yml", "plan.yml", "preview.yml", "test.yml"],
    ));

  for (const { file, text, workflow } of workflows) {
    describe(file, () => {
      it("gives no rights but by job, and each job a time limit", () => {
        assert.deepEqual(workflow.permissions, {});
        for (const [name, job] of jobsOf(workflow)) {
          assert.ok(job.permissions, name);
          assert.ok((job["timeout-minutes"] ?? Infinity) <= 180, name);
        }
      });

      it("pins every action to a commit, with its version beside it", () => {
        const uses = [...text.matchAll(/uses: (.+)/g)].map(([, action]) => action ?? "");
        assert.equal(uses.length, stepsOf(workflow).filter((step) => step.uses !== undefined).length);
        uses.forEach((action) => assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/));
      });

      it("hands what others wrote to scripts by the environment only", () => {
        stepsOf(workflow).forEach(({ run = "" }) => assert.ok(!run.includes("${{"), run));
        const scripts = stepsOf(workflow).filter(({ uses }) => uses?.startsWith("actions/github-script"));
        assert.deepEqual(scripts, []);
      });

      it("leaves no credential of git behind a checkout", () =>
        stepsOf(workflow)
          .filter(({ uses }) => uses?.startsWith("actions/checkout"))
          .forEach((step) => assert.equal(step.with?.["persist-credentials"], false)));

      it("does not run for a pull request with the rights of the base", () =>
        assert.ok(!("pull_request_target" in workflow.on)));

      it("calls commands, options and scripts that there are", () =>
        assertCommands(stepsOf(workflow).flatMap(({ run = "" }) => run.split("\n"))));
    });
  }

  it("plan reads the repository and nothing else, and knows no secret", () => {
    assert.deepEqual(jobOf("plan.yml").permissions, { contents: "read" });
    assert.deepEqual(jobOf("test.yml").permissions, { contents: "read" });
    for (const file of ["plan.yml", "test.yml"]) {
      assert.ok(!/secrets\.|id-token|github\.token/.test(texts.get(file) ?? ""), file);
    }
  });

  it("comment alone may write, and checks out nothing but the default branch", () => {
    const writers = workflows.filter(({ text }) => /: write/.test(text.replaceAll("id-token: write", "")));
    assert.deepEqual(
      writers.map(({ file }) => file),
      ["comment.yml"],
    );
    const { steps, permissions } = jobOf("comment.yml");
    assert.deepEqual(permissions, { actions: "read", contents: "read", "pull-requests": "write" });
    const checkout = steps.find(({ uses }) => uses?.startsWith("actions/checkout"));
    assert.equal(checkout?.with?.ref, "${{ github.event.repository.default_branch }}");
    const runs = steps.flatMap(({ run }) => (run === undefined ? [] : [run])).join("\n");
    assert.ok(!/npm|npx|tsx/.test(runs), "no package is installed where there is a right to write");
    assert.match(runs, /node \.github\/scripts\/comment\.mjs$/m);
  });

  it("comment takes what the others leave", () => {
    const { workflows: names } = workflowOf("comment.yml").on.workflow_run as { workflows: string[] };
    const made = names.map((name) => workflows.find(({ text }) => text.includes(`\nname: ${name}\n`))?.file);
    assert.deepEqual(made, ["plan.yml", "preview.yml"]);
    const uploads = ["plan.yml", "preview.yml"].map((file) =>
      jobOf(file).steps.find(({ uses }) => uses?.startsWith("actions/upload-artifact")),
    );
    uploads.forEach((step) => assert.match(String(step?.with?.name), /^openedx-report-(plan|preview-.+)$/));
  });

  it("preview lets out the comment and what it is about, and nothing else that it made", () => {
    const { steps } = jobOf("preview.yml");
    const uploads = steps.filter(({ uses }) => uses?.startsWith("actions/upload-artifact"));
    assert.deepEqual(
      uploads.map((step) => String(step.with?.path).trim().split("\n")),
      [["report/number", "report/report.md"]],
    );
    steps.forEach(({ run = "" }) => assert.ok(!run.includes("--json"), run));
    assert.ok(!/GITHUB_STEP_SUMMARY|actions\/cache/.test(texts.get("preview.yml") ?? ""));
  });

  it("preview gives credentials to branches of this repository alone", () =>
    assert.match(
      jobOf("preview.yml").if ?? "",
      /github\.event\.pull_request\.head\.repo\.full_name == github\.repository/,
    ));

  it("deploy goes through an environment, one at a time for each stack, and is never cut off", () => {
    const { environment, concurrency } = jobOf("deploy.yml");
    assert.equal(environment, "${{ matrix.stack }}");
    assert.equal(concurrency?.["cancel-in-progress"], false);
    assert.match(concurrency?.group ?? "", /matrix\.stack/);
    assert.ok(!("pull_request" in workflowOf("deploy.yml").on));
  });

  it("what has credentials restores nothing that another job kept", () => {
    for (const file of ["preview.yml", "deploy.yml", "images.yml"]) {
      assert.ok(!/actions\/cache|cache: npm/.test(texts.get(file) ?? ""), file);
    }
  });
});
