import { AsyncLocalStorage } from "node:async_hooks";
import { messageOf } from "../workspace/errors.js";
import { spareDebugging, sparePackaging } from "./sdk.js";

/** How one run ends: the first failure wins, wherever it came from. */
export class Outcome {
  /** Resolves at the first failure; never rejects, never resolves otherwise. */
  readonly failed: Promise<void>;
  #error: Error | undefined;
  #announce: () => void = () => undefined;
  /** Errors that were handed to the program, which may pass them on in another's name. */
  readonly #given: Error[] = [];

  constructor() {
    this.failed = new Promise((resolve) => {
      this.#announce = resolve;
    });
  }

  get error(): Error | undefined {
    return this.#error;
  }

  /** Remembers an error that the SDK will wrap before the program sees it, so that the original can surface. */
  given(error: Error): void {
    this.#given.push(error);
  }

  fail(reason: unknown): void {
    if (this.#error !== undefined) {
      return;
    }
    const error = reason instanceof Error ? reason : new Error(messageOf(reason));
    this.#error = this.#given.find((given) => error.message.endsWith(given.message)) ?? error;
    delete (this.#error as { promise?: unknown }).promise; // put there by the SDK; it would keep the run in memory
    this.#announce();
  }
}

const current = new AsyncLocalStorage<Outcome>();
const active = new Set<Outcome>();

/**
 * A program's failures can end as rejections that nobody waits for. They are told apart by the run they come from: two
 * runs side by side, or a test runner around them, each get their own only. Listeners cannot do that, since every
 * listener of the process gets every rejection.
 */
let installed = false;
function install(): void {
  if (installed) {
    return;
  }
  installed = true;
  const isOurs = (): boolean => current.getStore() !== undefined;
  spareDebugging(isOurs);
  sparePackaging(isOurs);
  const emit = process.emit.bind(process) as (event: string, ...args: unknown[]) => boolean;
  const routed = (event: string, ...args: unknown[]): boolean => {
    const outcome = current.getStore();
    if (outcome !== undefined && (event === "unhandledRejection" || event === "uncaughtException")) {
      outcome.fail(args[0]);
      return true;
    }
    if (event === "beforeExit") {
      for (const waiting of active) {
        waiting.fail(
          new Error(
            "The program waits for something that never comes: do two resources depend on each other?",
          ),
        );
      }
    }
    return emit(event, ...args);
  };
  process.emit = routed as typeof process.emit;
}

/** Runs `work` so that whatever fails in it unobserved fails `outcome`. */
export async function within<T>(outcome: Outcome, work: () => Promise<T>): Promise<T> {
  install();
  active.add(outcome);
  try {
    return await current.run(outcome, work);
  } finally {
    active.delete(outcome);
  }
}
