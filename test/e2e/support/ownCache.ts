import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheSubfolder } from "../../../src/workspace/paths.js";

/** A cache of a test's own, for what must not outlive it, such as stand-ins of charts. */
export class OwnCache {
  readonly folder = mkdtempSync(join(tmpdir(), "cache-"));
  readonly #given = process.env.OPENEDX_CACHE;

  /** From now on this process uses it. `shared`: the folders that it has in common with people's. */
  constructor(...shared: string[]) {
    shared.forEach((name) => symlinkSync(cacheSubfolder(name), join(this.folder, name)));
    process.env.OPENEDX_CACHE = this.folder;
  }

  remove(): void {
    if (this.#given === undefined) {
      delete process.env.OPENEDX_CACHE;
    } else {
      process.env.OPENEDX_CACHE = this.#given;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
