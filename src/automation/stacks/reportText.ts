import type { PropertyChange } from "../../diff/types.js";
import type { Json } from "../../kubernetes/objects.js";
import { inline } from "../../workspace/markdown.js";
import { isSecretChange } from "./events.js";
import { countsOf, type ReportedResource, type ResourceOp, type StackReport } from "./report.js";
import type { Joined, StackOutcome } from "./several.js";
import { title } from "./watch.js";

const done: Readonly<Record<ResourceOp, string>> = {
  create: "created",
  update: "changed",
  replace: "replaced",
  delete: "deleted",
  read: "read",
  import: "imported",
  discard: "let go",
};

/** `2 created, 1 changed, 30 unchanged, 41 s`; a preview's words are `2 to be created`. */
export function summaryOf(report: StackReport): string {
  const be = report.operation === "preview" ? "to be " : "";
  const touched = Object.entries(countsOf(report)).map(
    ([op, number]) => `${number} ${be}${done[op as ResourceOp]}`,
  );
  const failed = report.resources.filter((resource) => resource.failed).length;
  return [
    ...touched,
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${report.unchanged} unchanged`,
    ...(report.seconds === undefined ? [] : [`${report.seconds} s`]),
  ].join(", ");
}

/** A table of what became of each stack, for a terminal or a log. */
export function joinedRows<T>({ stacks }: Joined<T>, say: (result: T) => string): string[][] {
  return stacks.map((outcome) => [outcome.stack, outcome.state, wordOf(outcome, say)]);
}

function wordOf<T>(outcome: StackOutcome<T>, say: (result: T) => string): string {
  if (outcome.state === "ok") {
    return say(outcome.result);
  }
  return outcome.state === "failed" ? (outcome.error.message.split("\n")[0] ?? "") : outcome.reason;
}

/** How many changed properties of one resource are shown. */
const shownChanges = 20;

/** The touched resources of a report as a list in Markdown; empty where nothing was. */
export function resourcesToMarkdown({ resources }: StackReport): string {
  return resources.map(resourceLines).join("\n");
}

function resourceLines(resource: ReportedResource): string {
  const { op, urn, type, changes, retry, failed } = resource;
  const why = [
    ...(failed ? ["failed"] : []),
    ...(retry === undefined ? [] : ["retry of a failed deployment"]),
  ];
  const head = `- ${done[op]}${why.length > 0 ? ` (${why.join(", ")})` : ""}: **${inline(title(urn, type))}**`;
  const rest = changes.length - shownChanges;
  return [
    head,
    ...changes.slice(0, shownChanges).map((change) => `  - ${inline(changeText(change))}`),
    ...(rest > 0 ? [`  - and ${rest} more`] : []),
  ].join("\n");
}

/** `spec.replicas: 1 → 2`. */
export function changeText(change: PropertyChange): string {
  const { path, before, after } = change;
  if (isSecretChange(change)) {
    return `${path}: changed (secret)`;
  }
  return `${path}: ${before === undefined ? "new" : text(before)} → ${after === undefined ? "gone" : text(after)}`;
}

function text(value: Json): string {
  const whole = typeof value === "string" ? value : JSON.stringify(value);
  return whole.length > 120 ? `${whole.slice(0, 120)}…` : whole;
}
