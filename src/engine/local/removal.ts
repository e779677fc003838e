import { describeRef } from "./resourcePaths.js";
import type { ResourceRecord } from "./state.js";

/** One resource to be taken away, and those that must be gone before it. */
export interface Removal {
  urn: string;
  record: ResourceRecord;
  /** URNs. */
  after: string[];
}

/**
 * In which order resources go: whatever depends on another goes before it, and what is in a namespace before the
 * namespace. Those that need not be deleted (`retainOnDelete`, or `deletedWith` one that goes) have no part in it.
 */
export function planRemoval(records: ReadonlyMap<string, ResourceRecord>): Removal[] {
  const going = new Map(
    [...records].filter(
      ([, record]) =>
        !record.retainOnDelete && (record.deletedWith === undefined || !records.has(record.deletedWith)),
    ),
  );
  const namespaces = new Map(
    [...going].filter(([, { ref }]) => ref.kind === "Namespace").map(([urn, { ref }]) => [ref.name, urn]),
  );
  const after = new Map([...going.keys()].map((urn): [string, Set<string>] => [urn, new Set()]));
  for (const [urn, { dependencies, parent, ref }] of going) {
    const namespace = ref.namespace === undefined ? undefined : namespaces.get(ref.namespace);
    for (const needed of [...dependencies, parent, namespace]) {
      if (needed !== undefined && needed !== urn) {
        after.get(needed)?.add(urn);
      }
    }
  }
  return [...going].map(([urn, record]) => ({ urn, record, after: [...(after.get(urn) ?? [])] }));
}

/** Runs `remove` for all, side by side as far as their order allows. The first failure stops what has not begun. */
export async function removeInOrder(
  removals: readonly Removal[],
  remove: (removal: Removal) => Promise<void>,
): Promise<void> {
  const begun = new Map<string, Promise<void>>();
  const byUrn = new Map(removals.map((removal) => [removal.urn, removal]));
  const begin = (removal: Removal, path: readonly string[]): Promise<void> => {
    const already = begun.get(removal.urn);
    if (already !== undefined) {
      return already;
    }
    const waits = removal.after
      .filter((urn) => !path.includes(urn)) // a ring can only come from a damaged state; better deleted than stuck
      .flatMap((urn) => byUrn.get(urn) ?? [])
      .map((other) => begin(other, [...path, removal.urn]));
    const work = Promise.all(waits).then(() => remove(removal));
    begun.set(removal.urn, work);
    return work;
  };
  const results = await Promise.allSettled(removals.map((removal) => begin(removal, [])));
  const failure = results.find((result) => result.status === "rejected");
  if (failure !== undefined) {
    throw failure.reason;
  }
}

/** Protected resources among those that would go, as shown to people. */
export function protectedOnes(records: ReadonlyMap<string, ResourceRecord>): string[] {
  return [...records]
    .filter(([, { protect, retainOnDelete }]) => protect && !retainOnDelete)
    .map(([urn, { ref }]) => `${describeRef(ref)} (${urn.split("::").at(-1)})`);
}
