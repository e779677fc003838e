import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { headlineOf } from "../headline.js";
import type { Report } from "../markdown.js";
import { type Markup, markup, raw } from "./markup.js";
import { anchorOf, stackNavigation, stackSection } from "./stack.js";

/** The whole page: one file that asks no network for anything, which its own policy forbids, too. */
export function page(report: Report): Markup {
  const [style, script] = [textOf("page.css", "changes.css"), textOf("page.mjs")];
  const policy = [
    "default-src 'none'",
    `style-src '${sha256(style)}'`,
    `script-src '${sha256(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const { what } = headlineOf(report.stacks, report.faults);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Plan: ${what}</title>
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#changes">Skip to the changes</a>
${header(report)}
<div class="columns">
<nav aria-label="Contents">${report.stacks.map((result) => stackNavigation(result))}</nav>
<main id="changes">
${faults(report)}
${report.stacks.map((result) => stackSection(result, report.stacks.length > 1))}
<p class="nothing" id="nothing" hidden>Nothing here has that in it.</p>
</main>
</div>
<script type="module">${raw(script)}</script>
</body>
</html>
`;
}

function header({ stacks, faults: wrong, base, head }: Report): Markup {
  const { what, people, databases, careful, resources } = headlineOf(stacks, wrong);
  const facts = [
    ["People", people, ""],
    ["Databases", databases, ""],
    ["Careful", careful, careful === "nothing stands out" ? "" : "careful"],
    ["Resources", resources, ""],
  ] as const;
  return markup`<header>
<p class="sides"><span>${base}</span> <span aria-label="to">→</span> <span>${head}</span></p>
<h1>${clauses(what)}</h1>
<dl class="facts">${facts.map(
    ([title, text, look]) =>
      markup`<div${look === "" ? "" : markup` class="${look}"`}><dt>${title}</dt><dd>${clauses(text)}</dd></div>`,
  )}</dl>
</header>
<search class="bar">
<input id="filter" type="search" placeholder="Filter sites, resources, objects, and what is in them" aria-label="Filter" autocomplete="off" spellcheck="false">
<kbd title="Press / to filter, Escape to see all">/</kbd>
<output id="found" for="filter" aria-live="polite"></output>
<button type="button" id="open">Open all</button>
<button type="button" id="close">Close all</button>
</search>`;
}

function faults({ faults: wrong }: Report): Markup {
  return markup`${wrong.map(
    (fault) =>
      markup`<section class="error" id="${anchorOf("program")}"><h2>The program</h2><pre>${fault}</pre></section>`,
  )}`;
}

/** A line for each clause of a sentence. */
function clauses(text: string): Markup {
  return markup`${text.split("; ").map((clause) => markup`<span>${firstUpper(clause)}</span> `)}`;
}

function firstUpper(text: string): string {
  // A name keeps its own case.
  const [first = ""] = text.split(" ", 1);
  return /^(no|not|nothing|none|downtime|migrations|nodes|pods|other|what|chart|stack|secret)$/.test(first)
    ? `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
    : text;
}

function textOf(...files: readonly string[]): string {
  return files.map((file) => readFileSync(join(import.meta.dirname, file), "utf8")).join("\n");
}

function sha256(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
