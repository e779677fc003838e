import assert from "node:assert/strict";
import { previewDiff, previewToMarkdown } from "../../src/automation/index.js";
import { reportOf } from "../../src/automation/stacks/events.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { silent } from "../../src/workspace/progress.js";
import { stream } from "../automation/streams.js";

const helm = (): Promise<string> => createToolchain({ progress: silent }).helm();

describe("the engine's preview in the form of the plan diff", () => {
  async function markdown(name: string, limit?: number): Promise<string> {
    const events = stream(name);
    const report = reportOf("prod", "preview", events);
    const joined = await previewDiff({ report, events }, helm);
    return previewToMarkdown([{ stack: "prod", report, ...joined }], "1a2b3c4d", limit);
  }

  it("says in its first lines what changes, and shows the objects of releases", async () => {
    const text = await markdown("preview-image-change");
    const [heading = "", people = "", databases = "", careful = ""] = text.split("\n");
    assert.match(heading, /^## Preview: campus changes/);
    assert.match(people, /^\*\*People:\*\* no downtime.*\blms\b/);
    assert.match(databases, /^\*\*Databases:\*\* no migrations/);
    assert.match(careful, /^\*\*Careful:\*\*/);
    assert.match(
      text,
      /-\s+- image: docker\.io\/overhangio\/openedx:22\.0\.2\n\+\s+- image: docker\.io\/overhangio\/openedx:22\.0\.3/,
    );
    assert.match(text, /- {2}replicas: 1\n\+ {2}replicas: 2/);
    assert.match(text, /`±` Secret \*\*campus-database\*\*/);
    assert.match(text, /Secret campus-database: stringData changes \(secret\)/);
    assert.match(text, /\*\*pinned-images\*\* \(advice\) Release campus: Pin images by digest/);
    assert.doesNotMatch(
      text,
      /[^\s]@[a-z]|ciphertext/,
      "nobody is called, and no mark of the engine is left",
    );
  });

  it("says that a failed release is tried again", async () => {
    assert.match(
      await markdown("preview-retry"),
      /Release campus is tried again though nothing about it changes: its last deployment failed/,
    );
  });

  it("warns of protected resources that would go", async () => {
    assert.match(await markdown("preview-protected"), /\*\*Careful:\*\* .*campus-mysql would be deleted/);
  });

  it("fits a comment by cutting", async () => {
    const [whole, cut] = [
      await markdown("preview-image-change"),
      await markdown("preview-image-change", 1500),
    ];
    assert.ok(whole.length > 1500);
    assert.ok(cut.length <= 1500, String(cut.length));
    assert.equal(cut.split("\n")[0], whole.split("\n")[0]);
  });
});
