import type { Policies, StackValidationPolicy } from "@pulumi/policy";
import type { JsonObject } from "../kubernetes/objects.js";
import { engineConfig } from "../workspace/environment.js";
import { engineStack } from "./engine.js";
import { rules } from "./rules.js";
import { releaseSteps } from "./rules/releaseSteps.js";
import type { Level, Rule } from "./types.js";

/** In the config of the policy `release-steps`: what is deployed. */
interface Settings {
  /** As `pulumi stack output --json` prints it. */
  outputs?: JsonObject;
}

/** In the SDK, though not in its types: a violation may have another level than its policy. */
type ReportWithLevel = (violation: { message: string; urn: string; enforcementLevel?: Level }) => void;

/** The rules as the engine takes them: each looks at all resources of the stack, at the end of a preview and an update. */
export const policies: Policies = rules.map(stackPolicy);

function stackPolicy(rule: Rule): StackValidationPolicy {
  const { name, level, description } = rule;
  return {
    name,
    description,
    enforcementLevel: level,
    ...(rule === releaseSteps && {
      configSchema: {
        properties: {
          outputs: {
            type: "object",
            description: "What `pulumi stack output --json` prints before the change.",
          },
        },
      },
    }),
    validateStack: (args, report) => {
      const { outputs } = args.getConfig<Settings>();
      if (rule === releaseSteps && outputs === undefined) {
        args.notApplicable("its config does not say what is deployed (`outputs`)");
      }
      const stack = engineStack(args.resources, {
        disposable: isDisposable(),
        before: outputs,
      });
      const withLevel = report as unknown as ReportWithLevel;
      for (const { urn, message, level: own } of rule.check(stack, [stack])) {
        // One that is given counts more than the pack's config.
        withLevel({ message, urn, ...(own !== undefined && { enforcementLevel: own }) });
      }
    },
  };
}

/** The CLI hands the stack's config to a policy pack in its environment, as it does to a program. */
function isDisposable(): boolean {
  return engineConfig()["openedx:disposable"] === "true";
}
