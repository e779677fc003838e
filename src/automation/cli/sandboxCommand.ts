import { Command } from "commander";
import { sandboxDown, sandboxKubeconfig, sandboxStatus, sandboxUp } from "../../sandbox/sandbox.js";
import { createToolchain } from "../../toolchain/toolchain.js";
import { terminalProgress } from "../../workspace/progress.js";

/** `openedx sandbox …`: the local control plane. */
export function sandboxCommand(): Command {
  const progress = terminalProgress();
  const command = new Command("sandbox")
    .description("A local Kubernetes control plane with simulated nodes, for trials and tests.")
    .addHelpText(
      "after",
      `
The API server, the controllers and the scheduler are real; containers do not run.

Examples:
  npm run openedx -- sandbox up
  export KUBECONFIG=$(npm run --silent openedx -- sandbox kubeconfig)
  npm run openedx -- sandbox down`,
    );
  command
    .command("up")
    .description("Start it, or find it running.")
    .addHelpText("after", "\nExample:\n  npm run openedx -- sandbox up")
    .action(async () => {
      const sandbox = await sandboxUp({ toolchain: createToolchain({ progress }), progress });
      process.stdout.write(`${sandbox.server}\nexport KUBECONFIG=${sandbox.kubeconfig}\n`);
    });
  command
    .command("down")
    .description("Stop it and remove all that it held.")
    .addHelpText("after", "\nExample:\n  npm run openedx -- sandbox down")
    .action(async () => {
      await sandboxDown({ progress });
    });
  command
    .command("status")
    .description("Say whether it runs; exit code 1 if it does not.")
    .addHelpText("after", "\nExample:\n  npm run openedx -- sandbox status")
    .action(async () => {
      const status = await sandboxStatus();
      process.stdout.write(`${status.running ? `running at ${status.server}` : "not running"}\n`);
      process.exitCode = status.running ? 0 : 1;
    });
  command
    .command("kubeconfig")
    .description("Print the path of its kubeconfig file.")
    .addHelpText("after", "\nExample:\n  export KUBECONFIG=$(npm run --silent openedx -- sandbox kubeconfig)")
    .action(() => {
      process.stdout.write(`${sandboxKubeconfig()}\n`);
    });
  return command;
}
