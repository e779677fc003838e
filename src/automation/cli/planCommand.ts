import { Command } from "commander";
import type { Plan } from "../../engine/plan.js";
import { planToJson, planToMarkdown } from "../../engine/report.js";
import { mustStop } from "../../policies/check.js";
import type { Violation } from "../../policies/types.js";
import { createToolchain } from "../../toolchain/toolchain.js";
import { UserError } from "../../workspace/errors.js";
import { terminalProgress } from "../../workspace/progress.js";
import { judgePlans } from "../policyReport.js";
import { writeReport } from "./reportFile.js";

interface PlanOptions {
  json?: string;
  markdown?: string;
  standIns?: boolean;
  policy?: boolean;
  before?: string;
}

/** `openedx plan STACK`: what a stack would have, without a cluster, credentials or state. */
export function planCommand(): Command {
  return new Command("plan")
    .argument("<stack...>", "names of stacks: stacks/Pulumi.<stack>.yaml")
    .description("Show every resource and Kubernetes object that stacks would have; changes nothing.")
    .option("--json <file>", "write the plan for machines")
    .option("--markdown <file>", "write the plan for people")
    .option("--stand-ins", "put a name in the place of each secret, so that two plans can be compared")
    .option("--policy", "judge the plans by the rules of docs/policies.md")
    .option("--before <file>", "for --policy: an earlier plan, or what `pulumi stack output --json` prints")
    .addHelpText(
      "after",
      `
Secrets show as [secret], values that only a deployment knows as [unknown]. Without --json or --markdown the plan is
printed. The same input gives the same bytes, so two plans can be compared by any diff.

With --policy the violations are printed, and head the Markdown file; the exit code is 1 where one is mandatory. Hosts
must be unique among all the stacks named. The JSON file of one stack is its plan, with \`violations\` where there is
--policy; that of several is { plans, violations }.

Examples:
  npm run openedx -- plan sandbox
  npm run openedx -- plan sandbox --json plan.json --markdown plan.md
  npm run openedx -- plan sandbox --policy`,
    )
    .action(async (stacks: string[], options: PlanOptions) => {
      if (options.before !== undefined && options.policy !== true) {
        throw new UserError("--before is for the rules: give --policy as well.");
      }
      const progress = terminalProgress();
      // Loaded only now: the Pulumi SDK takes seconds, which the other commands need not wait.
      const [{ facts }, { planProgram }, { stackProgram }] = await Promise.all([
        import("../../../providers/clouds.js"),
        import("../../engine/plan.js"),
        import("../stackProgram.js"),
      ]);
      const toolchain = createToolchain({ progress });
      const plans: Plan[] = [];
      for (const stack of new Set(stacks)) {
        const plan = await planProgram({
          stack,
          program: stackProgram(progress),
          progress,
          helm: () => toolchain.helm(),
          ...(options.standIns === true && { standIns: facts }),
        });
        plan.notes.forEach((note) => progress.note(note));
        plans.push(plan);
      }
      const judged = options.policy === true ? judgePlans(plans, facts, options.before) : undefined;
      const markdown = plans.map((plan) => planToMarkdown(plan, facts)).join("\n");
      if (options.json !== undefined) {
        writeReport(options.json, plansToJson(plans, judged?.violations));
      }
      if (options.markdown !== undefined) {
        writeReport(options.markdown, judged === undefined ? markdown : `${judged.markdown}\n${markdown}`);
      }
      if (judged !== undefined) {
        process.stdout.write(judged.markdown);
        process.exitCode = mustStop(judged.violations) ? 1 : 0;
      } else if (options.json === undefined && options.markdown === undefined) {
        process.stdout.write(markdown);
      }
    });
}

/** One plan alone is what it always was; several, and what the rules say, have a key each. */
function plansToJson(plans: readonly Plan[], violations: readonly Violation[] | undefined): string {
  const [plan, ...more] = plans.map((each) => JSON.parse(planToJson(each)) as object);
  const all = more.length === 0 ? { ...plan } : { plans: [plan, ...more] };
  return `${JSON.stringify({ ...all, ...(violations !== undefined && { violations }) }, undefined, 2)}\n`;
}
