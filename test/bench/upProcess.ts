/** Deploys as many instances as the first argument says to the cluster of the second, in a process of its own. */
import { stackProgram } from "../../src/automation/stackProgram.js";
import { localUp } from "../../src/engine/local/localUp.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { silent } from "../../src/workspace/progress.js";
import { benchStack } from "./instances.js";

const kubeconfig = process.argv[3] ?? "";
const started = performance.now();
const { resources } = await localUp({
  ...benchStack(Number(process.argv[2]), kubeconfig),
  program: stackProgram(silent),
  kubeconfig,
  helm: createToolchain({ progress: silent }).helm,
  progress: silent,
});
process.stdout.write(
  `${JSON.stringify({
    seconds: process.uptime(),
    /** Without the start of Node and the loading of the program. */
    inProcess: (performance.now() - started) / 1000,
    megabytes: process.resourceUsage().maxRSS / 1024,
    changed: resources.filter(({ action }) => action !== "same").length,
  })}\n`,
);
