import type { Json } from "../kubernetes/objects.js";
import type { PropertyChange } from "./types.js";

/** Every path at which two values differ, in the order of paths. A list is compared item by item. */
export function propertyChanges(
  before: Json | undefined,
  after: Json | undefined,
  path = "",
): PropertyChange[] {
  if (isList(before) && isList(after)) {
    const longer = Math.max(before.length, after.length);
    return Array.from({ length: longer }).flatMap((_, index) =>
      propertyChanges(before[index], after[index], `${path}[${index}]`),
    );
  }
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => propertyChanges(before[key], after[key], step(path, key)));
  }
  return JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

/** `a.b`, or `a["x.y/z"]` for a key that is no plain word. */
function step(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) {
    return `${path}[${JSON.stringify(key)}]`;
  }
  return path === "" ? key : `${path}.${key}`;
}

export function isMap(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: Json | undefined): value is Json[] {
  return Array.isArray(value);
}
