import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "mocha";

/** Runs the rest of a test with a cache on a disk of 64 KiB, within a folder; skips the test for who may not mount one. */
export async function withSmallDisk(
  test: Context,
  folder: string,
  work: (disk: string) => Promise<void>,
): Promise<void> {
  const disk = join(folder, "disk");
  mkdirSync(disk);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]).status !== 0) {
    test.skip();
  }
  try {
    process.env.OPENEDX_CACHE = disk;
    await work(disk);
  } finally {
    spawnSync("umount", [disk]);
  }
}
