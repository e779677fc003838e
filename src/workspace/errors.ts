/**
 * A mistake that the reader of the message can fix: bad config, a missing tool, an unreachable cluster.
 *
 * The message alone is shown, without a stack trace: it says what is wrong, where (file and key, or instance and
 * object) and what to do. The marker makes the Pulumi CLI treat it as it treats `pulumi.RunError`, without an import
 * of the SDK here.
 */
export class UserError extends Error {
  readonly __pulumiRunError = true;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UserError";
  }
}

/** One error for many faults, so that a config is fixed at once. A single fault is shown as it is. */
export function joinFaults(headline: string, faults: readonly string[]): UserError {
  if (faults.length === 1) {
    return new UserError(`${headline}: ${faults[0]}`);
  }
  return new UserError(`${headline}:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
