import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Deployment } from "./deployment.js";

/** What the engine says of a resource that it would delete and may not (step.go, `deleteProtectedError`, 3.248.0). */
const refusal = /cannot be deleted\s+because it is protected/;

/** How long a preview may say nothing after a refused deletion, in milliseconds. Its deletions do nothing. */
const patience = 5_000;

export function isRefusal(message: string): boolean {
  return refusal.test(message);
}

/**
 * Protected resources that are in the state, and that nothing else becomes of than a deletion. The engine itself names
 * no more than a part: it goes past what a refused one needs.
 * @param events of a preview that has come to its deletions, so that the program has registered all that stays. Default:
 * nothing stays.
 * @param targets the only ones that may go, by URN. Default: all.
 */
export function protectedLosses(
  { resources }: Pick<Deployment, "resources">,
  events: readonly EngineEvent[] = [],
  targets?: readonly string[],
): string[] {
  const kept = new Set(
    events.flatMap(({ resourcePreEvent: step }) =>
      step === undefined || step.metadata.op === "delete"
        ? []
        : [step.metadata.old?.urn ?? step.metadata.urn],
    ),
  );
  return resources
    .filter((resource) => resource.protect === true && resource.delete !== true)
    .map(({ urn }) => urn)
    .filter((urn) => !kept.has(urn) && (targets?.includes(urn) ?? true));
}

/** A fault for each of them. */
export function lossFaults(urns: readonly string[]): string[] {
  return urns.map(
    (urn) => `${urn.split("::").at(-1)}: resource "${urn}" cannot be deleted because it is protected`,
  );
}

/** What can be done where resources are protected. */
export function unprotectAdvice(stack: string): string {
  return (
    "Put back into the stack what was taken out by mistake. Where their loss is meant: " +
    `\`pulumi state unprotect 'URN' --stack ${stack}\` for each, or openedx:disposable: true and ` +
    `\`openedx up ${stack}\`, which protects nothing from then on.`
  );
}

/**
 * Tells when a preview hangs at a refused deletion. Before it goes on to the next ones, the engine looks for all that the
 * refused one needs, and walks each path of the state's graph for it (`markAsDependency` of pkg/resource/graph,
 * 3.248.0): there are billions on AWS.
 */
export class HangWatch {
  readonly #ended = new AbortController();
  #timer?: NodeJS.Timeout;

  /** Aborted when it hangs. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  see({ diagnosticEvent }: EngineEvent): void {
    if (this.#timer !== undefined || isRefusal(diagnosticEvent?.message ?? "")) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ended.abort(), patience);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
