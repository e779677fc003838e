import { createInterface } from "node:readline/promises";
import { Command, InvalidArgumentError } from "commander";
import type { Json } from "../../kubernetes/objects.js";
import { UserError } from "../../workspace/errors.js";
import { type Progress, terminalProgress } from "../../workspace/progress.js";
import { endInterrupted, interruption, type Interruption } from "../stacks/interruption.js";
import type { OpenedStack } from "../stacks/openStack.js";
import type { OperationOptions, OperationResult } from "../stacks/operations.js";
import { hasChanges } from "../stacks/report.js";
import { joinedRows, summaryOf } from "../stacks/reportText.js";
import { type Joined, oneAfterAnother, sideBySide } from "../stacks/several.js";
import { formatTable } from "./table.js";

interface Common {
  sideBySide?: number;
  message?: string;
}

/** What a command line says of policies. */
export interface Policies {
  policyPack?: string[];
  policyPackConfig?: string[];
}

/** As operations take them. @throws UserError for settings of no pack. */
export function policiesOf({
  policyPack,
  policyPackConfig,
}: Policies): Pick<OperationOptions, "policyPacks" | "policyPackConfigs"> {
  if (policyPackConfig !== undefined && policyPackConfig.length !== (policyPack?.length ?? 0)) {
    throw new UserError(
      "--policy-pack-config: give as many files as --policy-pack has folders, in their order.",
    );
  }
  return { policyPacks: policyPack, policyPackConfigs: policyPackConfig };
}

/** `openedx up`, `refresh`, `destroy` and `outputs`: operations on stacks by the Pulumi CLI. */
export function stackCommands(): Command[] {
  return [upCommand(), refreshCommand(), destroyCommand(), outputsCommand()];
}

function upCommand(): Command {
  return operation("up", "Deploy stacks, one after another; the first that fails stops the rest.")
    .option("--create", "make a stack that is not in the backend yet")
    .option("--policy-pack <folder...>", "keep to these policies")
    .option("--policy-pack-config <file...>", "settings of those policies, a JSON file for each folder")
    .addHelpText(
      "after",
      `
What a killed run left is put right first. Nothing begins where the preview fails, where the API server would refuse an
object, or where data of services that sites share would be lost. Ctrl-C ends the deployment in good order, a second
one at once; neither leaves a lock.

Examples:
  npm run openedx -- up prod --message "Release 22.0.3"
  npm run openedx -- up eu us asia --side-by-side 3`,
    )
    .action((stacks: string[], options: Common & Policies & { create?: boolean }) =>
      operate(stacks, options, { create: options.create }, async (opened, common, { up }) =>
        up(opened, { ...common, ...policiesOf(options) }),
      ).then(finish),
    );
}

function refreshCommand(): Command {
  return operation("refresh", "Compare the stacks' states with what exists, and take over the difference.")
    .option("--preview-only", "only tell the difference; the states stay")
    .option("--exit-code", "exit with 2 where something differs")
    .addHelpText(
      "after",
      `
Changes to objects inside of Helm releases are not seen: Pulumi reads a release, not its objects.

Examples:
  npm run openedx -- refresh prod
  npm run openedx -- refresh prod --preview-only --exit-code`,
    )
    .action(async (stacks: string[], options: Common & { previewOnly?: boolean; exitCode?: boolean }) => {
      const joined = await operate(stacks, options, {}, (opened, common, { refresh }) =>
        refresh(opened, { ...common, previewOnly: options.previewOnly }),
      );
      finish(joined);
      if (options.exitCode === true && joined.ok && joined.stacks.some(isChanged)) {
        process.exitCode = 2;
      }
    });
}

function destroyCommand(): Command {
  return operation("destroy", "Delete everything that the stacks have made.")
    .option("--yes", "don't ask")
    .addHelpText(
      "after",
      `
Protected resources make it fail before it begins. Asks for the names of the stacks, or needs --yes where there is no
terminal.

Examples:
  npm run openedx -- destroy staging
  npm run openedx -- destroy staging --yes`,
    )
    .action(async (stacks: string[], options: Common & { yes?: boolean }) => {
      if (options.yes !== true) {
        await confirm(stacks);
      }
      finish(await operate(stacks, options, {}, (opened, common, { destroy }) => destroy(opened, common)));
    });
}

function outputsCommand(): Command {
  return new Command("outputs")
    .argument("<stack...>", "names of stacks")
    .description("Show the outputs of stacks.")
    .option("--show-secrets", "show the secret ones, too")
    .option("--json", "for machines; several stacks are a map by name")
    .addHelpText(
      "after",
      `
Examples:
  npm run openedx -- outputs prod
  npm run --silent openedx -- outputs prod --json`,
    )
    .action(async (stacks: string[], options: { showSecrets?: boolean; json?: boolean }) => {
      const progress = terminalProgress();
      const [{ openStack }, { outputs }] = await Promise.all([
        import("../stacks/openStack.js"),
        import("../stacks/outputs.js"),
      ]);
      const joined = await sideBySide(stacks, async (stack) =>
        outputs(await openStack({ stack, progress }), { showSecrets: options.showSecrets }),
      );
      const found = joined.stacks.flatMap((each) =>
        each.state === "ok" ? [[each.stack, each.result] as const] : [],
      );
      if (options.json === true) {
        const content = stacks.length > 1 ? Object.fromEntries(found) : (found[0]?.[1] ?? {});
        process.stdout.write(`${JSON.stringify(content, undefined, 2)}\n`);
      } else {
        const several = stacks.length > 1;
        const rows = found.flatMap(([stack, values]) =>
          Object.entries(values).map(([key, value]) => [...(several ? [stack] : []), key, shown(value)]),
        );
        const header = [...(several ? ["STACK"] : []), "OUTPUT", "VALUE"];
        process.stdout.write(`${formatTable(header, rows)}\n`);
      }
      reportFailures(joined);
    });
}

function operation(name: string, description: string): Command {
  return new Command(name)
    .argument("<stack...>", "names of stacks: stacks/Pulumi.<stack>.yaml")
    .description(description)
    .option("--message <text>", "why; kept in the stacks' history")
    .option("--side-by-side <number>", "work on so many stacks at a time", wholeNumber);
}

/** A number of stacks, from an argument. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) {
    throw new InvalidArgumentError("Give a whole number from 1.");
  }
  return Number(text);
}

type Operations = typeof import("../stacks/operations.js") & typeof import("../stacks/up.js");

/** Opens each stack and does one operation on it: one after another, or so many at a time. */
export async function operate(
  stacks: readonly string[],
  options: Common,
  open: { create?: boolean },
  work: (
    opened: OpenedStack,
    common: Interruption & { message?: string; progress: Progress },
    operations: Operations,
  ) => Promise<OperationResult>,
): Promise<Joined<OperationResult>> {
  const progress = terminalProgress();
  // Loaded only now: the Pulumi SDK takes seconds, which the other commands need not wait.
  const [{ openStack }, others, { up }] = await Promise.all([
    import("../stacks/openStack.js"),
    import("../stacks/operations.js"),
    import("../stacks/up.js"),
  ]);
  const operations = { ...others, up };
  const common = { ...interruption(), message: options.message, progress };
  const one = async (stack: string): Promise<OperationResult> =>
    work(await openStack({ stack, progress, ...open }), common, operations);
  const { signal } = common;
  const joined =
    options.sideBySide === undefined
      ? await oneAfterAnother(stacks, one, { signal })
      : await sideBySide(stacks, one, { signal, limit: options.sideBySide });
  if (signal.aborted && !joined.ok) {
    endInterrupted();
  }
  return joined;
}

function finish(joined: Joined<OperationResult>): void {
  const rows = joinedRows(joined, ({ report }) => summaryOf(report));
  process.stdout.write(`${formatTable(["STACK", "RESULT", "RESOURCES"], rows)}\n`);
  reportFailures(joined);
}

/** The whole messages go to standard error; the exit code says that there are any. */
export function reportFailures<T>(joined: Joined<T>): void {
  for (const outcome of joined.stacks) {
    if (outcome.state === "failed") {
      const { error } = outcome;
      process.stderr.write(
        `${error instanceof UserError ? error.message : (error.stack ?? error.message)}\n`,
      );
    }
  }
  if (!joined.ok) {
    process.exitCode ??= 1;
  }
}

function isChanged(outcome: Joined<OperationResult>["stacks"][number]): boolean {
  return outcome.state === "ok" && hasChanges(outcome.result.report);
}

/** @throws UserError when there is no terminal to ask at, or the answer is another. */
async function confirm(stacks: readonly string[]): Promise<void> {
  const names = stacks.join(" ");
  if (!process.stdin.isTTY) {
    throw new UserError(
      `destroy deletes everything in ${names}. There is no terminal to ask for confirmation: use --yes.`,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`This deletes everything in ${names}. Type "${names}" to go on: `);
    if (answer.trim() !== names) {
      throw new UserError("Nothing was deleted.");
    }
  } finally {
    terminal.close();
  }
}

function shown(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
