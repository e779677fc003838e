import { UserError } from "../../workspace/errors.js";

/** Shows a failure on standard error: a person's mistake as its message alone, a fault of ours with its stack. */
export function reportFailure(error: unknown): void {
  const text =
    error instanceof UserError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
