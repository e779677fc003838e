/** Brings up the sandbox that the first argument names: a process of its own, for tests that kill it. */
import { sandboxUp } from "../../../src/sandbox/sandbox.js";
import { createToolchain } from "../../../src/toolchain/toolchain.js";
import { silent } from "../../../src/workspace/progress.js";

await sandboxUp({
  toolchain: createToolchain({ progress: silent }),
  progress: silent,
  name: process.argv[2],
});
