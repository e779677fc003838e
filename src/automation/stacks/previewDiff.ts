import type {
  EngineEvent,
  StepEventMetadata,
  StepEventStateMetadata,
} from "@pulumi/pulumi/automation/index.js";
import { facts } from "../../../providers/clouds.js";
import { comparePlans } from "../../diff/compare.js";
import { Side } from "../../diff/side.js";
import type { ChangeKind, PlanDiff, PlanFile, ResourceChange, Warning } from "../../diff/types.js";
import { secretMask } from "../../engine/mask.js";
import type { PlannedResource } from "../../engine/plan.js";
import { kubernetesVersionOf, releaseType, renderReleases } from "../../engine/releases.js";
import { stackType } from "../../engine/urn.js";
import type { JsonObject, KubernetesObject } from "../../kubernetes/objects.js";
import { messageOf, UserError } from "../../workspace/errors.js";
import { isSecretChange, nameOf, stepsOf } from "./events.js";
import { eventMap } from "./eventValues.js";
import type { OperationResult } from "./operations.js";
import type { ReportedResource, StackReport } from "./report.js";
import { title } from "./watch.js";

/** A preview in the form of a comparison of plans. */
export interface PreviewDiff {
  diff: PlanDiff;
  /** Which releases could not be rendered, and why. */
  notes: string[];
}

/**
 * What the engine's preview says of a stack, joined with the objects of the Helm releases that it would touch: their
 * old and new values are both rendered. A chart that is a folder is today's on both sides, since the state has none.
 * What is replaced, and by which properties, is what the engine says.
 * @param helm gives the path of the helm command; called only when there is something to render.
 */
export async function previewDiff(
  { report, events }: Pick<OperationResult, "report" | "events">,
  helm: () => Promise<string>,
): Promise<PreviewDiff> {
  const steps = stepsOf(events);
  const touched = new Set(report.resources.map(({ urn }) => urn));
  const [before, after] = (["old", "new"] as const).map((side) => ({
    ...sideOf(report.stack, steps, side),
    outputs: stackOutputs(events, side),
  })) as [PlanFile, PlanFile];
  const isNew = before.resources.length === 0;
  const notes = await Promise.all([before, after].map((side) => renderInto(side, touched, helm)));
  const diff = comparePlans(isNew ? undefined : before, after, facts);
  const sides: [Side, Side] = [new Side(before), new Side(after)];
  const resources = report.resources.flatMap((resource) => changeOf(resource, sides));
  return {
    diff: {
      ...diff,
      resources,
      warnings: [...diff.warnings, ...protectedOnes(resources, diff.warnings)],
    },
    notes: [...new Set(notes.flat()), ...retries(report), ...changedSecrets(report)],
  };
}

function sideOf(
  stack: string,
  steps: ReadonlyMap<string, readonly StepEventMetadata[]>,
  side: "old" | "new",
): Omit<PlanFile, "outputs"> {
  const resources = [...steps].flatMap(([urn, own]) => {
    const isDeleted = own.every(({ op }) => op === "delete");
    const state = side === "new" && isDeleted ? undefined : own.find((step) => step[side])?.[side];
    return state === undefined ? [] : [plannedResource(urn, state)];
  });
  return { stack, resources, manifests: {} };
}

/** Of the last deployment, or as this one would have them. */
function stackOutputs(events: readonly EngineEvent[], side: "old" | "new"): JsonObject {
  const ends = events.flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata ?? []);
  return eventMap(ends.findLast(({ type }) => type === stackType)?.[side]?.outputs);
}

function plannedResource(urn: string, state: StepEventStateMetadata): PlannedResource {
  const { type, parent, provider, protect = false, inputs } = state;
  return {
    urn,
    type,
    name: nameOf(urn),
    parent,
    dependencies: [],
    provider: provider.replace(/::[^:]*$/, ""),
    protect,
    inputs: eventMap(inputs),
  };
}

/** @returns which releases are not rendered, and why. */
async function renderInto(
  plan: PlanFile,
  touched: ReadonlySet<string>,
  helm: () => Promise<string>,
): Promise<string[]> {
  const releases = plan.resources.filter(({ type, urn }) => type === releaseType && touched.has(urn));
  const rendered = await Promise.all(
    releases.map(async (release) => {
      try {
        const kubernetesVersion = kubernetesVersionOf(plan.outputs);
        return await renderReleases([release], helm, { kubernetesVersion });
      } catch (error) {
        if (!(error instanceof UserError)) {
          throw error;
        }
        const [why = ""] = messageOf(error).split("\n").slice(-2);
        return { manifests: {}, notes: [`Release ${release.name} is not rendered: ${why}`] };
      }
    }),
  );
  const manifests = rendered.map((each): Record<string, KubernetesObject[]> => each.manifests);
  Object.assign(plan.manifests, ...manifests);
  return rendered.flatMap(({ notes }) => notes);
}

const kinds: Readonly<Partial<Record<ReportedResource["op"], ChangeKind>>> = {
  create: "create",
  import: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
};

function changeOf(resource: ReportedResource, [before, after]: [Side, Side]): ResourceChange[] {
  const { op, urn, type, name, protect, changes } = resource;
  const kind = kinds[op];
  const instance = after.instanceOf(urn) ?? before.instanceOf(urn);
  return kind === undefined
    ? []
    : [
        {
          kind,
          urn,
          type,
          name,
          instance,
          protect,
          changes: changes.map((change) =>
            isSecretChange(change)
              ? { ...change, before: secretMask, after: `${secretMask}, changed` }
              : change,
          ),
        },
      ];
}

/** What the tables of the plan diff do not know, the engine does: that a protected resource would go. */
function protectedOnes(resources: readonly ResourceChange[], known: readonly Warning[]): Warning[] {
  return resources
    .filter(({ kind, protect }) => protect && (kind === "replace" || kind === "delete"))
    .filter(({ name }) => !known.some(({ text }) => text.includes(name)))
    .map(({ kind, urn, type }) => ({
      about: "data",
      text: `${title(urn, type)} is protected and would be ${kind}d: the deployment stops there.`,
    }));
}

/** Both sides of a secret are masked, so that no diff of it shows. */
function changedSecrets({ resources }: StackReport): string[] {
  return resources.flatMap(({ urn, type, changes }) => {
    const paths = changes.filter(isSecretChange).map(({ path }) => path);
    return paths.length === 0 ? [] : [`${title(urn, type)}: ${paths.join(", ")} changes (secret).`];
  });
}

function retries({ resources }: StackReport): string[] {
  return resources.flatMap(({ urn, type, retry }) =>
    retry === undefined
      ? []
      : [
          `${title(urn, type)} is tried again though nothing about it changes: its last deployment failed ` +
            `(${retry[0]?.split("\n")[0] ?? ""}).`,
        ],
  );
}
