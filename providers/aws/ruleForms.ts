import type { InputRule } from "../../src/cloud/rules.js";
import { clash, minutesOf } from "./windows.js";

/** A name of so many characters and such a form. */
export function named(source: string, max: number, pattern: RegExp, path = "name"): InputRule {
  return { path, min: 1, max, pattern, source };
}

/** RDS's and ElastiCache's form of ids: no two hyphens in a row, none at the end. */
export const identifier = /[a-z](-?[a-z0-9])*/;

/** An inline policy's characters without white space; all of one role count together, of which there is one here. */
export function policySize(path: string, most: number, source: string): InputRule {
  const size = (text: unknown): number => (typeof text === "string" ? text.replace(/\s/g, "").length : 0);
  return {
    path,
    check: (inputs) =>
      size(inputs[path]) > most ? `has ${size(inputs[path])} characters, more than ${most}` : undefined,
    source,
  };
}

/** A window of so many minutes at least. */
export function window(path: string, least: number, source: string): InputRule {
  return {
    path,
    check: (inputs) => {
      const value = inputs[path];
      const [start, length] = typeof value === "string" ? minutesOf(value) : [0, least];
      return Number.isNaN(start) || length < least
        ? `is ${String(value)}, less than ${least} minutes`
        : undefined;
    },
    source,
  };
}

export function apart(weekly: string, daily: string, source: string): InputRule {
  return {
    path: daily,
    check: ({ [weekly]: one, [daily]: other }) =>
      typeof one === "string" && typeof other === "string" && clash(one, other)
        ? `is ${other}, which overlaps ${one}`
        : undefined,
    source,
  };
}
