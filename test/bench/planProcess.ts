/** Plans a stack of as many instances as the first argument says, in a process of its own, whose cost it prints. */
import { stackProgram } from "../../src/automation/stackProgram.js";
import { planProgram } from "../../src/engine/plan.js";
import { planToJson } from "../../src/engine/report.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { silent } from "../../src/workspace/progress.js";
import { benchStack } from "./instances.js";

const count = Number(process.argv[2]);
const plan = await planProgram({
  stack: "bench",
  program: stackProgram(silent),
  progress: silent,
  helm: createToolchain({ progress: silent }).helm,
  config: benchStack(count),
});
const bytes = planToJson(plan).length;
const { maxRSS } = process.resourceUsage();
process.stdout.write(
  `${JSON.stringify({ seconds: process.uptime(), megabytes: maxRSS / 1024, resources: plan.resources.length, bytes })}\n`,
);
