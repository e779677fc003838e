import { breaches } from "../../cloud/rules.js";
import { unknown } from "../objects.js";
import type { PolicyResource, PolicyStack, Rule } from "../types.js";

/** As plans show a secret. */
const secret = "[secret]";

/** What a cloud would refuse is known before anything is made, not after half of the stack is. */
export const apiRules: Rule = {
  name: "api-accepts",
  level: "mandatory",
  description:
    "No input of a cloud's resource is one that the cloud's API refuses, as far as its rules are known.",
  check: (stack) =>
    stack.resources
      // What is read, and not made, has none.
      .filter(({ inputs }) => Object.keys(inputs).length > 0)
      .flatMap((resource) => refused(resource, stack)),
};

function refused(
  { urn, type, name, inputs }: PolicyResource,
  { facts, secretsMarked }: PolicyStack,
): ReturnType<Rule["check"]> {
  const kind = `${type.split(":").at(-1)} ${name}`;
  return breaches(inputs, facts.rules(type), isUnknown).map(({ path, message, source }) => ({
    urn,
    // Who told the inputs may have opened secrets, which a message must not hold.
    message:
      `${kind}: ${path} ${secretsMarked ? message : "is not what the API takes"} (${source}). ` +
      "Change the key of the stack's config that it follows from.",
  }));
}

/** A value, or a part of one, that only the deployment will know, or that is not shown. */
function isUnknown(value: unknown): boolean {
  return typeof value === "string" && (value.includes(unknown) || value.includes(secret));
}
