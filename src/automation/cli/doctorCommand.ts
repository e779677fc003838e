import { Command } from "commander";
import { diagnosesToJson, diagnosisToText, type Diagnosis } from "../../doctor/report.js";
import { terminalProgress } from "../../workspace/progress.js";

interface DoctorCommandOptions {
  json?: boolean;
  kubeconfig?: string;
}

/** `openedx doctor STACK`: asks the cloud and the cluster whether a deployment would work. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .argument("<stack...>", "names of stacks: stacks/Pulumi.<stack>.yaml")
    .description(
      "Ask the cloud and the cluster, before `up`, whether stacks could be deployed; changes nothing.",
    )
    .option("--json", "for machines: docs/doctor.md")
    .option(
      "--kubeconfig <file>",
      "ask this cluster as well. Default: that of the config, with cloud: existing",
    )
    .addHelpText(
      "after",
      `
Asks with your own credentials: those that \`up\` would use. What they may not ask is "not known", and says which
permission it takes. The exit code is 1 where a deployment would fail, else 0.

Examples:
  npm run openedx -- doctor prod
  npm run --silent openedx -- doctor prod --json`,
    )
    .action(async (stacks: string[], options: DoctorCommandOptions) => {
      const progress = terminalProgress();
      // Loaded only now: the Pulumi SDK takes seconds, which the other commands need not wait.
      const { doctor } = await import("../doctor.js");
      const diagnoses: Diagnosis[] = [];
      for (const stack of new Set(stacks)) {
        const diagnosis = await doctor({ stack, progress, kubeconfig: options.kubeconfig });
        diagnoses.push(diagnosis);
        if (options.json !== true) {
          process.stdout.write(diagnosisToText(diagnosis));
        }
      }
      if (options.json === true) {
        process.stdout.write(diagnosesToJson(diagnoses));
      }
      process.exitCode = diagnoses.every(({ ok }) => ok) ? 0 : 1;
    });
}
