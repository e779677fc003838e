/**
 * Deploys all stacks of a fleet, one after another, and stops at the first that fails: the rest stays as it was.
 *
 *     npx tsx examples/upgradeFleet.ts "Open edX release verawood" staging eu us
 *
 * Exit code: 0 all are deployed, 1 one failed.
 */
import {
  interruption,
  joinedRows,
  oneAfterAnother,
  openStack,
  preview,
  summaryOf,
  terminalProgress,
  up,
} from "openedx-pulumi/automation";

const [message, ...stacks] = process.argv.slice(2);
if (message === undefined || stacks.length === 0) {
  process.stderr.write("Usage: npx tsx examples/upgradeFleet.ts MESSAGE STACK…\n");
  process.exit(1);
}

const progress = terminalProgress();
const { signal, force } = interruption();
const joined = await oneAfterAnother(
  stacks,
  async (stack) => {
    const opened = await openStack({ stack, progress });
    await preview(opened, { signal, force }); // a program or policy that says no stops before anything is touched
    return up(opened, { message, signal, force });
  },
  { signal },
);

for (const [stack, state, what] of joinedRows(joined, ({ report }) => summaryOf(report))) {
  process.stdout.write(`${stack}: ${state}, ${what}\n`);
}
process.exitCode = joined.ok ? 0 : 1;
