/*
 * Texts from files and manifests in Markdown: they must neither be taken for marks, nor call people or link to issues,
 * nor hide what they say.
 */

/** Longest run of backticks that is kept; a fence must be longer than the longest. */
const longestRun = 8;

/** Longest text that stands in the midst of a line, in characters. */
const longestInline = 700;

/** Text in the midst of a line. */
export function inline(text: string): string {
  return shortened(visible(text))
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

/** Text in a cell of a table. */
export function cell(text: string): string {
  return inline(text).replace(/\|/g, "\\|");
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

function shortened(text: string): string {
  return text.length > longestInline ? `${text.slice(0, longestInline)}…` : text;
}

function brokenRuns(text: string): string {
  return text.replace(new RegExp(`\`{${longestRun}}(?=\`)`, "g"), "$&\u200b");
}

function runLength(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
