import { commentLength, diffToMarkdown, type ReportFrame } from "../../diff/markdown.js";
import { inline as escaped } from "../../workspace/markdown.js";
import type { PreviewDiff } from "./previewDiff.js";
import type { StackReport } from "./report.js";
import { title } from "./watch.js";

/** By it the comment is found again, and updated in place. */
const previewMark = "<!-- openedx-preview -->";

/** What a preview of one stack came to. */
export interface PreviewedStack extends Partial<PreviewDiff> {
  stack: string;
  /** Absent where the engine did not even begin. */
  report?: StackReport;
  /** Why it failed. */
  error?: string;
}

const frame: ReportFrame = {
  title: "Preview",
  mark: previewMark,
  remedy: "`openedx preview … --json FILE` has all of it.",
};

/** Lines of one kind, and characters of each, of the engine's messages beside the changes. */
const maxLines = 15;
const maxLine = 300;

/**
 * Previews as a comment on a pull request, in the form of the plan's. Pure.
 * @param head what the previewed program is called.
 */
export function previewToMarkdown(
  previews: readonly PreviewedStack[],
  head: string,
  limit: number = commentLength,
): string {
  const messages = previews
    .flatMap((preview) => saidSections(preview, previews.length > 1))
    .slice(0, 3 * maxLines)
    .join("\n\n");
  const changes = diffToMarkdown(
    {
      base: "what is deployed",
      head,
      faults: [],
      stacks: previews.map(({ stack, diff, error }) =>
        error === undefined && diff !== undefined
          ? { stack, diff }
          : { stack, error: error ?? "The engine did not say what it would do.", side: "head" as const },
      ),
      frame,
    },
    limit - messages.length - 2,
  );
  return messages === "" ? changes : `${changes}\n${messages}\n`;
}

/** Cut before it is escaped: half an escape would be a mark. */
function inline(text: string): string {
  return escaped(text, maxLine);
}

function saidSections({ stack, report, notes = [] }: PreviewedStack, several: boolean): string[] {
  const { policies = [], diagnostics = [] } = report ?? {};
  const broken = policies.map(
    ({ policy, mandatory, message, urn }) =>
      `**${inline(policy)}** (${mandatory ? "mandatory" : "advice"})${urn === undefined ? "" : ` ${inline(shortName(urn))}`}: ${inline(message)}`,
  );
  // Errors stand at the top already, as what made the preview fail.
  const heard = diagnostics
    .filter(({ severity }) => severity === "warning")
    .map(({ message, urn }) => `${urn === undefined ? "" : `${inline(shortName(urn))}: `}${inline(message)}`);
  const whose = several ? ` of stack ${inline(stack)}` : "";
  return [
    ...section(`Policies${whose}`, broken),
    ...section(`Warnings of the engine${whose}`, heard),
    ...section(`Notes${whose}`, notes.map(inline)),
  ];
}

function section(heading: string, lines: readonly string[]): string[] {
  if (lines.length === 0) {
    return [];
  }
  const shown = lines.slice(0, maxLines).map((line) => `- ${line}`);
  const rest = lines.length - shown.length;
  return [`### ${heading}\n\n${[...shown, ...(rest > 0 ? [`- and ${rest} more`] : [])].join("\n")}`];
}

function shortName(urn: string): string {
  return title(urn, urn.split("::")[2]?.split("$").at(-1) ?? "");
}
