/** Deploys a test's stack in a process of its own, for tests that watch or kill it. What is wanted comes on standard input. */
import { text } from "node:stream/consumers";
import { reportFailure } from "../../../src/automation/cli/failure.js";
import { openStack, up } from "../../../src/automation/index.js";
import { stackProgram } from "../../../src/automation/stackProgram.js";
import { findPulumi } from "../../../src/toolchain/pulumi.js";
import { silent, terminalProgress } from "../../../src/workspace/progress.js";
import type { ProcessInput } from "./testStack.js";

const input = JSON.parse(await text(process.stdin)) as ProcessInput;
const progress = terminalProgress();
try {
  const pulumi = await findPulumi({ progress: silent, standIns: true });
  await up(
    await openStack({
      ...input,
      progress,
      pulumi,
      program: stackProgram(progress),
    }),
  );
} catch (error) {
  reportFailure(error);
}
