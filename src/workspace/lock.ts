import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { lock } from "proper-lockfile";
import { messageOf, UserError } from "./errors.js";

/**
 * Runs `work` while this process alone holds the lock of `path`; others wait. A holder that was killed loses its lock
 * after ten seconds.
 * @throws UserError when the lock cannot be written.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const release = await take(path);
  try {
    return await work();
  } finally {
    await release();
  }
}

/**
 * Somebody cleared the cache, lock and all. What is made here appears whole or not at all, so two at work do no harm; the
 * library would end the process.
 */
const onCompromised = (): void => undefined;

async function take(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      const release = await lock(path, { realpath: false, stale: 10_000, update: 2_000, onCompromised });
      return () => release().catch(onCompromised);
    } catch (error) {
      // The library's own retries would go on for ever with a full disk, too.
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") {
        throw new UserError(
          `The lock ${path}.lock cannot be written (${messageOf(error)}). Free space there or allow it, or set ` +
            `OPENEDX_CACHE to another folder.`,
        );
      }
      await delay(50 + Math.random() * 200);
    }
  }
}
