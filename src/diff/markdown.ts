import type { Json } from "../kubernetes/objects.js";
import { type Block, fit } from "./blocks.js";
import { bare, count, headlineOf, type StackResult } from "./headline.js";
import type { InstanceImpact, ObjectChange, PlanDiff, ResourceChange } from "./types.js";

/** What a comment on GitHub may hold is 65,536 characters; its frame needs some. */
export const commentLength = 64_000;

/** By it the comment is found again, and updated in place. */
export const commentMark = "<!-- openedx-diff -->";

/** Longest patch and longest value that are shown. */
const maxPatchLines = 250;
const maxValue = 160;

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

/** The comparison as a comment on a pull request. Pure. */
export function diffToMarkdown(report: Report, limit: number = commentLength): string {
  const { what, people, runs, careful } = headlineOf(report.stacks, report.faults);
  const { title, mark, remedy } = report.frame ?? planFrame;
  const top = [
    `## ${title}: ${inline(what)}`,
    `**People:** ${inline(people)}.  `,
    `**Databases:** ${inline(runs)}.  `,
    `**Careful:** ${inline(careful)}${careful.endsWith(".") ? "" : "."}`,
    "",
    `${inline(report.base)} → ${inline(report.head)}`,
    mark,
  ];
  const blocks: Block[] = [
    fixed(top.join("\n")),
    ...report.faults.map((fault) => fixed(`\n### The program\n\n${fence(fault)}`)),
    ...report.stacks.flatMap((result) => stackBlocks(result, report.stacks.length > 1)),
  ];
  return `${fit(blocks, limit, remedy).trimEnd()}\n`;
}

function stackBlocks(result: StackResult, several: boolean): Block[] {
  const title = several ? [fixed(`\n## Stack ${inline(result.stack)}`)] : [];
  if ("error" in result) {
    const side = result.side === "head" ? "after the change" : "before the change";
    return [
      ...title,
      fixed(`\n### Stack ${inline(result.stack)} cannot be planned ${side}\n\n${fence(result.error)}`),
    ];
  }
  const { diff } = result;
  if (diff.resources.length === 0) {
    return several ? [fixed(`\n## Stack ${inline(result.stack)}: nothing changes`)] : [];
  }
  return [
    ...title,
    ...onlySide(diff),
    ...warningBlocks(diff),
    ...siteBlocks(diff),
    ...chartBlocks(diff),
    ...resourceBlocks(diff),
    ...objectBlocks(diff),
  ];
}

function onlySide({ only, stack }: PlanDiff): Block[] {
  return only === undefined
    ? []
    : [
        fixed(
          `\nStack ${inline(stack)} is ${only === "head" ? "new" : "gone: its file is removed, not what it deployed"}.`,
        ),
      ];
}

function warningBlocks({ warnings }: PlanDiff): Block[] {
  return warnings.length === 0
    ? []
    : [fixed(`\n### Warnings\n\n${warnings.map(({ text }) => `- ${inline(text)}`).join("\n")}`)];
}

function siteBlocks({ instances }: PlanDiff): Block[] {
  return instances.map((impact) => {
    const kind = { create: "new", delete: "removed", update: "changes" }[impact.kind];
    return {
      text: `\n### Site ${inline(impact.instance)}: ${kind}\n\n${siteLines(impact).join("\n")}`,
      weight: 1,
      kind: "sites",
    };
  });
}

function siteLines(impact: InstanceImpact): string[] {
  const { downtime, rolls, tasks, images, hosts, replicas, settings, versions } = impact;
  const lines: [string, string[]][] = [
    ["Down meanwhile", downtime.map(({ workload, reason }) => `${bare(workload)} (${reason})`)],
    ["Pods restart one by one", rolls.map(bare)],
    ["Tasks run", tasks.map(({ task, changed }) => `${task}${changed ? " (changed)" : ""}`)],
    [
      "Images",
      images.map(
        ({ before, after, workloads }) => `${before} → ${after} (${workloads.map(bare).join(", ")})`,
      ),
    ],
    ["Hosts", [...hosts.added.map((host) => `+ ${host}`), ...hosts.removed.map((host) => `− ${host}`)]],
    [
      "Replicas",
      replicas.map(
        ({ workload, before, after }) => `${bare(workload)} ${before ?? "?"} → ${after ?? "by a scaler"}`,
      ),
    ],
    ["Versions", versions.map(({ what, before, after }) => `${what} ${fromTo(before, after)}`)],
    [
      "Settings",
      settings.map(
        ({ key, before, after, secret }) => `${key}: ${secret ? "changed (secret)" : fromTo(before, after)}`,
      ),
    ],
  ];
  return lines.flatMap(([title, items]) =>
    items.length === 0 ? [] : [`- **${title}:** ${items.map(inline).join("; ")}`],
  );
}

function chartBlocks({ charts }: PlanDiff): Block[] {
  if (charts.length === 0) {
    return [];
  }
  const rows = charts.map(
    ({ release, chart, before, after, link }) =>
      `| ${cell(release)} | ${link === undefined ? cell(chart) : `[${cell(chart)}](${link})`} | ${cell(before ?? "–")} | ${cell(after ?? "–")} |`,
  );
  return [
    {
      text: [
        "\n### Charts\n",
        "| Release | Chart | Before | After |",
        "| --- | --- | --- | --- |",
        ...rows,
      ].join("\n"),
      weight: 2,
      kind: "charts",
    },
  ];
}

function resourceBlocks({ resources }: PlanDiff): Block[] {
  const groups = new Map<string, ResourceChange[]>();
  for (const change of resources) {
    const key = change.instance ?? "shared";
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups].map(([group, changes]) => {
    const summary = `Resources ${group === "shared" ? "that sites share" : `of ${group}`}: ${tally(changes)}`;
    return {
      text: `\n${folded(summary, changes.map(resourceLines).join("\n"))}`,
      weight: 4,
      kind: "resource lists",
    };
  });
}

function tally(changes: readonly ResourceChange[]): string {
  const kinds = [
    ["create", "created"],
    ["update", "changed"],
    ["replace", "replaced"],
    ["delete", "deleted"],
  ] as const;
  return kinds
    .map(([kind, said]) => [changes.filter((change) => change.kind === kind).length, said] as const)
    .filter(([number]) => number > 0)
    .map(([number, said]) => `${number} ${said}`)
    .join(", ");
}

const signs = { create: "+", update: "~", replace: "±", delete: "−" } as const;

function resourceLines({ kind, type, name, protect, changes }: ResourceChange): string {
  const head = `- \`${signs[kind]}\` ${inline(type.split(":").at(-1) ?? type)} **${inline(name)}**${protect ? " (protected)" : ""}`;
  const shown = changes
    .slice(0, 12)
    .map(({ path, before, after }) => `  - ${inline(path)}: ${inline(fromTo(before, after))}`);
  const rest = changes.length - shown.length;
  return [head, ...shown, ...(rest > 0 ? [`  - and ${count(rest, "more change")}`] : [])].join("\n");
}

function objectBlocks({ objects }: PlanDiff): Block[] {
  return objects.map((change) => ({
    text: `\n${folded(objectSummary(change), fence(shortened(change.patch), "diff"))}`,
    // What is new or gone as a whole says less than what changed.
    weight: change.kind === "update" ? 5 : 6,
    kind: change.kind === "update" ? "manifest diffs" : "new and removed manifests",
  }));
}

function objectSummary({ kind, release, object, added, removed }: ObjectChange): string {
  const where = release === undefined ? "" : ` in ${release}`;
  const said = { create: "new", delete: "removed", update: `+${added} −${removed}` }[kind];
  return `${object}${where}: ${said}`;
}

function shortened(patch: string): string {
  const lines = patch.split("\n");
  return lines.length <= maxPatchLines
    ? patch
    : [...lines.slice(0, maxPatchLines), ` … ${lines.length - maxPatchLines} more lines`].join("\n");
}

function fromTo(before: Json | undefined, after: Json | undefined): string {
  if (before === undefined) {
    return after === undefined ? "" : `new, ${value(after)}`;
  }
  return after === undefined ? `gone, was ${value(before)}` : `${value(before)} → ${value(after)}`;
}

function value(json: Json): string {
  const text = typeof json === "string" ? json : JSON.stringify(json);
  if (text.includes("\n")) {
    return `(a text of ${count(text.split("\n").length, "line")})`;
  }
  return text.length > maxValue ? `${text.slice(0, maxValue)}…` : text === "" ? '""' : text;
}

function folded(summary: string, content: string): string {
  return `<details><summary>${html(summary)}</summary>\n\n${content}\n\n</details>`;
}

/** A fence that the text can't close. */
function fence(text: string, language = ""): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const marks = "`".repeat(longest + 1);
  return `${marks}${language}\n${text}\n${marks}`;
}

function fixed(text: string): Block {
  return { text, weight: 0, kind: "" };
}

/** Text that Markdown must not take for marks, and that names nobody: an @ would call people. */
function inline(text: string): string {
  return text
    .replace(/[\\`*_|<>[\]]/g, "\\$&")
    .replace(/@/g, "@\u200b")
    .replace(/\s+/g, " ");
}

function cell(text: string): string {
  return inline(text);
}

function html(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
