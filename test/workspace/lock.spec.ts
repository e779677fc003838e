import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { withLock } from "../../src/workspace/lock.js";

describe("withLock", () => {
  it("lets one at a time work", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lock-"));
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await delay(20);
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(join(folder, "a"), work)));
    rmSync(folder, { recursive: true });
    assert.equal(most, 1);
  });

  it("outlives a cache that is cleared meanwhile", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lock-"));
    const result = await withLock(join(folder, "a"), async () => {
      rmSync(folder, { recursive: true });
      await delay(2_500); // the lock is looked at every two seconds
      return "done";
    });
    assert.equal(result, "done");
  });
});
