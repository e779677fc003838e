import assert from "node:assert/strict";
import { type Block, fit } from "../../src/diff/blocks.js";
import type { StackResult } from "../../src/diff/headline.js";
import { commentLength, commentMark, diffToMarkdown } from "../../src/diff/markdown.js";
import { campus, compare, instance, plan, release, resource, workload } from "./support/plans.js";

/** Text that would do harm if it were taken for marks. */
export const hostile = [
  "```\n</details><script>alert(1)</script>",
  "@everyone #1 [x](https://example.com) | a | `b` **c** <img src=x onerror=alert(1)>",
  "naïve Ω 漢字 \u202egnp.exe &lt;b&gt;",
  "x".repeat(5000),
].join("\n");

function markdown(stacks: StackResult[], limit?: number): string {
  return diffToMarkdown({ base: "main", head: "change", faults: [], stacks }, limit);
}

describe("cutting to a length", () => {
  const block = (text: string, weight: number, section?: string): Block => ({
    text,
    weight,
    kind: `kind ${weight}`,
    ...(section !== undefined && { section }),
  });
  const frame = (title: string, content: string): string => `<${title}>${content}</${title}>`;
  const long = (mark: string, length: number): string => mark.repeat(length);

  it("cuts nothing that fits", () =>
    assert.equal(fit([block("a", 0), block("b", 9, "s")], 100, "", frame), "a\n\n<s>b</s>"));

  it("takes what weighs most first, the longest of it, and says so", () => {
    const blocks = [
      block(long("a", 490), 0),
      block(long("b", 900), 2),
      block(long("c", 300), 5),
      block(long("d", 4000), 5),
    ];
    const text = fit(blocks, 2000, "Look there.", frame);
    assert.ok(text.length <= 2000);
    assert.match(text, /a{490}\nb{900}\n/);
    assert.doesNotMatch(text, /cccc|dddd/);
    assert.match(text, /Left out to fit the comment: kind 5 \(2\)\. Look there\./);
    assert.match(fit(blocks, 2300, "", frame), /c{300}[^]*kind 5 \(1\)/);
  });

  it("leaves out a section that nothing is left in", () => {
    const blocks = [block("a", 0), block(long("b", 2000), 5, "s")];
    assert.doesNotMatch(fit(blocks, 1000, "", frame), /<s>/);
  });

  it("cuts what can't be left out at a line, and closes what is open", () => {
    const text = fit(
      [
        block(
          `<details><summary>x</summary>\n\n\`\`\`\`diff\n${"+ a line\n".repeat(500)}\`\`\`\`\n\n</details>`,
          0,
        ),
      ],
      2000,
      "",
      frame,
    );
    assert.ok(text.length <= 2000);
    assert.match(text, /\+ a line\n````\n\n<\/details>\n\n> The rest was cut/);
  });
});

describe("the comment", () => {
  it("says in five lines what a reviewer must know", () => {
    const [before, after] = ["a:1", "a:2"].map((image) => campus([workload("lms", image)]));
    const lines = markdown([{ stack: "prod", diff: compare(before, after) }]).split("\n");
    assert.deepEqual(lines.slice(0, 5), [
      "## Plan: campus changes (image a 1 → 2)",
      "**People:** no downtime; pods restart one by one: campus (lms).  ",
      "**Databases:** no migrations.  ",
      "**Careful:** nothing stands out.  ",
      "**Resources:** none touched.",
    ]);
    assert.ok(lines.includes(commentMark));
  });

  it("says that nothing changes in a few lines, and names no site", () => {
    const same = campus([workload("lms", "a:1")], { hosts: ["a.example.com"] });
    const text = markdown([{ stack: "prod", diff: compare(same, same) }]);
    assert.match(text, /^## Plan: nothing changes\n/);
    assert.ok(text.split("\n").length < 10);
    assert.doesNotMatch(text, /campus/);
  });

  it("shows an error as it is, and counts it as not known what people notice", () => {
    const text = markdown([{ stack: "prod", error: "openedx:edge is wrong\nin two lines", side: "head" }]);
    assert.match(text, /^## Plan: stack prod cannot be planned\n\*\*People:\*\* not known/);
    assert.match(text, /\*\*Careful:\*\* openedx:edge is wrong\./);
    assert.match(text, /```\nopenedx:edge is wrong\nin two lines\n```/);
  });

  it("names stacks where there are several, also those without a change", () => {
    const same = plan([]);
    const text = markdown([
      { stack: "prod", diff: compare(same, plan([resource("aws:s3/bucket:Bucket", "x")])) },
      { stack: "test", diff: compare(same, same) },
    ]);
    assert.match(text, /## Stack prod\n/);
    assert.match(text, /Stack test: nothing changes\./);
  });

  it("shows secret settings by their keys alone", () => {
    const secrets = { ofInstances: { campus: ["SMTP_PASSWORD"] }, ofStack: ["openedx:dns.token"] };
    const text = markdown([{ stack: "prod", diff: compare(campus([]), campus([]), secrets) }]);
    assert.match(text, /`SMTP_PASSWORD: changed \(secret\)`/);
    assert.match(text, /- `openedx:dns\.token`/);
  });

  it("takes no harm from hostile names and values, and stays in one piece", () => {
    const before = campus([workload("lms", "a:1")], { settings: {} });
    const after = campus(
      [workload("lms", hostile)],
      { settings: { EVIL: hostile, [hostile.slice(0, 60)]: 1 } },
      [
        resource("aws:s3/bucket:Bucket", hostile, { name: hostile }),
        release(hostile, {
          chart: "c|d",
          version: hostile.slice(0, 40),
          repositoryOpts: { repo: "https://r" },
        }),
        instance("@everyone <b>", { hosts: ["`x`|y"] }),
      ],
    );
    const text = markdown([{ stack: "prod", diff: compare(before, after) }]);
    const outside = text.replace(/^(`{3,})[^]*?^\1$/gm, "").replace(/(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, "");
    assert.doesNotMatch(outside, /(?<!\\)<(script|img)/);
    assert.doesNotMatch(outside, /@everyone/);
    assert.equal((outside.match(/<details>/g) ?? []).length, (outside.match(/<\/details>/g) ?? []).length);
    assert.ok(text.split("\n").every((line) => line.length < 12_000));
    assert.doesNotMatch(text, /\u202e/);
  });

  it("fits into a comment, however much changes", () => {
    const many = (image: string) =>
      campus(
        Array.from({ length: 400 }, (_, number) =>
          workload(`web-${number}`, image, { note: "x".repeat(300) }),
        ),
      );
    const text = markdown([{ stack: "prod", diff: compare(many("a:1"), many("a:2")) }]);
    assert.ok(text.length <= commentLength, `${text.length} characters`);
    assert.match(
      text,
      /Left out to fit the comment: diffs of objects \(\d+\)\. `openedx diff … --html FILE` has all of it\./,
    );
    const faults = ["error TS1\n".repeat(20_000)];
    assert.ok(diffToMarkdown({ base: "a", head: "b", faults, stacks: [] }).length <= commentLength);
  });
});
