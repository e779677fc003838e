import type { Progress, Step } from "../../workspace/progress.js";
import type { Registration } from "../types.js";

/** Tells to which instance (the topmost component) a resource belongs. */
export class Owners {
  readonly #byUrn: ReadonlyMap<string, Registration>;
  readonly #stack: string;

  constructor(registrations: readonly Registration[], stack: string) {
    this.#byUrn = new Map(registrations.map((registration) => [registration.urn, registration]));
    this.#stack = stack;
  }

  /** The component's name; the stack's for what is in no component. */
  of(urn: string): string {
    let current = this.#byUrn.get(urn);
    let owner: string | undefined;
    while (current?.parent !== undefined) {
      owner = current.custom ? owner : current.name;
      current = this.#byUrn.get(current.parent);
    }
    return owner ?? this.#stack;
  }
}

/** One step for each instance that changes, from its first change to its last. */
export class OwnerSteps {
  readonly #progress: Progress;
  readonly #remaining: Map<string, number>;
  readonly #open = new Map<string, { step: Step; began: number }>();
  readonly #seconds = new Map<string, number>();

  /** @param changes how many changes each owner has. */
  constructor(progress: Progress, changes: ReadonlyMap<string, number>) {
    this.#progress = progress;
    this.#remaining = new Map(changes);
  }

  /** Says what is being done for an owner. */
  report(owner: string, text: string): void {
    const open = this.#open.get(owner) ?? { step: this.#progress.step(owner), began: Date.now() };
    this.#open.set(owner, open);
    open.step.update(`${owner}: ${text}`);
  }

  /** Counts one change of an owner as done. */
  finished(owner: string): void {
    const open = this.#open.get(owner);
    this.#remaining.set(owner, (this.#remaining.get(owner) ?? 1) - 1);
    if (open !== undefined) {
      this.#seconds.set(owner, (Date.now() - open.began) / 1000);
      if ((this.#remaining.get(owner) ?? 0) <= 0) {
        open.step.done();
        this.#open.delete(owner);
      }
    }
  }

  /** Ends the steps that are still open: badly where something failed. */
  close(failed: boolean): void {
    for (const { step } of this.#open.values()) {
      if (failed) {
        step.fail();
      } else {
        step.done();
      }
    }
    this.#open.clear();
  }

  /** Seconds by owner, of those that changed. */
  seconds(): { name: string; seconds: number }[] {
    return [...this.#seconds].map(([name, seconds]) => ({ name, seconds }));
  }
}
