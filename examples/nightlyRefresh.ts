/**
 * Nightly: tells what differs between the stacks' states and what exists, and changes nothing.
 *
 *     npx tsx examples/nightlyRefresh.ts drift.md prod staging
 *
 * Exit code: 0 nothing differs, 2 something does, 1 a stack could not be compared. The report is Markdown, for an issue
 * or a chat.
 */
import { writeFileSync } from "node:fs";
import {
  hasChanges,
  interruption,
  openStack,
  type OperationResult,
  refresh,
  resourcesToMarkdown,
  sideBySide,
  type StackOutcome,
  summaryOf,
  terminalProgress,
} from "openedx-pulumi/automation";

const [file, ...stacks] = process.argv.slice(2);
if (file === undefined || stacks.length === 0) {
  process.stderr.write("Usage: npx tsx examples/nightlyRefresh.ts REPORT.md STACK…\n");
  process.exit(1);
}

const progress = terminalProgress();
const { signal, force } = interruption();
const joined = await sideBySide(
  stacks,
  async (stack) => refresh(await openStack({ stack, progress }), { previewOnly: true, signal, force }),
  { limit: 4, signal },
);

const drifted = joined.stacks.some((each) => each.state === "ok" && hasChanges(each.result.report));
writeFileSync(file, `# Drift\n\n${joined.stacks.map(section).join("\n\n")}\n`);
process.exitCode = !joined.ok ? 1 : drifted ? 2 : 0;

function section(outcome: StackOutcome<OperationResult>): string {
  if (outcome.state !== "ok") {
    const why = outcome.state === "failed" ? outcome.error.message : outcome.reason;
    return `## ${outcome.stack}: not compared\n\n${why}`;
  }
  const { report } = outcome.result;
  return hasChanges(report)
    ? `## ${outcome.stack}: ${summaryOf(report)}\n\n${resourcesToMarkdown(report)}`
    : `## ${outcome.stack}: no drift`;
}
