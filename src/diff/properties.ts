import type { Json } from "../kubernetes/objects.js";
import { isMap } from "../workspace/yaml.js";
import type { PropertyChange } from "./types.js";

/**
 * Every path at which two values differ, in the order of paths.
 *
 * Items of a list that have names are compared by them, as `containers["lms"]`, so that one in their midst doesn't make
 * all behind it others; plain items are told as the whole list; all else goes by its place.
 */
export function propertyChanges(
  before: Json | undefined,
  after: Json | undefined,
  path = "",
): PropertyChange[] {
  if (isList(before) && isList(after)) {
    return listChanges(before, after, path);
  }
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => propertyChanges(before[key], after[key], step(path, key)));
  }
  return isSame(before, after) ? [] : [changeAt(path, before, after)];
}

function listChanges(before: Json[], after: Json[], path: string): PropertyChange[] {
  const [was, is] = [byName(before), byName(after)];
  if (was !== undefined && is !== undefined) {
    const changes = [...new Set([...was.keys(), ...is.keys()])].flatMap((name) =>
      propertyChanges(was.get(name), is.get(name), `${path}[${JSON.stringify(name)}]`),
    );
    // The same items in another order are another list: init containers run in it.
    return changes.length > 0 || isSame([...was.keys()], [...is.keys()])
      ? changes
      : [changeAt(path, [...was.keys()], [...is.keys()])];
  }
  if ([...before, ...after].every((item) => !isMap(item) && !isList(item))) {
    return isSame(before, after) ? [] : [changeAt(path, before, after)];
  }
  return Array.from({ length: Math.max(before.length, after.length) }).flatMap((_, index) =>
    propertyChanges(before[index], after[index], `${path}[${index}]`),
  );
}

/** Undefined where an item has no name, or two have the same. */
function byName(list: readonly Json[]): Map<string, Json> | undefined {
  const items = new Map(
    list.flatMap((item) => (isMap(item) && typeof item.name === "string" ? [[item.name, item]] : [])),
  );
  return items.size === list.length && list.length > 0 ? items : undefined;
}

function changeAt(path: string, before: Json | undefined, after: Json | undefined): PropertyChange {
  return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

function isSame(before: Json | undefined, after: Json | undefined): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}

/** `a.b`, or `a["x.y/z"]` for a key that is not a plain word. */
function step(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) {
    return `${path}[${JSON.stringify(key)}]`;
  }
  return path === "" ? key : `${path}.${key}`;
}

export function isList(value: Json | undefined): value is Json[] {
  return Array.isArray(value);
}
