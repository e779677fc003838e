import type { AddOnName } from "../config/platform.js";
import type { AddOn, PlatformFacts } from "./types.js";

/** Add-ons that, where they are on, are ready before this one begins. */
export function waitsFor(addOn: AddOn, facts: PlatformFacts): readonly AddOnName[] {
  return [...new Set([...addOn.after, ...(addOn.requires?.(facts) ?? [])])];
}

/**
 * The same items, each after all that it waits for; otherwise they stay as they come.
 * @throws Error for a cycle, which is a fault of the catalogue.
 */
export function inOrder<Item extends { addOn: AddOn }>(items: readonly Item[], facts: PlatformFacts): Item[] {
  const ordered: Item[] = [];
  let rest = [...items];
  while (rest.length > 0) {
    const waiting = new Set(rest.map(({ addOn }) => addOn.name));
    const next = rest.find(({ addOn }) => !waitsFor(addOn, facts).some((name) => waiting.has(name)));
    if (next === undefined) {
      throw new Error(`Add-ons wait for each other in a circle: ${[...waiting].join(", ")}`);
    }
    ordered.push(next);
    rest = rest.filter((item) => item !== next);
  }
  return ordered;
}
