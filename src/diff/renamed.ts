import { parseUrn } from "../engine/urn.js";
import type { PlanFile } from "./types.js";

/**
 * The plan of before with the names that its resources have now: what aliases say was called otherwise is one resource,
 * which the engine renames, and not one that goes and one that comes.
 */
export function underLaterNames(before: PlanFile, after: PlanFile): PlanFile {
  const known = new Set(before.resources.map(({ urn }) => urn));
  const renamed = new Map(
    after.resources.flatMap(({ urn, aliases = [] }) => {
      const earlier = known.has(urn) ? undefined : aliases.find((alias) => known.has(alias));
      return earlier === undefined ? [] : [[earlier, urn] as const];
    }),
  );
  if (renamed.size === 0) {
    return before;
  }
  const text = JSON.stringify(before).replace(/"(urn:pulumi:[^"\\]+)"/g, (quoted, urn: string) => {
    const later = renamed.get(urn);
    return later === undefined ? quoted : JSON.stringify(later);
  });
  const plan = JSON.parse(text) as PlanFile;
  return {
    ...plan,
    resources: plan.resources.map((resource) => ({ ...resource, name: parseUrn(resource.urn).name })),
  };
}
