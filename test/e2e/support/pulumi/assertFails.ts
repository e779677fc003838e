import assert from "node:assert/strict";

/** Waits for the work to fail with an error of the type, whose message matches. */
export async function assertFails<T extends Error>(
  work: Promise<unknown>,
  type: new (...args: never[]) => T,
  pattern: RegExp,
): Promise<T> {
  const error: unknown = await work.then(
    () => assert.fail("it did not fail"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof type, String(error));
  assert.match(error.message, pattern);
  return error;
}
