/** Runs a test's stack in a process of its own, for tests that watch or kill it. What is wanted comes on standard input. */
import { text } from "node:stream/consumers";
import { stackProgram } from "../../../src/automation/stackProgram.js";
import { reportFailure } from "../../../src/automation/failure.js";
import { localUp } from "../../../src/engine/local/localUp.js";
import { terminalProgress } from "../../../src/workspace/progress.js";
import type { ProcessInput } from "./testStack.js";

const { stack, kubeconfig, helm, config, secretKeys } = JSON.parse(await text(process.stdin)) as ProcessInput;
const progress = terminalProgress();
try {
  await localUp({
    stack,
    project: "openedx",
    config,
    secretKeys,
    program: stackProgram(progress),
    kubeconfig,
    helm: () => Promise.resolve(helm),
    progress,
  });
} catch (error) {
  reportFailure(error);
}
