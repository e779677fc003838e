import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { diffToMarkdown, type Report } from "../../diff/markdown.js";
import { messageOf, UserError } from "../../workspace/errors.js";
import { terminalProgress } from "../../workspace/progress.js";
import { compareRefs, type Comparison } from "./compareRefs.js";

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
a stack cannot be planned with the change, or the program does not type-check: the comment says why.

Examples:
  npm run openedx -- diff --base main
  npm run openedx -- diff --base main --head my-branch --stack sandbox --markdown diff.md --html diff.html`,
    )
    .action(async (options: DiffOptions) => {
      const progress = terminalProgress();
      const comparison = await compareRefs({
        base: options.base,
        ...(options.head !== undefined && { head: options.head }),
        stacks: options.stack ?? [],
        progress,
      });
      const report = reportOf(comparison);
      if (options.json !== undefined) {
        write(options.json, `${JSON.stringify(comparison, undefined, 2)}\n`);
      }
      if (options.html !== undefined) {
        const { diffToHtml } = await import("../../diff/html.js");
        write(options.html, diffToHtml(report));
      }
      if (options.markdown !== undefined) {
        write(options.markdown, diffToMarkdown(report));
      }
      if (options.markdown === undefined && options.json === undefined && options.html === undefined) {
        process.stdout.write(diffToMarkdown(report, Infinity));
      }
      process.exitCode = hasFailed(comparison) ? 1 : 0;
    });
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

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError(`${file} cannot be written: ${messageOf(error)}`);
  }
}
