import { join } from "node:path";
import pLimit from "p-limit";
import { facts } from "../../../providers/clouds.js";
import { comparePlans } from "../../diff/compare.js";
import type { PlanDiff, PlanFile } from "../../diff/types.js";
import { stackNames } from "../../engine/stackFile.js";
import { allOf } from "../../workspace/concurrency.js";
import { messageOf, UserError } from "../../workspace/errors.js";
import { type Progress, withStep } from "../../workspace/progress.js";
import { changedSecrets } from "./changedSecrets.js";
import { type Checkout, commitOf, withCheckout, workingFolder } from "./checkout.js";
import { git, gitChecked } from "./git.js";
import { checkTypes, planSide } from "./sidePlan.js";

/** Plans of two sides take a core each. */
const sideBySide = 2;

export interface CompareRequest {
  base: string;
  /** Default: the working folder. */
  head?: string;
  /** Default: all stacks of either side. */
  stacks: readonly string[];
  progress: Progress;
  signal?: AbortSignal;
}

/** What a change does to each stack, or why that is not known. */
export interface Comparison {
  base: Pick<Checkout, "ref" | "commit">;
  head: Pick<Checkout, "ref" | "commit">;
  /** What is wrong with the change as a whole: types that do not check. */
  faults: string[];
  stacks: StackComparison[];
}

type StackComparison =
  { stack: string; diff: PlanDiff } | { stack: string; error: string; side: "base" | "head" };

/**
 * Plans every stack by the programs of both sides, and compares.
 *
 * A stack that cannot be planned is part of the result, since whoever looks at the change must see that.
 * @throws UserError when a ref or a stack does not exist, or the base holds another program.
 */
export async function compareRefs(request: CompareRequest): Promise<Comparison> {
  const { base, head, progress } = request;
  if (head !== undefined) {
    await commitOf(head); // told before the base is checked out
    await noteUncommitted(head, progress);
  }
  return withCheckout(base, request, (before) =>
    head === undefined
      ? compareCheckouts(before, workingFolder(), request)
      : withCheckout(head, request, (after) => compareCheckouts(before, after, request)),
  );
}

async function noteUncommitted(head: string, progress: Progress): Promise<void> {
  const { stdout } = await git("status", "--porcelain", "--", ".");
  if (stdout.trim() !== "") {
    progress.note(
      `What is not committed in the working folder takes no part: ${head} is compared as committed.`,
    );
  }
}

async function compareCheckouts(
  before: Checkout,
  after: Checkout,
  { stacks, progress, signal }: CompareRequest,
): Promise<Comparison> {
  const folders = [before, after].map(({ folder }) => join(folder, "stacks"));
  const [old = [], fresh = []] = folders.map((folder) => stackNames(folder));
  const known = [...new Set([...old, ...fresh])].sort();
  const unknown = stacks.filter((stack) => !known.includes(stack));
  if (unknown.length > 0) {
    throw new UserError(
      `There is no stack ${unknown.join(", ")} on either side. Known stacks: ${known.join(", ") || "none"}.`,
    );
  }
  const limit = pLimit(sideBySide);
  const chosen = known.filter((stack) => stacks.length === 0 || stacks.includes(stack));
  const types = limit(() => typeFaults(before, after, signal));
  const compared = withStep(progress, `Planning ${chosen.join(", ")}, before and after`, () =>
    allOf(
      chosen.map(async (stack): Promise<StackComparison> => {
        const plan = (side: Checkout, has: boolean): Promise<Planned> =>
          has ? limit(() => planOrFault(side, stack, signal)) : Promise.resolve({});
        const [one = {}, other = {}] = await allOf([
          plan(before, old.includes(stack)),
          plan(after, fresh.includes(stack)),
        ]);
        return compareSides(stack, { checkout: before, ...one }, { checkout: after, ...other });
      }),
    ),
  );
  // Each is at its end before the checkouts go.
  await Promise.allSettled([types, compared]);
  signal?.throwIfAborted();
  const [faults, results] = await Promise.all([types, compared]);
  return { base: named(before), head: named(after), faults, stacks: results };
}

interface Planned {
  plan?: PlanFile;
  fault?: string;
}

function compareSides(
  stack: string,
  before: Planned & { checkout: Checkout },
  after: Planned & { checkout: Checkout },
): StackComparison {
  if (after.fault !== undefined) {
    return { stack, error: after.fault, side: "head" };
  }
  if (before.fault !== undefined) {
    return { stack, error: before.fault, side: "base" };
  }
  const secrets =
    before.plan !== undefined && after.plan !== undefined
      ? changedSecrets(
          stack,
          { checkout: before.checkout, plan: before.plan },
          { checkout: after.checkout, plan: after.plan },
        )
      : {};
  return { stack, diff: comparePlans(before.plan, after.plan, facts, secrets) };
}

async function planOrFault(checkout: Checkout, stack: string, signal?: AbortSignal): Promise<Planned> {
  try {
    return { plan: await planSide(checkout, stack, signal) };
  } catch (error) {
    if (!(error instanceof UserError) || signal?.aborted) {
      throw error;
    }
    return { fault: messageOf(error) };
  }
}

/** The program runs without its types being checked; a change that touches it is checked here. */
async function typeFaults(before: Checkout, after: Checkout, signal?: AbortSignal): Promise<string[]> {
  const range = [before.commit ?? "", ...(after.commit === undefined ? [] : [after.commit])];
  const typed = ["*.ts", "package-lock.json", "tsconfig.json"];
  const changed = await gitChecked("diff", "--name-only", "--relative", ...range, "--", ...typed);
  const added =
    after.commit === undefined
      ? await gitChecked("ls-files", "--others", "--exclude-standard", "--", "*.ts")
      : "";
  if (changed === "" && added === "") {
    return [];
  }
  try {
    await checkTypes(after, signal);
    return [];
  } catch (error) {
    if (!(error instanceof UserError) || signal?.aborted) {
      throw error;
    }
    return [messageOf(error)];
  }
}

function named({ ref, commit }: Checkout): Pick<Checkout, "ref" | "commit"> {
  return { ref, commit };
}
