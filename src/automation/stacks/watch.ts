import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Progress, Step } from "../../workspace/progress.js";
import { nameOf, opOf, plain } from "./events.js";
import type { Operation, ResourceOp } from "./report.js";

const verbs: Readonly<Record<ResourceOp, string>> = {
  create: "Making",
  update: "Changing",
  replace: "Replacing",
  delete: "Deleting",
  read: "Reading",
  import: "Importing",
  discard: "Letting go of",
};

/**
 * Tells the reader of a long operation how far it is: each resource that is touched is a step, warnings and errors are
 * notes. A preview touches nothing, so that only its notes show.
 */
export function watch(stack: string, operation: Operation, progress: Progress): (event: EngineEvent) => void {
  const steps = new Map<string, Step>();
  const shown = new Set<string>();
  return ({ resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent }) => {
    const begun = resourcePreEvent?.metadata;
    // A replacement is a step for the new one and a step for the old one; the third, "replace", does nothing.
    const op = begun === undefined || begun.op === "replace" ? undefined : opOf([begun]);
    if (begun !== undefined && op !== undefined && operation !== "preview" && !steps.has(begun.urn)) {
      steps.set(begun.urn, progress.step(`${stack}: ${verbs[op]} ${title(begun.urn, begun.type)}`));
    }
    const failed = resOpFailedEvent?.metadata.urn ?? "";
    steps.get(failed)?.fail();
    steps.delete(failed);
    const done = resOutputsEvent?.metadata.urn ?? "";
    steps.get(done)?.done();
    steps.delete(done);
    const { severity, ephemeral, message = "" } = diagnosticEvent ?? {};
    const text = plain(message);
    if (pluginOrigin.test(text)) {
      return; // findPulumi has reported it, once and shorter
    }
    if ((severity === "warning" || severity === "error") && ephemeral !== true && !shown.has(text)) {
      shown.add(text);
      progress.note(`${stack}: ${severity}: ${text}`);
    }
  };
}

/** What the engine says in each run of a plugin that it was given on the PATH. */
const pluginOrigin =
  /^using pulumi-resource-\S+ from \$PATH|^resource plugin \S+ is expected to have version/;

/** `Release campus`. */
export function title(urn: string, type: string): string {
  return `${type.split(":").at(-1)} ${nameOf(urn)}`;
}
