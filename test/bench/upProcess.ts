/** Deploys as many instances as the first argument says to the cluster of the second, in a process of its own. */
import { up } from "../../src/automation/index.js";
import { stackProgram } from "../../src/automation/stackProgram.js";
import { silent } from "../../src/workspace/progress.js";
import { TestProject } from "../e2e/support/testProject.js";
import { benchConfig } from "./instances.js";

const [count = "1", kubeconfig = "", folder = ""] = process.argv.slice(2);
const project = new TestProject(kubeconfig, folder);
const started = performance.now();
const opened = await project.open("bench", benchConfig(Number(count), kubeconfig), stackProgram(silent));
const { report } = await up(opened);
process.stdout.write(
  `${JSON.stringify({
    seconds: process.uptime(),
    /** Without the start of Node and the loading of the program. */
    inProcess: (performance.now() - started) / 1000,
    megabytes: process.resourceUsage().maxRSS / 1024,
    changed: report.resources.length,
  })}\n`,
);
