import { mapOf } from "../../workspace/yaml.js";
import { textsOf } from "../../kubernetes/objects.js";
import { instanceType, unknown } from "../objects.js";
import type { Finding, PolicyStack, Rule } from "../types.js";

/** Open edX goes one release at a time, and never back: its migrations know no other way. */
export const releaseSteps: Rule = {
  name: "release-steps",
  level: "mandatory",
  description: "No instance goes back a release of Open edX, and none skips one.",
  check: (stack) => (stack.before === undefined ? [] : steps(stack, mapOf(stack.before.instances))),
};

function steps({ resources }: PolicyStack, before: Record<string, unknown>): Finding[] {
  return resources
    .filter(({ type }) => type === instanceType)
    .flatMap(({ urn, name, inputs }): Finding[] => {
      const was = textsOf(mapOf(before[name]).tutor)[0];
      const is = textsOf(inputs.tutor)[0];
      if (was === undefined || is === undefined || was === unknown || is === unknown) {
        return [];
      }
      const fault = stepFault(was, is);
      return fault === undefined
        ? []
        : [{ urn, level: fault.level, message: `${name}: Tutor ${was} to ${is} ${fault.message}` }];
    });
}

/** What is wrong with a step between two versions of Tutor, whose major number is the release of Open edX. */
function stepFault(was: string, is: string): Required<Pick<Finding, "level" | "message">> | undefined {
  const [from, to] = [numbers(was), numbers(is)];
  const step = (to[0] ?? 0) - (from[0] ?? 0);
  if (step < 0) {
    return {
      level: "mandatory",
      message:
        "is a downgrade: Open edX's databases cannot be taken back a release. " +
        "Keep the release, or restore the backup from before the upgrade.",
    };
  }
  if (step > 1) {
    return {
      level: "mandatory",
      message: `skips ${step - 1} release(s): migrations are written for one release at a time. Upgrade to ${(from[0] ?? 0) + 1} first, with a backup before each step.`,
    };
  }
  const isBack = step === 0 && ((to[1] ?? 0) - (from[1] ?? 0) || (to[2] ?? 0) - (from[2] ?? 0)) < 0;
  return isBack
    ? {
        level: "advisory",
        message: "goes back within a release. Look at its change log for migrations before you go on.",
      }
    : undefined;
}

function numbers(version: string): number[] {
  return version.split(/[.+-]/).map((part) => Number.parseInt(part, 10));
}
