import assert from "node:assert/strict";
import { previewToMarkdown } from "../../src/automation/stacks/previewMarkdown.js";
import { resourcesToMarkdown } from "../../src/automation/stacks/reportText.js";
import type { StackReport } from "../../src/automation/stacks/report.js";
import { diffToMarkdown } from "../../src/diff/markdown.js";
import type { Plan } from "../../src/engine/plan.js";
import { planToMarkdown } from "../../src/engine/report.js";
import { violationsToMarkdown } from "../../src/policies/report.js";
import { code, fence, htmlInMarkdown, inline, table } from "../../src/workspace/markdown.js";
import { facts } from "../../providers/clouds.js";
import { campus, compare, instance, plan, release, resource, workload } from "../diff/support/plans.js";

describe("text in Markdown", () => {
  it("is not taken for marks, and calls nobody", () => {
    assert.equal(
      inline("a_b _c_ *d* `e` <f> [g](h) $i$ ~j~"),
      "a_b \\_c\\_ \\*d\\* \\`e\\` \\<f\\> \\[g\\](h) \\$i\\$ \\~j\\~",
    );
    assert.equal(inline("@all #1 &lt;"), "@\u200ball #\u200b1 &amp;lt;");
    assert.equal(inline("a\n# b"), "a #\u200b b");
    assert.equal(inline("a*b", 2), "a\\*…");
    assert.equal(
      table(
        ["A", "B"],
        [
          ["a|b", 1],
          [{ text: "[c]", link: "https://example.com" }, 2],
        ],
      ),
      "| A | B |\n| --- | ---: |\n| a\\|b | 1 |\n| [\\[c\\]](https://example.com) | 2 |",
    );
  });

  it("is code that its own backticks can't end", () => {
    assert.equal(code("a`b``c"), "```a`b``c```");
    assert.equal(code("`a`"), "`` `a` ``");
    assert.equal(code(""), "`  `");
    assert.equal(fence("```\n# x\n````", "diff"), "`````diff\n```\n# x\n````\n`````");
  });

  it("can't grow a fence without bounds", () =>
    assert.ok((fence("`".repeat(5000)).split("\n")[0] ?? "").length < 20));

  it("hides nothing by control characters", () => {
    assert.equal(code("a\u202eb\u0007c"), "`a\ufffdb\ufffdc`");
    assert.equal(htmlInMarkdown("<b> @a #1 '\""), "&lt;b&gt; @\u200ba #\u200b1 &#39;&quot;");
  });
});

const names = [
  "@team",
  "#12",
  "`a` ``b",
  "a|b",
  "<script>alert(1)</script>",
  "line\n# heading\n@team",
  "[x](y) **b** ![i](j)",
];

/** Every report in Markdown that names something, of one name. */
function reports(name: string): Record<string, string> {
  const report: StackReport = {
    stack: name,
    operation: "preview",
    unchanged: 0,
    resources: [
      {
        op: "update",
        urn: `urn:pulumi:prod::openedx::a:b:C::${name}`,
        type: "a:b:C",
        name,
        protect: false,
        changes: [{ path: name, before: name, after: `${name}!` }],
      },
    ],
    diagnostics: [{ severity: "warning", message: name }],
    policies: [{ policy: name, pack: name, mandatory: true, message: name }],
  };
  const diff = compare(
    campus([workload("lms", "a:1")], { settings: {} }),
    campus([workload("lms", name)], { settings: { [name]: name } }, [
      resource("aws:s3/bucket:Bucket", name, { name }),
      release(name, { chart: name, version: name, repositoryOpts: { repo: "https://example.com" } }),
      instance(name, { hosts: [name] }),
    ]),
  );
  const bad: Plan = {
    ...plan([resource("aws:s3/bucket:Bucket", name)]),
    stack: name,
    notes: [name],
    outputs: { [name]: name },
    manifests: { [name]: [{ apiVersion: "v1", kind: "Service", metadata: { name } }] },
  };
  return {
    plan: planToMarkdown(bad, facts),
    diff: diffToMarkdown({ base: name, head: name, faults: [name], stacks: [{ stack: name, diff }] }),
    preview: previewToMarkdown(
      [
        { stack: name, report, notes: [name] },
        { stack: "b", error: name },
      ],
      name,
    ),
    resources: resourcesToMarkdown(report),
    policies: violationsToMarkdown(
      [{ stack: name, resources: [], manifests: {}, disposable: false, secretsMarked: true, facts }],
      [{ rule: "no-latest-images", level: "mandatory", stack: name, urn: name, message: name }],
    ),
  };
}

/** What Markdown takes for marks: no code, in which everything stands as it is. */
function outsideCode(text: string): string {
  return text.replace(/^(`{3,})[^]*?^\1$/gm, "").replace(/(?<![\\`])(`+)(?!`)[^]*?[^`]\1(?!`)/g, "");
}

describe("reports in Markdown", () => {
  for (const name of names) {
    it(`take no harm from ${JSON.stringify(name)}`, () => {
      for (const [report, text] of Object.entries(reports(name))) {
        const outside = outsideCode(text);
        assert.doesNotMatch(
          outside,
          /@team|#12|(?<!\\)<script|^# heading|(?<!\\)\[x|(?<!\\)\*\*b|(?<!\\)`a/m,
          report,
        );
        const rows = outside.split("\n").filter((line) => line.startsWith("|"));
        const columns = (row: string): number => row.split(/(?<!\\)\|/).length;
        rows.forEach((row) => assert.ok([4, 5, 6].includes(columns(row)), `${report}: ${row}`));
        if (name === "a|b") {
          assert.match(text, /a\\?\|b/, `${report} shows the name`);
        }
      }
    });
  }
});
