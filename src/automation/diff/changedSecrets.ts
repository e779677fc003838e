import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isMap } from "../../diff/properties.js";
import type { ChangedSecrets } from "../../diff/impact.js";
import type { PlanFile } from "../../diff/types.js";
import type { Checkout } from "./checkout.js";

const instanceType = "openedx:instance:OpenEdxInstance";

/** One side of a comparison. */
export interface PlannedSide {
  checkout: Checkout;
  plan: PlanFile;
}

/**
 * Secret settings that changed between two sides, by instance. Values are compared as they stand in the files, encrypted
 * ones as such, and never leave this function.
 */
export function changedSecrets(stack: string, before: PlannedSide, after: PlannedSide): ChangedSecrets {
  const instances = new Set([...instancesOf(before.plan), ...instancesOf(after.plan)]);
  return Object.fromEntries(
    [...instances].map((instance) => {
      const [was, is] = [before, after].map((side) => secretTexts(stack, instance, side));
      const keys = new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})]);
      return [instance, [...keys].filter((key) => was?.[key] !== is?.[key]).sort()];
    }),
  );
}

/** What stands in the files for each secret setting of an instance. */
function secretTexts(
  stack: string,
  instance: string,
  { checkout, plan }: PlannedSide,
): Record<string, string> {
  const stackFile = yamlOf(join(checkout.folder, "stacks", `Pulumi.${stack}.yaml`));
  const config = asMap(stackFile.config);
  const given = asMap(asMap(config["openedx:secrets"])[instance]);
  const { folder = join("instances", instance) } = asMap(asMap(config["openedx:instances"])[instance]);
  const written = yamlOf(join(checkout.folder, typeof folder === "string" ? folder : "", "config.yml"));
  const component = plan.resources.find(({ type, name }) => type === instanceType && name === instance);
  const plain = asMap(component?.inputs.settings);
  const hidden = Object.entries(written).filter(([key]) => component !== undefined && !(key in plain));
  return Object.fromEntries(
    [...hidden, ...Object.entries(given)].map(([key, value]) => [key, JSON.stringify(value)]),
  );
}

function instancesOf({ resources }: PlanFile): string[] {
  return resources.filter(({ type }) => type === instanceType).map(({ name }) => name);
}

function yamlOf(file: string): Record<string, unknown> {
  try {
    return asMap(parse(readFileSync(file, "utf8"), { version: "1.1" }));
  } catch {
    return {}; // a side that could be planned without the file has no secrets in it
  }
}

function asMap(value: unknown): Record<string, unknown> {
  return isMap(value as never) ? (value as Record<string, unknown>) : {};
}
