import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { SecretChanges } from "../../diff/compare.js";
import type { PlanFile } from "../../diff/types.js";
import { isMap } from "../../workspace/yaml.js";
import type { Checkout } from "./checkout.js";

const instanceType = "openedx:instance:OpenEdxInstance";
const secretsKey = "openedx:secrets";

/** One side of a comparison. */
export interface PlannedSide {
  checkout: Pick<Checkout, "folder">;
  plan: PlanFile;
}

/**
 * Secret settings that changed between two sides. Values are compared as they stand in the files, encrypted ones as
 * such, so that no passphrase is needed, and never leave this function.
 */
export function changedSecrets(stack: string, before: PlannedSide, after: PlannedSide): SecretChanges {
  const instances = new Set([...instancesOf(before.plan), ...instancesOf(after.plan)]);
  const [was, is] = [before, after].map(({ checkout }) => configOf(stack, checkout));
  return {
    ofInstances: Object.fromEntries(
      [...instances].map((instance) => [
        instance,
        differing(...sides(before, after, (side) => secretTexts(stack, instance, side))),
      ]),
    ),
    ofStack: differing(encrypted(was, ""), encrypted(is, "")),
  };
}

function sides<T>(before: PlannedSide, after: PlannedSide, read: (side: PlannedSide) => T): [T, T] {
  return [read(before), read(after)];
}

function differing(was: Record<string, string>, is: Record<string, string>): string[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((key) => was[key] !== is[key]).sort();
}

/** What stands in the files for each secret setting of an instance. */
function secretTexts(
  stack: string,
  instance: string,
  { checkout, plan }: PlannedSide,
): Record<string, string> {
  const config = configOf(stack, checkout);
  const given = asMap(asMap(config[secretsKey])[instance]);
  const { folder = join("instances", instance) } = asMap(asMap(config["openedx:instances"])[instance]);
  const written = yamlOf(join(checkout.folder, typeof folder === "string" ? folder : "", "config.yml"));
  const component = plan.resources.find(({ type, name }) => type === instanceType && name === instance);
  const plain = asMap(component?.inputs.settings);
  const hidden = Object.entries(written).filter(([key]) => component !== undefined && !(key in plain));
  return Object.fromEntries(
    [...hidden, ...Object.entries(given)].map(([key, value]) => [key, JSON.stringify(value)]),
  );
}

/** Every `secure:` of the stack's file by its path, but those of an instance. */
function encrypted(value: unknown, path: string): Record<string, string> {
  if (Array.isArray(value)) {
    return Object.assign({}, ...value.map((item, index) => encrypted(item, `${path}[${index}]`))) as Record<
      string,
      string
    >;
  }
  const map = asMap(value);
  if (typeof map.secure === "string" && Object.keys(map).length === 1) {
    return { [path]: map.secure };
  }
  const below = Object.entries(map)
    .filter(([key, item]) => path !== "" || key !== secretsKey || isWhole(item))
    .map(([key, item]) => encrypted(item, path === "" ? key : `${path}.${key}`));
  return Object.assign({}, ...below) as Record<string, string>;
}

/** The secrets of all instances as one encrypted text. */
function isWhole(value: unknown): boolean {
  return typeof asMap(value).secure === "string";
}

function instancesOf({ resources }: PlanFile): string[] {
  return resources.filter(({ type }) => type === instanceType).map(({ name }) => name);
}

function configOf(stack: string, { folder }: PlannedSide["checkout"]): Record<string, unknown> {
  return asMap(yamlOf(join(folder, "stacks", `Pulumi.${stack}.yaml`)).config);
}

function yamlOf(file: string): Record<string, unknown> {
  try {
    return asMap(parse(readFileSync(file, "utf8"), { version: "1.1" }));
  } catch {
    return {}; // a side that could be planned without the file has no secrets in it
  }
}

function asMap(value: unknown): Record<string, unknown> {
  return isMap(value) ? value : {};
}
