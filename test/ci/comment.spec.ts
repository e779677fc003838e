import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commentLength as diffLength, commentMark } from "../../src/diff/markdown.js";
import {
  bodyOf,
  comment,
  commentLength,
  cut,
  gitHub,
  harmless,
  mark,
  merged,
  partsOf,
  readReports,
} from "../../.github/scripts/comment.mjs";
import { StandInGitHub } from "./gitHub.js";

const sha = "0123456789abcdef0123456789abcdef01234567";
const bot = "github-actions[bot]";

describe("the comment on a pull request", () => {
  let folder: string;
  let api: StandInGitHub;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "reports-"));
    api = new StandInGitHub(bot, { state: "open", head: { sha, repo: { full_name: "someone/fork" } } });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const report = (name: string, text: string | Buffer, number = "7"): void => {
    const own = join(folder, `openedx-report-${name}`);
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "report.md"), text);
    writeFileSync(join(own, "number"), number);
  };
  const run = (more: { sha?: string; headRepository?: string } = {}): Promise<string> => {
    const headRepository = more.headRepository ?? "someone/fork";
    const forge = gitHub({ request: api.request, repository: "owner/repo", headRepository, author: bot });
    return comment({ forge, folder, sha: more.sha ?? sha, run: "https://example.com/run" });
  };

  it("has the mark and the length that the plan diff has", () =>
    assert.deepEqual([mark, commentLength], [commentMark, diffLength]));

  it("is made once and updated in place, its other parts kept", async () => {
    report("plan", "first");
    assert.equal(await run(), "Commented on pull request 7.");
    report("plan", "second");
    assert.equal(await run(), "Updated the comment on pull request 7.");
    rmSync(join(folder, "openedx-report-plan"), { recursive: true });
    report("preview-prod", "by the engine");
    await run();
    assert.equal(api.comments.length, 1);
    const body = api.comments[0]?.body ?? "";
    assert.deepEqual([...partsOf(body).keys()], ["plan", "preview-prod"]);
    assert.ok(body.startsWith(mark) && body.includes("second") && body.includes("by the engine"));
    assert.ok(!body.includes("first"));
  });

  it("leaves alone what others wrote, with the same mark too", async () => {
    api.comments.push({ id: 1, user: { login: "mallory" }, body: `${mark}\nmine` });
    api.comments.push({ id: 2, user: { login: bot }, body: "of another workflow" });
    report("plan", "text");
    await run();
    assert.deepEqual(
      api.comments.slice(0, 2).map(({ body }) => body),
      [`${mark}\nmine`, "of another workflow"],
    );
    assert.equal(api.comments.length, 3);
  });

  it("finds its own behind a hundred others", async () => {
    api.comments.push(
      ...Array.from({ length: 150 }, (_, id) => ({ id, user: { login: "someone" }, body: "hello" })),
    );
    report("plan", "first");
    await run();
    await run();
    assert.equal(api.comments.length, 151);
  });

  it("becomes one again where two runs made one each", async () => {
    api.comments.push({ id: 1, user: { login: bot }, body: bodyOf(new Map([["plan", "a"]])) });
    api.comments.push({ id: 2, user: { login: bot }, body: bodyOf(new Map([["preview-prod", "b"]])) });
    report("preview-dev", "c");
    await run();
    assert.equal(api.comments.length, 1);
    assert.deepEqual([...partsOf(api.comments[0]?.body ?? "").keys()], ["plan", "preview-dev"]);
  });

  it("writes again where another run wrote at the same time", async () => {
    report("plan", "mine");
    api.afterNextWrite = (made) => (made.body = bodyOf(new Map([["preview-prod", "theirs"]])));
    await run();
    assert.match(api.comments[0]?.body ?? "", /mine[^]*theirs/);
  });

  for (const [what, change] of [
    ["another commit", { sha: "f".repeat(40) }],
    ["another repository", { headRepository: "mallory/fork" }],
  ] as const) {
    it(`is not made where the pull request is of ${what} than the run`, async () => {
      report("plan", "text");
      assert.match(await run(change), /nothing is commented/);
      assert.deepEqual(api.comments, []);
    });
  }

  it("is not made on a closed pull request", async () => {
    api.pull.state = "closed";
    report("plan", "text");
    assert.match(await run(), /nothing is commented/);
  });

  const bad: [string, () => void][] = [
    ["a number that is none", () => report("plan", "x", "7/../8")],
    ["two numbers", () => (report("plan", "x", "7"), report("preview-a", "x", "8"))],
    ["a report that is too large", () => report("plan", "x".repeat(4 * commentLength + 1))],
    ["a report that is not text", () => report("plan", Buffer.from([0xff, 0xfe, 0x00]))],
    ["a report with control characters", () => report("plan", "\u001b[31m")],
    ["an artefact of another name", () => mkdirSync(join(folder, "openedx-report-../x".replace("/", "%")))],
    [
      "a link in place of a report",
      () => {
        report("plan", "x");
        rmSync(join(folder, "openedx-report-plan/report.md"));
        symlinkSync("/etc/passwd", join(folder, "openedx-report-plan/report.md"));
      },
    ],
    ["no report", () => undefined],
  ];
  for (const [what, make] of bad) {
    it(`refuses ${what}`, () => {
      make();
      assert.throws(() => readReports(folder));
    });
  }

  it("lets no report pass for another part, call people, or leave anything open", () => {
    const text = harmless(
      `${mark}\n<!-- part preview-prod -->\nfake\n<!-- end -->\n@owner and caddy@sha256:00 and a@b.c\n<details>\n\n\`\`\`diff\n@owner`,
    );
    assert.ok(!text.includes("<!--"));
    assert.ok(text.includes("@\u200bowner and caddy@sha256:00 and a@b.c"));
    assert.match(text, /```diff\n@owner\n```\n\n<\/details>$/);
    assert.deepEqual([...partsOf(bodyOf(new Map([["plan", text]]))).keys()], ["plan"]);
  });

  it("fits, however many and long its parts are, and says what was cut", () => {
    const long = Array.from({ length: 4000 }, (_, line) => `paragraph ${line} with words`).join("\n\n");
    const body = bodyOf(
      new Map([
        ["preview-b", long],
        ["plan", long],
        ["preview-a", "short"],
      ]),
    );
    assert.ok(body.length <= commentLength, `${body.length}`);
    assert.ok(body.length > commentLength - 2000, `${body.length}`);
    assert.deepEqual([...partsOf(body).keys()], ["plan", "preview-a", "preview-b"]);
    assert.equal(body.match(/Cut here/g)?.length, 2);
    assert.equal(partsOf(body).get("preview-a"), "short");
  });

  it("closes what a cut leaves open", () => {
    const text = `top\n\n<details>\n\n\`\`\`diff\n${"+ line\n\n".repeat(500)}\`\`\`\n\n</details>`;
    const kept = cut(text, 1000);
    assert.ok(kept.length <= 1000);
    assert.match(kept, /\n```\n\n<\/details>\n\n_Cut here/);
    assert.equal(cut("short", 1000), "short");
  });

  it("forgets the previews of stacks that a run no longer has", () => {
    const before = new Map([
      ["plan", "p"],
      ["preview-a", "1"],
      ["preview-b", "2"],
    ]);
    assert.deepEqual(
      [...merged(before, new Map([["preview-b", "3"]]))],
      [
        ["plan", "p"],
        ["preview-b", "3"],
      ],
    );
  });
});
