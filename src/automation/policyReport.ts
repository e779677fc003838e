import { readFileSync } from "node:fs";
import type { Plan } from "../engine/plan.js";
import { readStack } from "../engine/stackFile.js";
import type { JsonObject } from "../kubernetes/objects.js";
import { checkStacks } from "../policies/check.js";
import { violationsToMarkdown } from "../policies/report.js";
import type { PolicyStack, Violation } from "../policies/types.js";
import { messageOf, UserError } from "../workspace/errors.js";

export interface PolicyReport {
  violations: Violation[];
  markdown: string;
}

/**
 * Judges plans by the rules of src/policies.
 * @param before file with what the stacks were: a plan, several plans, or what `pulumi stack output --json` prints.
 * @throws UserError when that file cannot be read.
 */
export function judgePlans(plans: readonly Plan[], before: string | undefined): PolicyReport {
  const outputs = before === undefined ? undefined : readBefore(before);
  const stacks = plans.map((plan): PolicyStack => {
    return {
      stack: plan.stack,
      resources: plan.resources,
      manifests: plan.manifests,
      disposable: readStack(plan.stack).config["openedx:disposable"] === "true",
      secretsMarked: true,
      before: outputs?.(plan.stack),
    };
  });
  const violations = checkStacks(stacks);
  return { violations, markdown: violationsToMarkdown(stacks, violations) };
}

interface PlanFile {
  stack?: unknown;
  resources?: unknown;
  outputs?: JsonObject;
}

/** The outputs that a file holds, by stack. */
function readBefore(file: string): (stack: string) => JsonObject | undefined {
  let content: PlanFile & { plans?: PlanFile[] };
  try {
    content = JSON.parse(readFileSync(file, "utf8")) as typeof content;
  } catch (error) {
    throw new UserError(`--before ${file} cannot be read: ${messageOf(error)}`);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new UserError(
      `--before ${file} must hold a plan (\`openedx plan STACK --json FILE\`) or what \`pulumi stack output --json\` prints.`,
    );
  }
  if (content.plans !== undefined || Array.isArray(content.resources)) {
    const plans = content.plans ?? [content];
    return (stack) => plans.find((plan) => plan.stack === stack)?.outputs;
  }
  return () => content as JsonObject;
}
