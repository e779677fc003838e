import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { planToJson, planToMarkdown } from "../engine/report.js";
import { createToolchain } from "../toolchain/toolchain.js";
import { messageOf, UserError } from "../workspace/errors.js";
import { terminalProgress } from "../workspace/progress.js";

interface PlanOptions {
  json?: string;
  markdown?: string;
  standIns?: boolean;
}

/** `openedx plan STACK`: what a stack would have, without a cluster, credentials or state. */
export function planCommand(): Command {
  return new Command("plan")
    .argument("<stack>", "name of a stack: stacks/Pulumi.<stack>.yaml")
    .description("Show every resource and Kubernetes object that a stack would have; changes nothing.")
    .option("--json <file>", "write the plan for machines")
    .option("--markdown <file>", "write the plan for people")
    .option("--stand-ins", "put a name in the place of each secret, so that two plans can be compared")
    .addHelpText(
      "after",
      `
Secrets show as [secret], values that only a deployment knows as [unknown]. Without --json or --markdown the plan is
printed. The same input gives the same bytes, so two plans can be compared by any diff.

Examples:
  npm run openedx -- plan sandbox
  npm run openedx -- plan sandbox --json plan.json --markdown plan.md`,
    )
    .action(async (stack: string, options: PlanOptions) => {
      const progress = terminalProgress();
      // Loaded only now: the Pulumi SDK takes seconds, which the other commands need not wait.
      const [{ billedTypes }, { planStack }, { stackProgram }] = await Promise.all([
        import("../cloud/select.js"),
        import("../engine/plan.js"),
        import("./stackProgram.js"),
      ]);
      const toolchain = createToolchain({ progress });
      const plan = await planStack({
        stack,
        program: stackProgram(progress),
        progress,
        helm: () => toolchain.helm(),
        standIns: options.standIns ?? false,
      });
      plan.notes.forEach((note) => progress.note(note));
      if (options.json !== undefined) {
        write(options.json, planToJson(plan));
      }
      if (options.markdown !== undefined) {
        write(options.markdown, planToMarkdown(plan, billedTypes));
      }
      if (options.json === undefined && options.markdown === undefined) {
        process.stdout.write(planToMarkdown(plan, billedTypes));
      }
    });
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError(`${file} cannot be written: ${messageOf(error)}`);
  }
}
