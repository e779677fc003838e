import pLimit from "p-limit";
import { messageOf } from "../../workspace/errors.js";

/** What became of one stack. */
export type StackOutcome<T> =
  | { stack: string; state: "ok"; result: T }
  | { stack: string; state: "failed"; error: Error }
  /** It was never begun: an earlier one failed, or the whole was ended. */
  | { stack: string; state: "not run"; reason: string };

/** What became of several stacks, in the order in which they were named. */
export interface Joined<T> {
  /** Whether every stack is `ok`. */
  ok: boolean;
  stacks: StackOutcome<T>[];
}

export interface SideBySideOptions {
  /** How many stacks at a time. Default: 4. */
  limit?: number;
  /** Begins no more stacks. Those under way end only if the work listens to it, too. */
  signal?: AbortSignal;
}

/** Does the same work for several stacks at a time. One that fails leaves the others alone; nothing is thrown. */
export async function sideBySide<T>(
  stacks: readonly string[],
  work: (stack: string) => Promise<T>,
  { limit = 4, signal }: SideBySideOptions = {},
): Promise<Joined<T>> {
  const slots = pLimit(limit);
  return joined(await Promise.all(stacks.map((stack) => slots(() => outcomeOf(stack, work, signal)))));
}

/** Does the same work for one stack after another, up to the first that fails; nothing is thrown. */
export async function oneAfterAnother<T>(
  stacks: readonly string[],
  work: (stack: string) => Promise<T>,
  { signal }: Pick<SideBySideOptions, "signal"> = {},
): Promise<Joined<T>> {
  const outcomes: StackOutcome<T>[] = [];
  for (const stack of stacks) {
    const failed = outcomes.find(({ state }) => state === "failed");
    outcomes.push(
      failed === undefined
        ? await outcomeOf(stack, work, signal)
        : { stack, state: "not run", reason: `${failed.stack} failed before` },
    );
  }
  return joined(outcomes);
}

async function outcomeOf<T>(
  stack: string,
  work: (stack: string) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<StackOutcome<T>> {
  if (signal?.aborted === true) {
    return { stack, state: "not run", reason: "ended before" };
  }
  try {
    return { stack, state: "ok", result: await work(stack) };
  } catch (error) {
    return { stack, state: "failed", error: error instanceof Error ? error : new Error(messageOf(error)) };
  }
}

function joined<T>(stacks: StackOutcome<T>[]): Joined<T> {
  return { ok: stacks.every(({ state }) => state === "ok"), stacks };
}
