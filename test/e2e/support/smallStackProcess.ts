/** Brings a small stack up in a process of its own and prints each word of progress, for tests that watch or kill it. */
import { text } from "node:stream/consumers";
import { localUp } from "../../../src/engine/local/localUp.js";
import type { Progress } from "../../../src/workspace/progress.js";
import { smallProgram, type SmallStack } from "./smallStack.js";

const { wanted, kubeconfig, helm } = JSON.parse(await text(process.stdin)) as {
  wanted: SmallStack;
  kubeconfig: string;
  helm: string;
};
const say = (word: string): void => void process.stdout.write(`${word}\n`);
const progress: Progress = {
  step: (began) => {
    say(began);
    return { update: say, done: () => say(`done: ${began}`), fail: () => say(`failed: ${began}`) };
  },
  note: say,
};
await localUp({
  stack: "small",
  project: "test",
  config: {},
  secretKeys: [],
  program: smallProgram(wanted),
  kubeconfig,
  helm: () => Promise.resolve(helm),
  progress,
});
