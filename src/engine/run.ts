import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import { UserError } from "../workspace/errors.js";
import { EngineService } from "./engineService.js";
import { Monitor } from "./monitor.js";
import { Outcome, within } from "./outcome.js";
import { forgetStack, sdkConfig, sdkSettings, sdkStack, sdkState } from "./sdk.js";
import type { ProgramResult, ProgramRun } from "./types.js";

/** Milliseconds that a program gets to end in good order after something in it failed. */
const grace = 200;

/** To the SDK all resources are under way at once; 1 would make it queue those of all runs behind each other. */
const sdkParallel = 1024;

/** Runs the program against the monitor in a store of its own, and fails `outcome` where it fails. */
async function drive(
  run: ProgramRun,
  monitor: Monitor,
  engine: EngineService,
  outcome: Outcome,
): Promise<void> {
  try {
    await sdkState.withLocalStorage(async () => {
      sdkSettings.resetOptions(run.project, run.stack, sdkParallel, "", "", run.dryRun, "organization");
      const { settings } = sdkState.getStore();
      settings.monitor = monitor;
      settings.engine = engine;
      sdkConfig.setAllConfig(run.config, run.secretKeys);
      try {
        await sdkStack.runInPulumiStack(run.program);
        await sdkSettings.disconnect(true);
      } finally {
        sdkSettings.disconnectSync();
      }
    });
    await nextTurn(); // rejections that nobody waits for are reported after the microtasks
  } catch (error) {
    outcome.fail(error);
  }
}

/**
 * Runs an unmodified Pulumi program in this process, without the Pulumi CLI, against a resource monitor that gives
 * every custom resource to `run.handler`. Runs may go on side by side and be repeated; nothing is printed.
 * @throws what the program or a handler threw, as it was thrown; UserError for two resources with one URN, and for
 * errors that the program logged. No handler is at work any more by then.
 */
export async function runProgram(run: ProgramRun): Promise<ProgramResult> {
  run.signal?.throwIfAborted();
  const outcome = new Outcome();
  const monitor = new Monitor(run, outcome);
  const engine = new EngineService();
  const abort = (): void => outcome.fail(run.signal?.reason);
  run.signal?.addEventListener("abort", abort, { once: true });
  try {
    await within(outcome, async () => {
      const ended = drive(run, monitor, engine, outcome);
      await Promise.race([ended, outcome.failed.then(() => delay(grace))]);
      await monitor.settled();
    });
  } finally {
    run.signal?.removeEventListener("abort", abort);
    forgetStack();
  }
  if (outcome.error !== undefined) {
    throw outcome.error;
  }
  const errors = engine.logs.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    throw new UserError(errors.map(({ message }) => message).join("\n"));
  }
  return { registrations: monitor.registrations, outputs: monitor.stackOutputs, logs: engine.logs };
}
