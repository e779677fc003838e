import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { lock } from "proper-lockfile";

/**
 * Runs `work` while this process alone holds the lock of `path`; others wait. A holder that was killed loses its lock
 * after ten seconds.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const release = await lock(path, {
    realpath: false,
    stale: 10_000,
    update: 2_000,
    retries: { forever: true, minTimeout: 50, maxTimeout: 500 },
  });
  try {
    return await work();
  } finally {
    await release();
  }
}
