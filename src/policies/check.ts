import { rules as allRules } from "./rules.js";
import type { PolicyStack, Rule, Violation } from "./types.js";

/** What the rules have to say of the stacks: mandatory violations first, then by stack, rule and resource. */
export function checkStacks(stacks: readonly PolicyStack[], rules: readonly Rule[] = allRules): Violation[] {
  const violations = stacks.flatMap((stack) =>
    rules.flatMap((rule) =>
      rule.check(stack, stacks).map((finding): Violation => ({
        ...finding,
        rule: rule.name,
        stack: stack.stack,
        level: finding.level ?? rule.level,
      })),
    ),
  );
  const position = ({ level, rule }: Violation): number =>
    (level === "mandatory" ? 0 : rules.length) + rules.findIndex(({ name }) => name === rule);
  // Sorting is stable: within a rule, stacks and resources keep their order.
  return unique(violations).sort((a, b) => position(a) - position(b));
}

/** Two releases' objects can say the same; once is enough. */
function unique(violations: readonly Violation[]): Violation[] {
  const seen = new Map(violations.map((violation) => [JSON.stringify(violation), violation]));
  return [...seen.values()];
}

/** Whether a change with these violations must not go on. */
export function mustStop(violations: readonly Violation[]): boolean {
  return violations.some(({ level }) => level === "mandatory");
}
