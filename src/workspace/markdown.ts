/*
 * Texts from files and manifests in Markdown: they must neither be taken for marks, nor call people or link to issues,
 * nor hide what they say.
 */

/** Longest run of backticks that is kept; a fence must be longer than the longest. */
const longestRun = 8;

/** Longest text that stands in the midst of a line, in characters. */
const longestInline = 700;

/**
 * Text in the midst of a line.
 * @param limit characters that are shown.
 */
export function inline(text: string, limit = longestInline): string {
  return shortened(visible(text), limit)
    .replace(/&/g, "&amp;")
    .replace(/[\\`*<>[\]$~]/g, "\\$&")
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\_")
    .replace(/[@#]/g, "$&\u200b")
    .replace(/\s+/g, " ");
}

/** Text as code in the midst of a line: what it holds means nothing to Markdown, so that it can be copied. */
export function code(text: string): string {
  const content = brokenRuns(shortened(visible(text).replace(/\s+/g, " ").trim()));
  const marks = "`".repeat(runLength(content) + 1);
  const space = content.startsWith("`") || content.endsWith("`") || content === "" ? " " : "";
  return `${marks}${space}${content}${space}${marks}`;
}

type Cell = string | number | { text: string; link: string };

/** A table; numbers stand at the right of their column. What its cells hold is escaped, but for the link of one. */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const marks = header.map((_, column) => (typeof rows[0]?.[column] === "number" ? "---:" : "---"));
  return [line(header), line(marks), ...rows.map((row) => line(row.map(cell)))].join("\n");
}

function cell(content: Cell): string {
  if (typeof content === "object") {
    const link = content.link.replace(/[\s()<>*|`\\]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
    return `[${cell(content.text)}](${link})`;
  }
  return inline(String(content)).replace(/\|/g, "\\|");
}

/** A fence that the text can't close. */
export function fence(text: string, language = ""): string {
  const content = brokenRuns(visible(text));
  const marks = "`".repeat(Math.max(2, runLength(content)) + 1);
  return `${marks}${language}\n${content}\n${marks}`;
}

/** Text inside HTML. */
export function html(text: string): string {
  return visible(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&#39;");
}

/** Text inside HTML that is part of Markdown, where names would still call people. */
export function htmlInMarkdown(text: string): string {
  return html(shortened(text.replace(/\s+/g, " "))).replace(/@|(?<!&)#/g, "$&\u200b");
}

/** Control characters and those that turn the direction of text are shown as a mark in their place. */
function visible(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

function shortened(text: string, limit = longestInline): string {
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

function brokenRuns(text: string): string {
  return text.replace(new RegExp(`\`{${longestRun}}(?=\`)`, "g"), "$&\u200b");
}

function runLength(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
