import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Plan } from "../../engine/plan.js";
import type { Cluster } from "../../cluster/cluster.js";
import { stackType } from "../../engine/urn.js";
import { createToolchain } from "../../toolchain/toolchain.js";
import { joinFaults } from "../../workspace/errors.js";
import { textsOf } from "../../kubernetes/objects.js";
import { type Progress, withStep } from "../../workspace/progress.js";
import { type Deployment, deploymentOf } from "./deployment.js";
import { dryRun } from "./dryRun.js";
import { eventMap } from "./eventValues.js";
import { explainFailures } from "./failedResources.js";
import { heal } from "./heal.js";
import { liveTaskWarnings } from "./liveTasks.js";
import { claimStack } from "./lock.js";
import type { OpenedStack } from "./openStack.js";
import {
  operate,
  OperationError,
  type OperationOptions,
  type OperationResult,
  previewFirst,
} from "./operations.js";
import { hasChanges } from "./report.js";
import { planOf, reviewUp } from "./review.js";
import { withStackCluster } from "./stackCluster.js";
import { sweepConfigObjects } from "./sweep.js";
import { title } from "./watch.js";

/**
 * Deploys the stack, in this order: the cluster must be the one that the stack is on; what a killed run left is put
 * right; the engine previews, so that what it would refuse on the way (protected resources, policies, a provider's
 * checks) is refused before anything is touched; the data of services that sites share must not be lost, unless the
 * stack is disposable; the API server judges every object that would change. Only then the deployment begins, where
 * there is anything to do.
 * @throws OperationError when something fails on the way: its report tells what was done; UserError when nothing was.
 */
export function up(opened: OpenedStack, options: OperationOptions = {}): Promise<OperationResult> {
  return withStackCluster(opened, async (cluster) => {
    const { progress = opened.progress, signal = new AbortController().signal } = options;
    const { helm } = createToolchain({ progress });
    if (!signal.aborted) {
      await claimStack(opened);
    }
    await heal(opened, { cluster, progress, signal });
    const previewed = await previewFirst(opened, options, "up").catch(async (error: unknown) => {
      throw await withLosses(error, opened, () => planOf(opened, helm, progress, cluster));
    });
    const { report } = previewed;
    if (!hasChanges(report) && !outputsChange(previewed.events)) {
      return { ...previewed, report: { ...report, operation: "up" } };
    }
    if (hasChanges(report)) {
      const plan = await planOf(opened, helm, progress, cluster);
      refuseWrongDeletions(opened, previewed, plan);
      const { faults, notes } = await reviewUp(opened, plan);
      notes.forEach((note) => progress.note(note));
      if (faults.length > 0) {
        throw joinFaults(`Stack ${opened.name} would lose data`, faults);
      }
      if (cluster !== undefined) {
        const touched = new Set(report.resources.map(({ urn }) => urn));
        await withStep(progress, `Judging what would change of ${opened.name} by its API server`, () =>
          dryRun({ cluster, plan, touched, progress }),
        );
      }
    }
    const result = await operate("up", opened, options, (common) => opened.stack.up(common)).catch(
      async (error: unknown) => {
        throw await withReasons(error, opened);
      },
    );
    const deployment = await deploymentOf(opened);
    if (cluster !== undefined && hasChanges(result.report)) {
      await sweepConfigObjects(deployment, cluster);
    }
    const warningsOn = (there: Cluster | undefined): Promise<string[]> =>
      there === undefined ? Promise.resolve([]) : liveTaskWarnings(deployment, there, signal);
    // The first deployment has made the cluster in the meantime.
    const waiting = await (cluster === undefined
      ? withStackCluster(opened, warningsOn)
      : warningsOn(cluster));
    tellWhatIsLeft(deployment, waiting, progress);
    return result;
  });
}

/** What the deployment did not wait for, and what is left to people. */
function tellWhatIsLeft({ resources }: Deployment, waiting: readonly string[], progress: Progress): void {
  waiting.forEach((text) => progress.note(`Warning: ${text}`));
  const servers = textsOf(resources.find(({ type }) => type === stackType)?.outputs?.nameServers);
  if (servers.length > 0) {
    progress.note(
      `The zone's name servers are ${servers.join(", ")}. Unless that is done: enter them as NS records of the sites' domain ` +
        "where it is registered, or in the zone above. Names, certificates and mail work from then on.",
    );
  }
}

/**
 * What the engine would delete is not in the program any more. Else its run of the program ended before all was
 * registered, or had another config: the engine takes what is missing for given up, and deletes it.
 * @throws OperationError that names what would have been lost.
 */
function refuseWrongDeletions({ name }: OpenedStack, previewed: OperationResult, plan: Plan): void {
  const wanted = new Set(plan.resources.map(({ urn }) => urn));
  const wrong = previewed.report.resources.filter(({ op, urn }) => op === "delete" && wanted.has(urn));
  if (wrong.length > 0) {
    const { message } = joinFaults(
      `Nothing was changed. Stack ${name}: the engine would delete what the program still has. Run the command again; ` +
        "if it stays, please report it with the output of `openedx plan` and `openedx preview`",
      wrong.map(({ type, urn }) => title(urn, type)),
    );
    throw new OperationError(message, previewed, false);
  }
}

/**
 * Whether a preview shows other outputs than the last deployment's, of the stack or of a component: they are not a change of
 * a resource.
 */
function outputsChange(events: readonly EngineEvent[]): boolean {
  return events.some(({ resOutputsEvent }) => {
    const { old, new: fresh } = resOutputsEvent?.metadata ?? {};
    const texts = [old, fresh].map((state) => JSON.stringify(eventMap(state?.outputs)));
    return old !== undefined && fresh !== undefined && fresh.custom !== true && texts[0] !== texts[1];
  });
}

/** A preview that stopped at what is protected, with what its loss would mean. */
async function withLosses(error: unknown, opened: OpenedStack, plan: () => Promise<Plan>): Promise<unknown> {
  if (!(error instanceof OperationError) || error.cancelled || !/is protected/.test(error.message)) {
    return error;
  }
  const { faults } = await reviewUp(opened, await plan());
  const message = joinFaults(`Stack ${opened.name} would lose data`, faults).message;
  return faults.length === 0
    ? error
    : new OperationError(`${message}\n${error.message}`, error, false, { cause: error });
}

/** A failure with what the cluster tells of it; it is asked for anew, since it may have been made in the meantime. */
async function withReasons(error: unknown, opened: OpenedStack): Promise<unknown> {
  if (!(error instanceof OperationError) || error.cancelled) {
    return error;
  }
  const reasons = await withStackCluster(opened, async (cluster) =>
    cluster === undefined ? [] : explainFailures(cluster, error.events),
  ).catch(() => []);
  return reasons.length === 0
    ? error
    : new OperationError([error.message, ...reasons].join("\n"), error, false, { cause: error });
}
