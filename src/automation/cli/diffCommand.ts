import { Command } from "commander";
import { diffToHtml } from "../../diff/html.js";
import { diffToMarkdown, type Report } from "../../diff/markdown.js";
import { terminalProgress } from "../../workspace/progress.js";
import { checkWritable, writeReport } from "./reportFile.js";
import { compareRefs, type Comparison } from "../diff/compareRefs.js";

interface DiffOptions {
  base: string;
  head?: string;
  stack?: string[];
  markdown?: string;
  json?: string;
  html?: string;
}

/** `openedx diff`: what a change does to each stack, without credentials. */
export function diffCommand(): Command {
  return new Command("diff")
    .description("Show what a change does to each stack: to sites, resources and every Kubernetes object.")
    .requiredOption("--base <ref>", "commit, branch or tag to compare with")
    .option("--head <ref>", "commit, branch or tag with the change; default: the working folder")
    .option("--stack <name...>", "only these stacks; default: all")
    .option("--markdown <file>", "write it as a comment for a pull request, at most 64,000 characters")
    .option("--json <file>", "write it for machines")
    .option("--html <file>", "write it as a page for people, one file that needs no network")
    .addHelpText(
      "after",
      `
Each side is planned by its own program, with the packages of its own lock file; no credentials, cluster or state take
part. Secrets show by their names. Without --markdown, --json or --html the comment is printed. The exit code is 1 where
a stack cannot be planned with the change, or the program does not type-check: the comment says why. It is 130 after
Ctrl-C, which leaves nothing behind.

Examples:
  npm run openedx -- diff --base main
  npm run openedx -- diff --base main --head my-branch --stack sandbox --markdown diff.md --html diff.html`,
    )
    .action(async (options: DiffOptions) => {
      const outputs = [options.markdown, options.json, options.html].filter((file) => file !== undefined);
      outputs.forEach(checkWritable);
      await untilInterrupted(async (signal) => {
        const comparison = await compareRefs({
          base: options.base,
          head: options.head,
          stacks: options.stack ?? [],
          progress: terminalProgress(),
          signal,
        });
        writeOutputs(comparison, options);
        process.exitCode = hasFailed(comparison) ? 1 : 0;
      });
    });
}

/** Runs `work` to its end, or until Ctrl-C, after which it cleans up behind itself and the exit code is 130. */
async function untilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  signals.forEach((signal) => process.on(signal, interrupt));
  try {
    await work(stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) {
      throw error;
    }
    process.stderr.write("Interrupted; nothing was written.\n");
    process.exitCode = 130;
  } finally {
    signals.forEach((signal) => process.off(signal, interrupt));
  }
}

function writeOutputs(comparison: Comparison, { markdown, json, html }: DiffOptions): void {
  const report = reportOf(comparison);
  if (json !== undefined) {
    writeReport(json, `${JSON.stringify(comparison, undefined, 2)}\n`);
  }
  if (html !== undefined) {
    writeReport(html, diffToHtml(report));
  }
  if (markdown !== undefined) {
    writeReport(markdown, diffToMarkdown(report));
  }
  if (markdown === undefined && json === undefined && html === undefined) {
    process.stdout.write(diffToMarkdown(report, Infinity));
  }
}

function reportOf({ base, head, faults, stacks }: Comparison): Report {
  return { base: sideName(base), head: sideName(head), faults, stacks };
}

function sideName({ ref, commit }: Comparison["base"]): string {
  return commit === undefined || commit.startsWith(ref) ? ref : `${ref} (${commit.slice(0, 8)})`;
}

function hasFailed({ faults, stacks }: Comparison): boolean {
  return faults.length > 0 || stacks.some((result) => "error" in result);
}
