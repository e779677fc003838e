import { type FoundCharts, runAsPlan } from "../charts/bring.js";
import type { Json, JsonObject, KubernetesObject } from "../kubernetes/objects.js";
import { type Progress, withStep } from "../workspace/progress.js";
import { runWithStandIns } from "../workspace/standIns.js";
import { mask, maskMap } from "./mask.js";
import { type InvokeAnswers, PreviewHandler } from "./preview.js";
import type { CloudAddresses } from "./standIns.js";
import { kubernetesVersionOf, renderReleases } from "./releases.js";
import { runProgram } from "./run.js";
import { hasStack, readStack, type StackFile } from "./stackFile.js";
import type { ProgramResult, ProgramRun, Registration } from "./types.js";

/** One resource that the stack would have. */
export interface PlannedResource {
  urn: string;
  type: string;
  name: string;
  /** URNs that it had under earlier names. Default: none. */
  aliases?: string[];
  /** URN; empty for the stack itself. */
  parent: string;
  /** URNs, sorted. */
  dependencies: string[];
  /** URN of the provider resource; empty where the engine would choose. */
  provider: string;
  protect: boolean;
  /** Secrets are `[secret]`, values that only the deployment will know `[unknown]`. */
  inputs: JsonObject;
}

/** What a stack would be, without credentials, cluster or state. The same input gives the same plan. */
export interface Plan {
  stack: string;
  /** Sorted by URN. */
  resources: PlannedResource[];
  /** What each Helm release holds, by the release's URN. */
  manifests: Record<string, KubernetesObject[]>;
  outputs: Record<string, Json>;
  /** What the reader of the plan should know, and machines need not: releases that could not be rendered, warnings. */
  notes: string[];
}

export interface PreviewRequest {
  stack: string;
  /** The program's entry. */
  program: ProgramRun["program"];
  /** Default: what the stack's file says, with secrets withheld where there is no passphrase. */
  config?: StackFile;
  /** Answers to the invokes of the program, where it has any. */
  answers?: InvokeAnswers;
  /**
   * Secrets have stand-ins by name, and so have addresses of these clouds, so that two plans can be compared. Default:
   * they are withheld.
   */
  standIns?: CloudAddresses;
  signal?: AbortSignal;
}

export interface PlanRequest extends PreviewRequest {
  progress: Progress;
  /** Path of the helm command; asked for only when there is a release to render. */
  helm: () => Promise<string>;
  /** Minor version of the cluster, where the program does not say it. Default: the sandbox's. */
  kubernetesVersion?: string;
}

function plannedResource(registration: Registration): PlannedResource {
  const { urn, type, name, aliases, parent = "", dependencies, provider, protect, inputs } = registration;
  return {
    ...{ urn, type, name, ...(aliases.length > 0 && { aliases }) },
    ...{ parent, dependencies, provider, protect, inputs: maskMap(inputs) },
  };
}

function byUrn(a: { urn: string }, b: { urn: string }): number {
  return a.urn < b.urn ? -1 : 1;
}

/**
 * Runs the program as a preview and renders its Helm releases.
 * @throws UserError when the stack, its config or a chart is at fault; what the program throws otherwise.
 */
export async function planProgram(request: PlanRequest): Promise<Plan> {
  const { stack, progress } = request;
  const config = request.config ?? configOf(request);
  return withStep(progress, `Planning ${stack}`, async (step) => {
    const { result, charts } = await previewStack({ ...request, config });
    const rendered = await renderReleases(result.registrations, request.helm, {
      kubernetesVersion: kubernetesVersionOf(result.outputs) ?? request.kubernetesVersion,
      begin: (count) => step.update(`Planning ${stack}: rendering ${count} releases`),
      found: charts,
    });
    const warnings = result.logs.filter(({ severity }) => severity === "warning");
    return {
      stack,
      resources: result.registrations.map(plannedResource).sort(byUrn),
      manifests: rendered.manifests,
      outputs: mask(result.outputs) as Record<string, Json>,
      notes: [
        ...config.withheldKeys.map((key) => `${key} is secret and was withheld: no passphrase was given.`),
        ...rendered.notes,
        ...warnings.map(({ message }) => message),
      ],
    };
  });
}

/** A run of the program, and what it found of its charts. */
interface Previewed {
  result: ProgramResult;
  charts: FoundCharts;
}

type Outputs = ReadonlyMap<string, ProgramResult["outputs"]>;

/** What the stack's file says. */
function configOf({ stack, standIns }: PreviewRequest): StackFile {
  return readStack(stack, undefined, { secrets: standIns === undefined ? "optional" : "stand-ins" });
}

/**
 * Runs the program as a preview. Where it asks for outputs of another stack of this project, that one is previewed first:
 * nobody else here knows what it would give.
 * @param path the stacks that wait for this one: one that would wait for itself is not known.
 */
export async function previewStack(
  request: PreviewRequest,
  stacks: Outputs = new Map(),
  path: readonly string[] = [request.stack],
): Promise<Previewed> {
  const { program, answers = {}, standIns, signal, config = configOf(request) } = request;
  const handler = new PreviewHandler({ answers, standIns, stacks });
  const charts: FoundCharts = new Map();
  const asPlan = (): Promise<unknown> => runAsPlan(charts, program);
  const run = runProgram({
    project: config.project,
    stack: config.stack,
    config: config.config,
    secretKeys: config.secretKeys,
    dryRun: true,
    program: standIns !== undefined ? () => runWithStandIns(asPlan) : asPlan,
    handler,
    signal,
  });
  const outcome = await run.catch((error: unknown) => error);
  const name = [...handler.missing].find((each) => {
    const other = sameProject(each, config.project);
    return hasStack(other) && !path.includes(other);
  });
  if (name !== undefined) {
    const other = sameProject(name, config.project);
    const { result } = await previewStack({ ...request, stack: other, config: undefined }, stacks, [
      ...path,
      other,
    ]);
    return previewStack(request, new Map([...stacks, [name, result.outputs]]), path);
  }
  if (outcome instanceof Error) {
    throw outcome;
  }
  return { result: outcome as ProgramResult, charts };
}

/** The short name of a stack of this project; another's name is given back whole, and has no file here. */
function sameProject(name: string, project: string): string {
  const parts = name.split("/");
  return parts.length === 3 && parts[1] === project ? (parts[2] ?? name) : name;
}
