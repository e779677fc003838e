import { code, fence, htmlInMarkdown, inline, table } from "../workspace/markdown.js";
import { type Block, fit } from "./blocks.js";
import { headlineOf, type StackResult } from "./headline.js";
import type { ObjectChange, PlanDiff, ResourceChange } from "./types.js";
import {
  byInstance,
  changeLines,
  count,
  objectTally,
  objectTitle,
  shortType,
  siteFacts,
  tally,
  untold,
} from "./wording.js";

/** What a comment on GitHub may hold is 65,536 characters; its frame needs some. */
export const commentLength = 64_000;

/** By it the comment is found again, and updated in place. */
export const commentMark = "<!-- openedx-diff -->";

/** What is shown of one patch, one line of it, and one resource. */
const maxPatchLines = 250;
const maxLineLength = 400;
const maxChanges = 12;

export interface Report {
  /** What the two sides are called, such as `main (1a2b3c4)`. */
  base: string;
  head: string;
  /** What is wrong with the change as a whole. */
  faults: readonly string[];
  stacks: readonly StackResult[];
  /** Default: those of a comparison of two plans. */
  frame?: ReportFrame;
}

/** What the report of another kind calls itself. */
export interface ReportFrame {
  /** The first word of the heading. */
  title: string;
  /** A comment by which the report is found again. */
  mark: string;
  /** Where all of it is to be had. */
  remedy: string;
}

const planFrame: ReportFrame = {
  title: "Plan",
  mark: commentMark,
  remedy: "`openedx diff … --html FILE` has all of it.",
};

/** The comparison as a comment on a pull request; its first five lines sum it up. Pure. */
export function diffToMarkdown(report: Report, limit: number = commentLength): string {
  const { what, people, databases, careful, resources } = headlineOf(report.stacks, report.faults);
  const { title, mark, remedy } = report.frame ?? planFrame;
  const top = [
    `## ${title}: ${inline(what)}`,
    `**People:** ${sentence(people)}  `,
    `**Databases:** ${sentence(databases)}  `,
    `**Careful:** ${sentence(careful)}  `,
    `**Resources:** ${sentence(resources)}`,
    "",
    `${inline(report.base)} → ${inline(report.head)}`,
    mark,
  ];
  const blocks: Block[] = [
    fixed(top.join("\n")),
    ...report.faults.map((fault) => fixed(`\n### The program\n\n${fence(cutLines(fault))}`)),
    ...report.stacks.flatMap((result) => stackBlocks(result, report.stacks.length > 1)),
  ];
  return `${fit(blocks, limit, remedy, folded).trimEnd()}\n`;
}

function sentence(text: string): string {
  return `${inline(text)}${/[.…]$/.test(text) ? "" : "."}`;
}

function stackBlocks(result: StackResult, several: boolean): Block[] {
  const title = several ? [fixed(`\n## Stack ${inline(result.stack)}`)] : [];
  if ("error" in result) {
    const side = result.side === "head" ? "after the change" : "before the change";
    return [
      ...title,
      fixed(
        `\n### Stack ${inline(result.stack)} cannot be planned ${side}\n\n${fence(cutLines(result.error))}`,
      ),
    ];
  }
  const { diff } = result;
  if (diff.only === "base") {
    return [...title, fixed(`\nStack ${inline(diff.stack)}: its file is removed, not what it deployed.`)];
  }
  const parts = [
    ...warningBlocks(diff),
    ...siteBlocks(diff),
    ...chartBlocks(diff),
    ...secretBlocks(diff),
    ...resourceBlocks(diff),
    ...objectBlocks(diff, several),
  ];
  if (parts.length === 0) {
    return several ? [fixed(`\nStack ${inline(result.stack)}: nothing changes.`)] : [];
  }
  return [...title, ...parts];
}

/** A single one is in the summary already. */
function warningBlocks({ warnings }: PlanDiff): Block[] {
  return warnings.length < 2
    ? []
    : [fixed(`\n### Warnings\n\n${warnings.map(({ text }) => `- ${inline(text)}`).join("\n")}`)];
}

function siteBlocks({ instances }: PlanDiff): Block[] {
  return instances.map((impact) => {
    const kind = { create: "new", delete: "removed", update: "changes" }[impact.kind];
    const lines = siteFacts(impact).map(([title, items]) => `- **${title}:** ${items.map(code).join(", ")}`);
    return {
      text: `\n### Site ${inline(impact.instance)}: ${kind}\n\n${lines.join("\n")}`,
      weight: 1,
      kind: "sites",
    };
  });
}

function chartBlocks({ charts }: PlanDiff): Block[] {
  if (charts.length === 0) {
    return [];
  }
  const rows = charts.map(({ release, chart, before = "–", after = "–", link }) => [
    release,
    { text: chart, link },
    before,
    after,
  ]);
  const text = `\n### Charts\n\n${table(["Release", "Chart", "Before", "After"], rows)}`;
  return [{ text, weight: 2, kind: "charts" }];
}

function secretBlocks({ secrets }: PlanDiff): Block[] {
  return secrets.length === 0
    ? []
    : [
        fixed(
          `\n### Secret settings of the stack that changed\n\n${secrets.map((key) => `- ${code(key)}`).join("\n")}`,
        ),
      ];
}

function resourceBlocks(diff: PlanDiff): Block[] {
  return byInstance(diff.resources).map(([instance, changes]) => {
    const of = instance === undefined ? "that sites share" : `of ${instance}`;
    const lines = changes.map((change) => resourceLines(change, diff)).join("\n");
    return {
      text: `\n${folded(`Resources ${of}: ${tally(changes)}`, lines)}`,
      weight: 4,
      kind: "resource lists",
    };
  });
}

const signs = { create: "+", update: "~", replace: "±", delete: "−" } as const;

function resourceLines(change: ResourceChange, diff: PlanDiff): string {
  const { kind, type, name, protect } = change;
  const lines = changeLines(change, diff);
  const why = untold(change, lines);
  const head = `- \`${signs[kind]}\` ${inline(shortType(type))} **${inline(name)}**${protect ? " (protected)" : ""}${why === undefined ? "" : `: ${why}`}`;
  const shown = lines.slice(0, maxChanges).map((line) => `  - ${code(line)}`);
  const rest = lines.length - shown.length;
  return [head, ...shown, ...(rest > 0 ? [`  - and ${count(rest, "more change")}`] : [])].join("\n");
}

function objectBlocks({ objects, stack }: PlanDiff, several: boolean): Block[] {
  return byInstance(objects).flatMap(([instance, changes]) => {
    const of = instance === undefined ? "that sites share" : `of ${instance}`;
    const section = `Objects ${of}${several ? ` in ${stack}` : ""}: ${objectTally(changes)}`;
    return [...changes].sort(byImportance).map((change) => ({
      text: `\n${folded(objectTitle(change), fence(cutLines(change.patch), "diff"))}`,
      section,
      ...importance(change),
    }));
  });
}

function byImportance(a: ObjectChange, b: ObjectChange): number {
  return importance(a).weight - importance(b).weight;
}

/** What is new or gone as a whole says less than what changed, and a file of it less than an object. */
function importance({ kind, release }: ObjectChange): { weight: number; kind: string } {
  if (kind === "update") {
    return { weight: 5, kind: "diffs of objects" };
  }
  return release === undefined
    ? { weight: 7, kind: "new and removed files" }
    : { weight: 6, kind: "new and removed objects" };
}

function cutLines(text: string): string {
  const lines = text
    .split("\n")
    .map((line) =>
      line.length > maxLineLength
        ? `${line.slice(0, maxLineLength)}… (${line.length - maxLineLength} more characters)`
        : line,
    );
  return lines.length <= maxPatchLines
    ? lines.join("\n")
    : [...lines.slice(0, maxPatchLines), ` … ${lines.length - maxPatchLines} more lines`].join("\n");
}

function folded(summary: string, content: string): string {
  return `<details><summary>${htmlInMarkdown(summary)}</summary>\n\n${content.replace(/^\n+/, "")}\n\n</details>`;
}

function fixed(text: string): Block {
  return { text, weight: 0, kind: "" };
}
