import type { Json } from "../../kubernetes/objects.js";

/** One step of a path: a key of a map, or an index of a list. */
export type PathStep = string | number;

/**
 * The steps of a property path as the engine writes it: `values.image.tag`, `spec.ports[0].name`,
 * `metadata.annotations["pulumi.com/replaceUnready"]`. Other text is taken as one key.
 */
export function parsePath(path: string): PathStep[] {
  const steps: PathStep[] = [];
  const step = /\.?(?:\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+))/y;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (found === null) {
      return [path];
    }
    const [, index, quoted, name] = found;
    steps.push(index === undefined ? (quoted?.replace(/\\(.)/g, "$1") ?? name ?? "") : Number(index));
  }
  return steps;
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: Json | undefined, path: readonly PathStep[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, step) => {
    if (typeof inner !== "object" || inner === null) {
      return undefined;
    }
    return Array.isArray(inner) ? inner[Number(step)] : inner[String(step)];
  }, value);
}
