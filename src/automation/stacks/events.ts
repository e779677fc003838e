import type { DiagnosticEvent, EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { propertyChanges } from "../../diff/properties.js";
import type { PropertyChange } from "../../diff/types.js";
import { secretMask } from "../../engine/mask.js";
import type { Json } from "../../kubernetes/objects.js";
import { eventMap } from "./eventValues.js";
import { parsePath, valueAt } from "./propertyPath.js";
import type {
  Diagnostic,
  Operation,
  PolicyViolation,
  ReportedResource,
  ResourceOp,
  StackReport,
} from "./report.js";

/** The steps of the engine, by what a person calls them. A replacement is up to three of them. */
const ops: Readonly<Record<string, ResourceOp>> = {
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "discard-replaced": "replace",
  "import-replacement": "replace",
  import: "import",
  read: "read",
  "read-replacement": "read",
  "read-discard": "discard",
  discard: "discard",
};

/** The kinds of events that leave as they are. */
const wholeKinds = [
  "resourcePreEvent",
  "resOutputsEvent",
  "resOpFailedEvent",
  "policyEvent",
  "summaryEvent",
  "cancelEvent",
] as const;

/**
 * What of an event may leave this program: the event, a part of it, or nothing. It is chosen by what is known to be fit
 * for people. What is not: the engine's trace, which it sends as `debug` diagnostics without being asked and with secrets
 * in plain text; the config; and whatever kinds a later engine may have.
 *
 * That the rest holds no secret is the engine's work. It masks secret properties, and in messages the secrets of the
 * stack's config. Of generated secrets it does not know the text, so that a warning or an error could quote one; but those
 * it prints on every terminal, too.
 */
export function leaving(event: EngineEvent): EngineEvent[] {
  const { sequence, timestamp, preludeEvent, diagnosticEvent } = event;
  const kept: Partial<EngineEvent> = {
    ...Object.fromEntries(wholeKinds.filter((kind) => event[kind]).map((kind) => [kind, event[kind]])),
    ...(preludeEvent && { preludeEvent: { config: {} } }),
    ...(diagnosticEvent && isForPeople(diagnosticEvent) && { diagnosticEvent }),
  };
  return Object.keys(kept).length === 0 ? [] : [{ sequence, timestamp, ...kept }];
}

const severities: readonly string[] = ["info", "warning", "error"] satisfies Diagnostic["severity"][];

/** The engine has severities that the SDK's types leave out, `debug` among them. */
function isForPeople(
  diagnostic: DiagnosticEvent,
): diagnostic is DiagnosticEvent & { severity: Diagnostic["severity"] } {
  return diagnostic.ephemeral !== true && severities.includes(diagnostic.severity);
}

/** What an operation did, from the engine's events. Pure. */
export function reportOf(stack: string, operation: Operation, events: readonly EngineEvent[]): StackReport {
  const steps = stepsOf(events);
  const failed = new Set(events.flatMap(({ resOpFailedEvent }) => resOpFailedEvent?.metadata.urn ?? []));
  const seconds = durationsOf(events);
  const resources = [...steps].flatMap(([urn, own]): ReportedResource[] => {
    const op = opOf(own);
    const took = seconds.get(urn);
    return op === undefined && !failed.has(urn)
      ? []
      : [
          {
            ...resourceOf(urn, op ?? "update", own),
            ...(failed.has(urn) && { failed: true }),
            ...(took !== undefined && operation !== "preview" && { seconds: took }),
          },
        ];
  });
  const summary = events.find(({ summaryEvent }) => summaryEvent !== undefined)?.summaryEvent;
  return {
    stack,
    operation,
    resources,
    unchanged: steps.size - resources.length,
    diagnostics: diagnosticsOf(events),
    policies: policiesOf(events),
    ...(summary && { seconds: summary.durationSeconds }),
  };
}

/** The steps of each resource, by URN. A refresh tells only at the end of a step what it found. */
export function stepsOf(events: readonly EngineEvent[]): Map<string, StepEventMetadata[]> {
  const steps = new Map<string, StepEventMetadata[]>();
  for (const { resourcePreEvent, resOutputsEvent } of events) {
    const before = resourcePreEvent?.metadata;
    const after = resOutputsEvent?.metadata;
    const step = before ?? after;
    if (step === undefined) {
      continue;
    }
    const own = steps.get(step.urn) ?? [];
    if (after !== undefined && own.some(({ op }) => op === "refresh")) {
      steps.set(step.urn, [...own.filter(({ op }) => op !== "refresh"), after]);
    } else if (before !== undefined) {
      steps.set(step.urn, [...own, before]);
    }
  }
  return steps;
}

/** Undefined for what stays as it is. */
export function opOf(steps: readonly StepEventMetadata[]): ResourceOp | undefined {
  const found = new Set(steps.flatMap(({ op }) => ops[op] ?? []));
  // Replaced as a whole, whatever else; a resource that is made and removed in one go is replaced, too.
  if (found.has("replace") || (found.has("create") && found.has("delete"))) {
    return "replace";
  }
  return [...found][0];
}

function resourceOf(urn: string, op: ResourceOp, steps: readonly StepEventMetadata[]): ReportedResource {
  const errors = steps.flatMap(({ old }) => old?.initErrors ?? []);
  const changes = op === "update" || op === "replace" ? changesOf(steps) : [];
  return {
    op,
    urn,
    type: steps[0]?.type ?? "",
    name: nameOf(urn),
    protect: steps.some(({ old, new: fresh }) => (fresh ?? old)?.protect === true),
    changes,
    ...(op === "update" && changes.length === 0 && errors.length > 0 && { retry: errors }),
  };
}

/** `campus` of `urn:pulumi:prod::openedx::kubernetes:helm.sh/v3:Release::campus`. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The paths that the provider names, with the values there; where it names none, all that differ. */
function changesOf(steps: readonly StepEventMetadata[]): PropertyChange[] {
  const telling = steps.find(({ detailedDiff }) => Object.keys(detailedDiff ?? {}).length > 0);
  if (telling === undefined) {
    return undetailed(steps.find((step) => step.old && step.new));
  }
  const old = steps.find((step) => step.old)?.old;
  const fresh = steps.find((step) => step.new)?.new;
  const [oldInputs, oldOutputs] = [eventMap(old?.inputs), eventMap(old?.outputs)];
  const [newInputs, newOutputs] = [eventMap(fresh?.inputs), eventMap(fresh?.outputs)];
  return Object.entries(telling.detailedDiff ?? {})
    .map(([path, { diffKind, inputDiff }]): PropertyChange => {
      const at = parsePath(path);
      const kind = diffKind.split("-")[0];
      const before =
        kind === "add" ? undefined : inputDiff ? valueAt(oldInputs, at) : either(oldOutputs, oldInputs, at);
      const after = kind === "delete" ? undefined : changedValue(before, newInputs, newOutputs, at);
      return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** By comparison. What a refresh finds is in the outputs, whose inputs stay as they were. */
function undetailed(step: StepEventMetadata | undefined): PropertyChange[] {
  const compare = (side: "inputs" | "outputs"): PropertyChange[] => {
    const [was, is] = [eventMap(step?.old?.[side]), eventMap(step?.new?.[side])];
    const keys = step?.diffs ?? Object.keys({ ...was, ...is });
    return [...keys].sort().flatMap((key) => propertyChanges(was[key], is[key], key));
  };
  const changes = compare("inputs");
  return changes.length > 0 ? changes : compare("outputs");
}

/** Of an update the new value is among the inputs; what a refresh finds is among the outputs alone. */
function changedValue(
  before: Json | undefined,
  inputs: Json,
  outputs: Json,
  at: ReturnType<typeof parsePath>,
): Json | undefined {
  const found = [valueAt(inputs, at), valueAt(outputs, at)].filter((value) => value !== undefined);
  return found.find((value) => JSON.stringify(value) !== JSON.stringify(before)) ?? found[0];
}

function either(first: Json, second: Json, at: ReturnType<typeof parsePath>): Json | undefined {
  return valueAt(first, at) ?? valueAt(second, at);
}

/** Whether a change is of a secret: both sides are masked, so that nothing of it shows. */
export function isSecretChange({ before, after }: PropertyChange): boolean {
  return before === secretMask || after === secretMask;
}

/** The messages for people, without what only the live display shows, and without repetitions. */
function diagnosticsOf(events: readonly EngineEvent[]): Diagnostic[] {
  const seen = new Set<string>();
  return events.flatMap(({ diagnosticEvent: diagnostic }): Diagnostic[] => {
    if (diagnostic === undefined || !isForPeople(diagnostic)) {
      return [];
    }
    const message = plain(diagnostic.message);
    const key = `${diagnostic.urn ?? ""} ${message}`;
    // "update failed" tells nothing beside the error that it follows.
    if (message === "" || seen.has(key) || /^(preview|update|destroy|refresh) failed$/.test(message)) {
      return [];
    }
    seen.add(key);
    return [
      {
        severity: diagnostic.severity,
        message,
        ...(diagnostic.urn !== undefined && diagnostic.urn !== "" && { urn: diagnostic.urn }),
      },
    ];
  });
}

function policiesOf(events: readonly EngineEvent[]): PolicyViolation[] {
  return events.flatMap(({ policyEvent: found }) =>
    found === undefined
      ? []
      : [
          {
            policy: found.policyName,
            pack: found.policyPackName,
            mandatory: found.enforcementLevel === "mandatory",
            message: plain(found.message),
            ...(found.resourceUrn !== undefined && found.resourceUrn !== "" && { urn: found.resourceUrn }),
          },
        ],
  );
}

/** Text without the engine's marks for colours, `<{%fg 1%}>`, and those of a terminal. */
export function plain(text: string): string {
  return text
    .replace(/<\{%[^%]*%\}>/g, "")
    .replace(/\u001b\[[0-9;]*m/g, "")
    .trim();
}

/** From the first step of a resource to the end of its last, in seconds. */
function durationsOf(events: readonly EngineEvent[]): Map<string, number> {
  const begun = new Map<string, number>();
  const took = new Map<string, number>();
  for (const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, timestamp } of events) {
    const start = resourcePreEvent?.metadata.urn;
    const end = (resOutputsEvent ?? resOpFailedEvent)?.metadata.urn;
    if (start !== undefined && !begun.has(start)) {
      begun.set(start, timestamp);
    }
    if (end !== undefined) {
      took.set(end, timestamp - (begun.get(end) ?? timestamp));
    }
  }
  return took;
}
