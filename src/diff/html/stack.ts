import type { StackResult } from "../headline.js";
import type { InstanceImpact, ObjectChange, PlanDiff, ResourceChange } from "../types.js";
import {
  byInstance,
  changeLines,
  objectTally,
  objectTitle,
  shortType,
  siteFacts,
  tally,
  untold,
} from "../wording.js";
import { type Markup, markup } from "./markup.js";

/** Names of elements that links lead to: whatever the name, one word, and never the same for two. */
export function anchorOf(...parts: readonly string[]): string {
  return parts.map((part) => encodeURIComponent(part).replace(/%/g, ".")).join("--");
}

/** The part of the contents for a stack. */
export function stackNavigation(result: StackResult): Markup {
  const { stack } = result;
  const own = "diff" in result && result.diff.only !== "base" ? navigationOf(result.diff) : [];
  return markup`<p><a href="#${anchorOf(stack)}">Stack ${stack}</a></p>
<ul>${own.map(([anchor, title, note]) => markup`<li><a href="#${anchor}">${title}</a> <small>${note}</small></li>`)}</ul>`;
}

const siteWords = { create: "new", update: "changes", delete: "removed" } as const;

function navigationOf(diff: PlanDiff): [anchor: string, title: string, note: string][] {
  const { stack, warnings, instances, charts, resources, objects } = diff;
  const entry = (part: string, title: string, number: number): [string, string, string][] =>
    number === 0 ? [] : [[anchorOf(stack, part), title, String(number)]];
  return [
    ...entry("warnings", "Warnings", warnings.length),
    ...instances.map(({ instance, kind }): [string, string, string] => [
      anchorOf(stack, "site", instance),
      instance,
      siteWords[kind],
    ]),
    ...entry("charts", "Charts", charts.length),
    ...entry("resources", "Resources", resources.length),
    ...entry("objects", "Objects", objects.length),
  ];
}

/** All that changes in a stack, or why nobody can say. */
export function stackSection(result: StackResult, several: boolean): Markup {
  const { stack } = result;
  if ("error" in result) {
    const side = result.side === "head" ? "after the change" : "before the change";
    return markup`<section class="error" id="${anchorOf(stack)}"><h2>Stack ${stack} cannot be planned ${side}</h2><pre>${result.error}</pre></section>`;
  }
  const { diff } = result;
  return markup`<section id="${anchorOf(stack)}">
${several ? markup`<h2 class="stack">Stack ${stack}</h2>` : ""}
${diff.only === "base" ? markup`<p>Its file is removed, not what it deployed.</p>` : parts(diff)}
</section>`;
}

function parts(diff: PlanDiff): Markup {
  const { instances, resources, secrets } = diff;
  if (resources.length + instances.length + secrets.length === 0) {
    return markup`<p>Nothing changes.</p>`;
  }
  return markup`${warnings(diff)}
${instances.map((impact) => site(impact, diff.stack))}
${charts(diff)}
${secretSettings(diff)}
${resourceLists(diff)}
${objectLists(diff)}`;
}

function warnings({ stack, warnings: found }: PlanDiff): Markup {
  return found.length === 0
    ? markup``
    : markup`<section class="warnings" id="${anchorOf(stack, "warnings")}"><h2>Warnings</h2>
<ul>${found.map(({ about, text }) => markup`<li data-item><span class="tag">${about}</span> ${text}</li>`)}</ul></section>`;
}

function site(impact: InstanceImpact, stack: string): Markup {
  const { instance, kind } = impact;
  const facts = siteFacts(impact).map(
    ([title, items]) =>
      markup`<dt>${title}</dt><dd>${items.map((item) => markup`<code>${item}</code> `)}</dd>`,
  );
  return markup`<section class="site" id="${anchorOf(stack, "site", instance)}" data-item>
<h2>${instance} <span class="tag ${kind}">${siteWords[kind]}</span></h2>
<dl>${facts}</dl></section>`;
}

function charts({ stack, charts: changed }: PlanDiff): Markup {
  const rows = changed.map(
    ({ release, chart, before, after, link }) =>
      markup`<tr data-item><td>${release}</td><td><a href="${link}" rel="noreferrer">${chart}</a></td><td>${before ?? "–"}</td><td>${after ?? "–"}</td></tr>`,
  );
  return rows.length === 0
    ? markup``
    : markup`<section id="${anchorOf(stack, "charts")}"><h2>Charts</h2><div class="scroll"><table>
<thead><tr><th scope="col">Release</th><th scope="col">Chart</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>${rows}</tbody></table></div></section>`;
}

function secretSettings({ secrets }: PlanDiff): Markup {
  return secrets.length === 0
    ? markup``
    : markup`<section><h2>Secret settings of the stack that changed</h2><ul>${secrets.map((key) => markup`<li data-item><code>${key}</code></li>`)}</ul></section>`;
}

function resourceLists(diff: PlanDiff): Markup {
  if (diff.resources.length === 0) {
    return markup``;
  }
  const groups = byInstance(diff.resources).map(
    ([
      instance,
      changes,
    ]) => markup`<details class="group"><summary>${groupName(instance)} <small>${tally(changes)}</small></summary>
<ul class="resources">${changes.map((change) => resource(change, diff))}</ul></details>`,
  );
  return markup`<section id="${anchorOf(diff.stack, "resources")}"><h2>Resources</h2>${groups}</section>`;
}

function groupName(instance: string | undefined): string {
  return instance ?? "What sites share";
}

const signs = { create: "+", update: "~", replace: "±", delete: "−" } as const;
const resourceWords = { create: "new", update: "changed", replace: "replaced", delete: "deleted" } as const;

function resource(change: ResourceChange, diff: PlanDiff): Markup {
  const { kind, type, name, protect } = change;
  const lines = changeLines(change, diff);
  return markup`<li data-item><span class="sign ${kind}" title="${resourceWords[kind]}">${signs[kind]}</span> ${shortType(type)} <b>${name}</b>${protect ? markup` <span class="tag">protected</span>` : ""} <small>${untold(change, lines) ?? ""}</small>
${lines.length === 0 ? "" : markup`<ul>${lines.map((line) => markup`<li><code>${line}</code></li>`)}</ul>`}</li>`;
}

function objectLists({ stack, objects }: PlanDiff): Markup {
  if (objects.length === 0) {
    return markup``;
  }
  const groups = byInstance(objects).map(
    ([
      instance,
      changes,
    ]) => markup`<details class="group"><summary>${groupName(instance)} <small>${objectTally(changes)}</small></summary>
${changes.map(object)}</details>`,
  );
  return markup`<section id="${anchorOf(stack, "objects")}"><h2>Objects</h2>${groups}</section>`;
}

/** The lines get their colours when the diff is opened: there can be a hundred thousand of them. */
function object(change: ObjectChange): Markup {
  return markup`<details class="diff" data-item><summary>${objectTitle(change)}</summary><pre tabindex="0">${change.patch}</pre></details>
`;
}
