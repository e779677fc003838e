import { Command } from "commander";
import { createToolchain } from "../../toolchain/toolchain.js";
import { programFolder } from "../../workspace/paths.js";
import { terminalProgress } from "../../workspace/progress.js";
import { run } from "../../workspace/run.js";
import { writeReport } from "./reportFile.js";
import { operate, type Policies, policiesOf, reportFailures, wholeNumber } from "./stackCommands.js";
import type { OperationResult } from "../stacks/operations.js";
import type { PreviewedStack } from "../stacks/previewMarkdown.js";
import { hasChanges } from "../stacks/report.js";
import type { Joined } from "../stacks/several.js";

interface PreviewOptions extends Policies {
  markdown?: string;
  json?: string;
  sideBySide: number;
  exitCode?: boolean;
}

/** `openedx preview`: what a deployment would do, by the engine. */
export function previewCommand(): Command {
  return new Command("preview")
    .argument("<stack...>", "names of stacks: stacks/Pulumi.<stack>.yaml")
    .description("Show what a deployment would do to each stack, by Pulumi and from the stacks' states.")
    .option("--markdown <file>", "write it as a comment for a pull request, at most 64,000 characters")
    .option("--json <file>", "write it for machines")
    .option("--policy-pack <folder...>", "check against these policies")
    .option("--policy-pack-config <file...>", "settings of those policies, a JSON file for each folder")
    .option("--exit-code", "exit with 2 where something would change")
    .option("--side-by-side <number>", "work on so many stacks at a time", wholeNumber, 2)
    .addHelpText(
      "after",
      `
Needs the Pulumi CLI, the stacks' states and credentials; \`openedx diff\` needs none of them. Objects of Helm releases
are shown as they would change, too. Without --markdown or --json it is printed. The exit code is 1 where a preview
fails; the comment says why.

Examples:
  npm run openedx -- preview prod
  npm run openedx -- preview prod --markdown preview.md --json preview.json`,
    )
    .action(async (stacks: string[], options: PreviewOptions) => {
      const joined = await operate(stacks, options, {}, (opened, common, { preview }) =>
        preview(opened, { ...common, ...policiesOf(options) }),
      );
      const previews = await previewsOf(joined);
      if (options.json !== undefined) {
        writeReport(options.json, `${JSON.stringify({ stacks: previews }, undefined, 2)}\n`);
      }
      const { previewToMarkdown } = await import("../stacks/previewMarkdown.js");
      const head = await headName();
      if (options.markdown !== undefined) {
        writeReport(options.markdown, previewToMarkdown(previews, head));
      }
      if (options.markdown === undefined && options.json === undefined) {
        process.stdout.write(previewToMarkdown(previews, head, Infinity));
      }
      reportFailures(joined);
      if (
        options.exitCode === true &&
        joined.ok &&
        previews.some(({ report }) => report && hasChanges(report))
      ) {
        process.exitCode = 2;
      }
    });
}

async function previewsOf({ stacks }: Joined<OperationResult>): Promise<PreviewedStack[]> {
  const [{ previewDiff }, { OperationError }] = await Promise.all([
    import("../stacks/previewDiff.js"),
    import("../stacks/operations.js"),
  ]);
  const toolchain = createToolchain({ progress: terminalProgress() });
  return Promise.all(
    stacks.map(async (outcome): Promise<PreviewedStack> => {
      const { stack } = outcome;
      if (outcome.state === "ok") {
        const { report } = outcome.result;
        return { stack, report, ...(await previewDiff(outcome.result, () => toolchain.helm())) };
      }
      if (outcome.state === "not run") {
        return { stack, error: `It was not previewed: ${outcome.reason}.` };
      }
      const { error } = outcome;
      return {
        stack,
        error: error.message,
        ...(error instanceof OperationError && { report: error.report }),
      };
    }),
  );
}

/** The commit that is previewed, or the folder where there is none. */
async function headName(): Promise<string> {
  const git = (...args: string[]): ReturnType<typeof run> => run("git", args, { cwd: programFolder });
  try {
    const [commit, changes] = await Promise.all([
      git("rev-parse", "--short=8", "HEAD"),
      git("status", "--porcelain", "--untracked-files=no"),
    ]);
    return commit.code === 0 && changes.stdout === "" ? commit.stdout.trim() : "working folder";
  } catch {
    return "working folder";
  }
}
