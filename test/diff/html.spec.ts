import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { markup, raw } from "../../src/diff/html/markup.js";
import { anchorOf } from "../../src/diff/html/stack.js";
import { diffToHtml } from "../../src/diff/html.js";
import type { PlanDiff } from "../../src/diff/types.js";
import { campus, compare, instance, resource, workload } from "./support/plans.js";

const hostile = '</pre></script><script>alert(1)</script><img src=x onerror=alert(1)> " onload="x\' & @all';

function html(diff: PlanDiff): string {
  return diffToHtml({ base: "main", head: hostile, faults: [hostile], stacks: [{ stack: "prod", diff }] });
}

function hostilePage(): string {
  const before = campus([workload("lms", "a:1")], { settings: {} });
  const after = campus([workload("lms", hostile)], { settings: { [hostile]: hostile } }, [
    resource("aws:s3/bucket:Bucket", hostile, { name: hostile }),
    instance(hostile, { hosts: [hostile] }),
  ]);
  return html(compare(before, after));
}

describe("markup", () => {
  it("escapes every value that is not markup", () =>
    assert.equal(
      markup`<a title="${'"<'}">${["&", markup`<b>${1}</b>`, undefined, raw("<i>")]}</a>`.markup,
      '<a title="&quot;&lt;">&amp;<b>1</b><i></a>',
    ));

  it("makes anchors of one word, and another for every name", () => {
    assert.match(anchorOf("a b", '"<é'), /^[\w.*'()!~-]+$/);
    assert.notEqual(anchorOf("a", "b"), anchorOf("a b"));
  });
});

describe("the page", () => {
  it("escapes all text", () => {
    const page = hostilePage();
    assert.equal((page.match(/<script/g) ?? []).length, 1);
    assert.equal((page.match(/<img/g) ?? []).length, 0);
    assert.doesNotMatch(page, /onload="x/);
    assert.match(page, /&lt;script&gt;alert\(1\)/);
  });

  it("needs no network, and lets nothing run but its own script", () => {
    const page = hostilePage();
    const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page) ?? [];
    assert.match(policy, /^default-src &#39;none&#39;; /);
    for (const [tag, directive] of [
      ["style", "style-src"],
      ['script type="module"', "script-src"],
    ] as const) {
      const [name = ""] = tag.split(" ");
      const content = page.slice(
        page.indexOf(`<${tag}>`) + tag.length + 2,
        page.indexOf(`</${name}>`, page.indexOf(`<${tag}>`)),
      );
      const hash = createHash("sha256").update(content).digest("base64");
      assert.ok(policy.includes(`${directive} &#39;sha256-${hash}&#39;`), directive);
    }
    assert.doesNotMatch(page, /<(link|iframe|object|embed)|<[^>]*\ssrc=|@import|url\(/);
  });

  it("holds every change in full, however many there are", () => {
    const many = (image: string) =>
      campus(
        Array.from({ length: 300 }, (_, number) =>
          workload(`web-${number}`, image, { note: "x".repeat(3000) }),
        ),
      );
    const page = html(compare(many("a:1"), many("a:2")));
    assert.equal((page.match(/<details class="diff"/g) ?? []).length, 300);
    assert.doesNotMatch(page, /Left out/);
  });

  it("says that nothing changes", () => {
    const same = campus([]);
    assert.match(html(compare(same, same)), /<p>Nothing changes\.<\/p>/);
  });

  it("shows an error", () => {
    const page = diffToHtml({
      base: "a",
      head: "b",
      faults: [],
      stacks: [{ stack: "prod", error: "edge is <wrong>", side: "head" }],
    });
    assert.match(
      page,
      /Stack prod cannot be planned after the change<\/h2><pre>edge is &lt;wrong&gt;<\/pre>/,
    );
  });
});
