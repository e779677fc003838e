/**
 * `npm run bench`: what rendering, planning and deploying cost on this machine, on a sandbox, beside Tutor alone. Every
 * figure is of a whole process unless it says otherwise; ratios are of figures from this one run.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatTable } from "../../src/automation/cli/table.js";
import { reportFailure } from "../../src/automation/cli/failure.js";
import { sandboxDown, sandboxUp } from "../../src/sandbox/sandbox.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { terminalProgress, withStep } from "../../src/workspace/progress.js";
import { runChecked } from "../../src/workspace/run.js";
import { benchInstances } from "./instances.js";
import { tutorLaunch } from "./tutorLaunch.js";

interface Cost {
  seconds: number;
  inProcess: number;
  megabytes: number;
}

const progress = terminalProgress();
const toolchain = createToolchain({ progress });
const rows: string[][] = [];

async function measure(script: string, args: string[], what: string): Promise<Cost> {
  return withStep(progress, what, async () => {
    const file = join(import.meta.dirname, script);
    const { stdout } = await runChecked(process.execPath, [
      "--max-semi-space-size=32",
      "--import",
      "tsx",
      file,
      ...args,
    ]);
    return JSON.parse(stdout) as Cost;
  });
}

const seconds = (value: number): string => `${value.toFixed(2)} s`;

async function render(): Promise<void> {
  const never = String(Date.now()); // no cache has seen an instance with this in its config
  const cold = await measure("renderProcess.ts", [never], "Rendering 1 instance, cold");
  const warm = await measure("renderProcess.ts", [never], "Rendering 1 instance, warm");
  const ratio = `${(cold.inProcess / warm.inProcess).toFixed(0)} times`;
  rows.push(["render of 1, cold, in process", seconds(cold.inProcess), ""]);
  rows.push(["render of 1, warm, in process", seconds(warm.inProcess), ratio]);
}

async function plan(): Promise<void> {
  for (const count of [1, 20, 100]) {
    const args = [String(count)];
    await measure("planProcess.ts", args, `Planning ${count} instances, to warm the cache`);
    const cost = await measure("planProcess.ts", args, `Planning ${count} instances, warm`);
    rows.push([`plan of ${count}, warm`, seconds(cost.seconds), `${cost.megabytes.toFixed(0)} MB at most`]);
  }
}

async function diff(): Promise<void> {
  const count = 20;
  const cost = await withStep(progress, `Comparing ${count} instances, one changed`, async () => {
    const file = join(import.meta.dirname, "diffProcess.ts");
    const { stdout } = await runChecked(process.execPath, ["--import", "tsx", file, String(count)]);
    return JSON.parse(stdout) as { seconds: number; characters: number; others: number };
  });
  rows.push([
    `diff of ${count}, 1 changed, warm`,
    seconds(cost.seconds),
    `${cost.characters} characters, ${cost.others} others named`,
  ]);
}

async function deploy(): Promise<void> {
  const { kubectl } = await toolchain.controlPlane();
  const name = `bench-${process.pid}`;
  const { kubeconfig } = await sandboxUp({ toolchain, progress, name });
  const [folder = ""] = benchInstances(1).values();
  const tutor = await tutorLaunch(folder, kubectl, kubeconfig);
  const projects: string[] = [];
  try {
    const first = await withStep(progress, "tutor k8s launch, fresh", () => tutor.launch());
    const again = await withStep(progress, "tutor k8s launch, unchanged", () => tutor.launch());
    rows.push(["tutor k8s launch of 1, fresh", seconds(first), ""]);
    rows.push(["tutor k8s launch of 1, unchanged", seconds(again), ""]);
    for (const count of [1, 10, 20]) {
      const project = mkdtempSync(join(tmpdir(), "bench-"));
      projects.push(project);
      const args = [String(count), kubeconfig, project];
      const fresh = await measure("upProcess.ts", args, `Deploying ${count}, fresh`);
      const unchanged = await measure("upProcess.ts", args, `Deploying ${count}, unchanged`);
      const times = (tutors: number, ours: number): string =>
        `${((count * tutors) / ours).toFixed(1)} times as fast`;
      rows.push([`up of ${count}, fresh`, seconds(fresh.seconds), times(first, fresh.seconds)]);
      rows.push([
        `up of ${count}, fresh, in process`,
        seconds(fresh.inProcess),
        times(first, fresh.inProcess),
      ]);
      rows.push([`up of ${count}, unchanged`, seconds(unchanged.seconds), times(again, unchanged.seconds)]);
      rows.push([
        `up of ${count}, unchanged, in process`,
        seconds(unchanged.inProcess),
        times(again, unchanged.inProcess),
      ]);
      // The next stack is to be as fresh as the first one was.
      await sandboxDown({ name, progress });
      await sandboxUp({ toolchain, progress, name });
    }
  } finally {
    tutor.remove();
    projects.forEach((project) => rmSync(project, { recursive: true, force: true }));
    await sandboxDown({ name, progress });
  }
}

try {
  const parts = { render, plan, diff, deploy };
  const chosen = process.argv.slice(2);
  for (const [name, part] of Object.entries(parts)) {
    if (chosen.length === 0 || chosen.includes(name)) {
      await part();
    }
  }
  process.stdout.write(`${formatTable(["WHAT", "TIME", "BESIDE"], rows)}\n`);
} catch (error) {
  reportFailure(error);
}
