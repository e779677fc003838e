import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { joinFaults, UserError } from "../../workspace/errors.js";
import type { Progress } from "../../workspace/progress.js";
import { deploymentOf } from "./deployment.js";
import { leaving, reportOf } from "./events.js";
import { explain, isKilled, isLocked } from "./failures.js";
import { claimStack, releaseOwnLock } from "./lock.js";
import type { OpenedStack } from "./openStack.js";
import { HangWatch, isRefusal, lossFaults, protectedLosses, unprotectAdvice } from "./protection.js";
import type { Operation, StackReport } from "./report.js";
import { withStackCluster } from "./stackCluster.js";
import { watch } from "./watch.js";

export interface OperationOptions {
  /** Told why the operation is made; kept in the stack's history. Default: none. */
  message?: string;
  /** Only these resources, by URN. Default: all. */
  targets?: readonly string[];
  /** Folders of policy packs to keep to. Default: none. */
  policyPacks?: readonly string[];
  /** JSON files with the packs' settings, in the order of the packs. Default: the packs' own. */
  policyPackConfigs?: readonly string[];
  /** How many resources may be under way at once. Default: the CLI's, 4 for each core. */
  parallel?: number;
  /** Ends the operation in good order: what is under way is finished, the state is written, the lock is released. */
  signal?: AbortSignal;
  /** Ends it at once; the next `up` finds out what became of what was under way. The lock is released. */
  force?: AbortSignal;
  /** Default: that of the stack. */
  progress?: Progress;
  /** Gets the engine's own display, line by line or in parts. Default: nobody. */
  onOutput?: (text: string) => void;
}

export interface RefreshOptions extends OperationOptions {
  /** Only tell what differs; the state stays. Default: false. */
  previewOnly?: boolean;
}

export interface OperationResult {
  report: StackReport;
  /** What the report was told from: the engine's events, but for its trace and the config. */
  events: EngineEvent[];
}

/** An operation that failed or was ended, with what it had done by then. */
export class OperationError extends UserError {
  readonly report: StackReport;
  readonly events: readonly EngineEvent[];
  readonly cancelled: boolean;

  constructor(
    message: string,
    result: { report: StackReport; events: readonly EngineEvent[] },
    cancelled: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "OperationError";
    this.report = result.report;
    this.events = result.events;
    this.cancelled = cancelled;
  }
}

/**
 * What `up` would do, by the engine, from the stack's state.
 * @throws OperationError when the program, a provider or a mandatory policy says no; UserError when the CLI does.
 */
export function preview(opened: OpenedStack, options: OperationOptions = {}): Promise<OperationResult> {
  return operate("preview", opened, options, (common) => opened.stack.preview(common));
}

/**
 * The preview of what is about to be done; it changes nothing, and stops at the first thing that would be refused.
 * @throws OperationError that says so.
 */
export async function previewFirst(
  opened: OpenedStack,
  { message: _, onOutput: __, ...options }: OperationOptions,
  operation: "up" | "destroy",
): Promise<OperationResult> {
  try {
    return operation === "up"
      ? await operate("preview", opened, options, (common) => opened.stack.preview(common))
      : await operate("preview", opened, options, (common) =>
          opened.stack.destroy({ ...common, previewOnly: true }),
        );
  } catch (error) {
    throw error instanceof OperationError && !error.cancelled
      ? new OperationError(`Nothing was changed. ${error.message}`, error, false, { cause: error })
      : error;
  }
}

/**
 * Compares the state with what exists, and takes over the difference. Objects inside of Helm releases are not looked at:
 * the provider reads the release alone.
 * @throws OperationError, UserError as `up`.
 */
export function refresh(opened: OpenedStack, options: RefreshOptions = {}): Promise<OperationResult> {
  const { previewOnly = false } = options;
  return operate("refresh", opened, options, (common) => opened.stack.refresh({ ...common, previewOnly }));
}

/**
 * Deletes everything that the stack has made. What is protected makes it fail before anything is touched, and before the
 * engine is asked: it can hang at it.
 * @throws OperationError, UserError as `up`.
 */
export function destroy(opened: OpenedStack, options: OperationOptions = {}): Promise<OperationResult> {
  return withStackCluster(opened, async () => {
    await claimStack(opened);
    const losses = protectedLosses(await deploymentOf(opened), [], options.targets);
    if (losses.length > 0) {
      const { name } = opened;
      const headline = `Nothing was changed. Stack ${name} has what is protected`;
      const { message } = joinFaults(headline, lossFaults(losses));
      const result = { report: reportOf(name, "destroy", []), events: [] };
      throw new OperationError(`${message}\n${unprotectAdvice(name)}`, result, false);
    }
    await previewFirst(opened, options, "destroy");
    return operate("destroy", opened, options, (common) => opened.stack.destroy(common));
  });
}

/** What all operations of the SDK take. */
interface CommonOptions {
  color: "never";
  signal: AbortSignal;
  onEvent: (event: EngineEvent) => void;
  onOutput?: (text: string) => void;
  message?: string;
  target?: string[];
  policyPacks?: string[];
  policyPackConfigs?: string[];
  parallel?: number;
}

/** One operation of the engine, told step by step. @throws OperationError, UserError as `preview`. */
export async function operate(
  operation: Operation,
  opened: OpenedStack,
  options: OperationOptions,
  call: (options: CommonOptions) => Promise<unknown>,
): Promise<OperationResult> {
  const { name, cli } = opened;
  const { progress = opened.progress, signal = new AbortController().signal, force } = options;
  const events: EngineEvent[] = [];
  const result = (): OperationResult => ({ report: reportOf(name, operation, events), events });
  if (signal.aborted) {
    throw new OperationError(`Stack ${name}: ${titles[operation].noun} was not begun.`, result(), true);
  }
  const tell = watch(name, operation, progress);
  const step = progress.step(`${titles[operation].doing} ${name}`);
  // Only a preview may be ended whenever one likes: nothing is under way in it.
  const hanging = operation === "preview" ? new HangWatch() : undefined;
  const or = (chosen?: AbortSignal): AbortSignal =>
    AbortSignal.any([chosen, hanging?.signal].filter((each) => each !== undefined));
  cli.force = or(force);
  try {
    await call({
      color: "never",
      signal: or(signal),
      onEvent: (event) => {
        events.push(...leaving(event));
        tell(event);
        hanging?.see(event);
      },
      onOutput: options.onOutput,
      message: options.message,
      target: options.targets && [...options.targets],
      policyPacks: options.policyPacks && [...options.policyPacks],
      policyPackConfigs: options.policyPackConfigs && [...options.policyPackConfigs],
      parallel: options.parallel,
    });
    step.done();
    return result();
  } catch (error) {
    step.fail();
    const cancelled = signal.aborted || (force?.aborted ?? false);
    if (operation !== "preview" && (cancelled || cli.forced) && !isLocked(error)) {
      await releaseOwnLock(opened, events.length > 0).catch((reason: unknown) => {
        progress.note(`${name}: whether its lock is released is not known: ${explain(reason, name).message}`);
      });
    }
    const isRefused = events.some(({ diagnosticEvent }) => isRefusal(diagnosticEvent?.message ?? ""));
    const losses =
      operation === "preview" && !cancelled && isRefused
        ? protectedLosses(await deploymentOf(opened), events, options.targets)
        : [];
    throw operationError(error, operation, opened, result(), cancelled, losses);
  } finally {
    hanging?.stop();
    cli.force = undefined;
  }
}

const titles: Readonly<Record<Operation, { doing: string; noun: string }>> = {
  preview: { doing: "Previewing", noun: "the preview" },
  up: { doing: "Deploying", noun: "the deployment" },
  refresh: { doing: "Refreshing", noun: "the refresh" },
  destroy: { doing: "Destroying", noun: "the destruction" },
};

/**
 * A fault that the CLI found before the engine began is told as such; else the engine's own errors are.
 * @param losses what may not be deleted, told in place of the engine's words on a part of it.
 */
function operationError(
  error: unknown,
  operation: Operation,
  { name }: OpenedStack,
  result: OperationResult,
  cancelled: boolean,
  losses: readonly string[],
): UserError {
  const { noun } = titles[operation];
  const done = result.report.resources.filter(({ failed }) => failed !== true).length;
  if (cancelled) {
    const rest =
      operation === "preview"
        ? ""
        : ` ${done} resources were touched; \`openedx up ${name}\` goes on from there.`;
    return new OperationError(`Stack ${name}: ${noun} was ended.${rest}`, result, true, { cause: error });
  }
  const explained = explain(error, name);
  if (isKilled(error)) {
    return new OperationError(explained.message, result, false, { cause: error });
  }
  const diagnostics = result.report.diagnostics.filter(
    ({ severity, message }) => severity === "error" && !(losses.length > 0 && isRefusal(message)),
  );
  const broken = result.report.policies.filter(({ mandatory }) => mandatory);
  const faults = [
    ...diagnostics.map(({ message, urn }) => {
      const other = /unknown stack "([^"]+)"/.exec(message)?.[1];
      const told =
        other !== undefined
          ? `There is no stack ${other} in this backend. Deploy it first.`
          : /no resource plugin/.test(message)
            ? explain(new Error(message), name).message
            : message;
      return urn === undefined ? told : `${urn.split("::").at(-1)}: ${told}`;
    }),
    ...broken.map(({ policy, message }) => `policy ${policy}: ${message}`),
    ...lossFaults(losses),
  ];
  if (faults.length === 0) {
    return result.events.length === 0
      ? explained
      : new OperationError(explained.message, result, false, { cause: error });
  }
  const { message } = joinFaults(`Stack ${name}: ${noun} failed`, faults);
  const advice = losses.length > 0 ? `\n${unprotectAdvice(name)}` : "";
  return new OperationError(`${message}${advice}`, result, false, { cause: error });
}
