import { createToolchain } from "../../../src/toolchain/toolchain.js";
import type { Releases } from "../../../src/toolchain/releases.js";
import { silent } from "../../../src/workspace/progress.js";

/** For a test to interrupt: brings kubectl, of the releases that the argument has. */
const releases = JSON.parse(process.argv[2] ?? "{}") as Releases;
process.stdout.write(await createToolchain({ progress: silent, releases }).kubectl());
