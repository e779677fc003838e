import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import type { PlatformLimits } from "../platform/plan.js";
import { locateSandbox } from "../sandbox/location.js";
import { sandboxUp } from "../sandbox/sandbox.js";
import { createToolchain, type Toolchain } from "../toolchain/toolchain.js";
import { UserError } from "../workspace/errors.js";
import { type Progress, terminalProgress, withStep } from "../workspace/progress.js";
import { deployStack, type DeployedInstance } from "./deployStack.js";
import { reportFailure } from "./cli/failure.js";
import { sandboxPlatform } from "./sandboxPlatform.js";
import { endInterrupted, interruption } from "./stacks/interruption.js";
import { formatTable } from "./cli/table.js";

const command = new Command("npm start --")
  .description("Deploy a stack: by default the sandbox's two sites, on the local control plane.")
  .option("--kubeconfig <file>", "deploy to this cluster instead of the sandbox")
  .option("--stack <name>", "the stack to deploy", "sandbox")
  .addHelpText(
    "after",
    `
Examples:
  npm start
  npm start -- --kubeconfig ~/.kube/config`,
  )
  .action(async (options: { kubeconfig?: string; stack: string }) => {
    const progress = terminalProgress();
    const toolchain = createToolchain({ progress });
    const { stack } = options;
    const cluster =
      options.kubeconfig === undefined
        ? await onSandbox(stack, toolchain, progress)
        : { kubeconfig: existingFile(options.kubeconfig) };
    const { kubeconfig } = cluster;
    const ctrlC = interruption();
    ctrlC.signal.addEventListener("abort", () => (isInterrupted = true));
    const { engine, instances } = await deployStack({ stack, ...cluster, progress, ...ctrlC });
    process.stdout.write(`${tableOf(instances)}\n\nDeployed by ${engine}. To look around:\n`);
    process.stdout.write(`  export KUBECONFIG=${kubeconfig}\n  kubectl get pods --all-namespaces\n`);
  });

let isInterrupted = false;
try {
  await command.parseAsync();
} catch (error) {
  reportFailure(error);
  if (isInterrupted) {
    endInterrupted();
  }
}

/** A running sandbox, and what it cannot do of the stack, which is said. */
async function onSandbox(
  stack: string,
  toolchain: Toolchain,
  progress: Progress,
): Promise<{ kubeconfig: string; limits: PlatformLimits; sandboxFolder: string }> {
  const { kubeconfig } = await sandboxUp({ toolchain, progress });
  const { limits, notes } = await withStep(progress, "Charts of the platform", () =>
    sandboxPlatform(stack, toolchain.helm, kubeconfig),
  );
  notes.forEach((note) => progress.note(note));
  return { kubeconfig, limits, sandboxFolder: locateSandbox().folder };
}

function existingFile(path: string): string {
  const file = resolve(path);
  if (!existsSync(file)) {
    throw new UserError(`--kubeconfig: there is no file ${file}`);
  }
  return file;
}

function tableOf(instances: readonly DeployedInstance[]): string {
  const header = ["INSTANCE", "TUTOR", "OPEN EDX", "HOSTS", "REVISION", "READY PODS", "SECONDS"];
  const rows = instances.flatMap((each) => [
    [
      each.name,
      each.tutor,
      each.openEdx,
      each.hosts[0] ?? "-",
      each.revision === undefined ? "-" : String(each.revision),
      `${each.readyPods}/${each.pods}`,
      each.seconds.toFixed(1),
    ],
    ...each.hosts.slice(1).map((host) => ["", "", "", host, "", "", ""]),
  ]);
  return formatTable(header, rows);
}
