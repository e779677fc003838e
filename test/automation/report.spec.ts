import assert from "node:assert/strict";
import type { DiffKind } from "@pulumi/pulumi/automation/index.js";
import { reportOf } from "../../src/automation/stacks/events.js";
import { parsePath, valueAt } from "../../src/automation/stacks/propertyPath.js";
import { countsOf, hasChanges } from "../../src/automation/stacks/report.js";
import { changeText, resourcesToMarkdown, summaryOf } from "../../src/automation/stacks/reportText.js";
import { watch } from "../../src/automation/stacks/watch.js";
import type { Progress } from "../../src/workspace/progress.js";
import { stream } from "./streams.js";

describe("reports from the engine's events", () => {
  it("tell what changes by path, with old and new values", () => {
    const report = reportOf("prod", "preview", stream("preview-image-change"));
    const release = report.resources.find(({ name }) => name === "campus");
    assert.equal(release?.op, "update");
    assert.deepEqual(release.changes, [
      { path: 'values.manifests["Deployment.lms"].spec.replicas', before: 1, after: 2 },
      {
        path: 'values.manifests["Deployment.lms"].spec.template.spec.containers[0].image',
        before: "docker.io/overhangio/openedx:22.0.2",
        after: "docker.io/overhangio/openedx:22.0.3",
      },
    ]);
  });

  it("tell a replacement once, though the engine makes three steps of it, and no secret", () => {
    const report = reportOf("prod", "preview", stream("preview-image-change"));
    assert.deepEqual(countsOf(report), { replace: 1, update: 1 });
    assert.equal(report.unchanged, 2);
    assert.equal(report.seconds, 7);
    const secret = report.resources.find(({ name }) => name === "campus-database");
    assert.deepEqual(secret?.changes.map(changeText), [
      "metadata.name: campus-database-1a2b3c4d5e → campus-database-5e4d3c2b1a",
      "stringData: changed (secret)",
    ]);
    assert.equal(summaryOf(report), "1 to be replaced, 1 to be changed, 2 unchanged, 7 s");
  });

  it("keep what was said, once, without colours and what only a live display shows", () => {
    const report = reportOf("prod", "preview", stream("preview-image-change"));
    assert.deepEqual(
      report.diagnostics.map(({ severity, message }) => [severity, message]),
      [["warning", "the chart is deprecated, ask @nobody"]],
    );
    assert.deepEqual(
      report.policies.map(({ policy, mandatory, message }) => [policy, mandatory, message]),
      [["pinned-images", false, "Pin images by digest."]],
    );
  });

  it("say of an update without differences that a failed deployment is tried again", () => {
    const report = reportOf("prod", "preview", stream("preview-retry"));
    assert.deepEqual(report.resources[0]?.retry, ["Helm Release campus/campus: context deadline exceeded"]);
    assert.match(
      resourcesToMarkdown(report),
      /^- changed \(retry of a failed deployment\): \*\*Release campus\*\*$/,
    );
  });

  it("name what failed and how long it took", () => {
    const report = reportOf("prod", "up", stream("up-fails-half-way"));
    const [failed] = report.resources.filter((resource) => resource.failed);
    assert.equal(failed?.name, "campus");
    assert.ok((failed.seconds ?? 0) >= 60, String(failed.seconds));
    assert.equal(report.diagnostics.length, 1, "`update failed` tells nothing beside the error");
    assert.match(report.diagnostics[0]?.message ?? "", /^Helm release "campus\/campus" failed/);
    assert.match(summaryOf(report), /1 failed/);
  });

  it("tell a refresh by what it found", () => {
    const report = reportOf("prod", "refresh", stream("refresh-drift"));
    assert.deepEqual(countsOf(report), { update: 1, delete: 1 });
    assert.match(
      resourcesToMarkdown(report),
      /image: docker\.io\/overhangio\/openedx:22\.0\.3 → docker\.io\/overhangio\/openedx:22\.0\.2/,
    );
    assert.ok(hasChanges(report));
  });

  it("tell what a refresh found by the outputs, though the provider names paths and the inputs stay", () => {
    const urn = "urn:pulumi:prod::openedx::aws:s3/bucket:Bucket::files";
    const step = { urn, type: "aws:s3/bucket:Bucket", provider: "" };
    const state = {
      ...step,
      id: "files",
      parent: "",
      inputs: { acl: "private" },
      outputs: { acl: "private" },
    };
    const found = { ...state, outputs: { acl: "public-read" } };
    const detailedDiff = { acl: { diffKind: "update" as DiffKind, inputDiff: false } };
    const report = reportOf("prod", "refresh", [
      {
        sequence: 0,
        timestamp: 1,
        resourcePreEvent: { metadata: { ...step, op: "refresh", old: state, new: state } },
      },
      {
        sequence: 1,
        timestamp: 2,
        resOutputsEvent: { metadata: { ...step, op: "update", old: state, new: found, detailedDiff } },
      },
    ]);
    assert.deepEqual(report.resources[0]?.changes, [
      { path: "acl", before: "private", after: "public-read" },
    ]);
  });

  it("find nothing where nothing changes", () => {
    const report = reportOf("prod", "preview", stream("nothing-changes"));
    assert.deepEqual([hasChanges(report), report.unchanged], [false, 2]);
  });
});

describe("progress from the engine's events", () => {
  function lines(operation: "up" | "preview", name: string): string[] {
    const said: string[] = [];
    const progress: Progress = {
      step: (text) => ({
        update: () => undefined,
        done: () => void said.push(`done ${text}`),
        fail: () => void said.push(`failed ${text}`),
      }),
      note: (text) => void said.push(text),
    };
    stream(name).forEach(watch("prod", operation, progress));
    return said;
  }

  it("is a step for each resource that is touched, which ends as it ended", () => {
    const said = lines("up", "up-fails-half-way");
    assert.equal(said[0], "done prod: Replacing Secret campus-database");
    assert.match(said[1] ?? "", /^prod: error: Helm release "campus\/campus" failed/);
    assert.equal(said[2], "failed prod: Changing Release campus");
  });

  it("is only what was said, of a preview", () => {
    assert.deepEqual(lines("preview", "preview-image-change"), [
      "prod: warning: the chart is deprecated, ask @nobody",
    ]);
  });
});

describe("property paths", () => {
  const paths: [string, (string | number)[]][] = [
    ["a.b[0].c", ["a", "b", 0, "c"]],
    [
      'metadata.annotations["pulumi.com/replaceUnready"]',
      ["metadata", "annotations", "pulumi.com/replaceUnready"],
    ],
    ['["with \\"quotes\\""].x', ['with "quotes"', "x"]],
    ["[1][2]", [1, 2]],
    ["broken[", ["broken["]],
  ];
  for (const [path, steps] of paths) {
    it(`reads ${path}`, () => assert.deepEqual(parsePath(path), steps));
  }

  it("lead to a value, or to none", () => {
    const value = { a: [{ "b.c": 1 }] };
    assert.equal(valueAt(value, parsePath('a[0]["b.c"]')), 1);
    assert.equal(valueAt(value, parsePath("a[1].x.y")), undefined);
  });
});
