import { withStep, type Progress } from "../../workspace/progress.js";
import type { Registration } from "../types.js";
import type { Ledger } from "./ledger.js";
import type { Owners } from "./owners.js";
import { planRemoval, removeInOrder } from "./removal.js";
import { removeRef } from "./removeRef.js";
import { refKey, type ObjectRef } from "./resourcePaths.js";
import type { Session } from "./session.js";
import type { ResourceRecord } from "./state.js";
import type { ResourceResult } from "./types.js";

/** What the state knows and the program no longer has. */
export function leavingRecords(
  { state }: Ledger,
  registrations: readonly Registration[],
): Map<string, ResourceRecord> {
  const present = new Set(registrations.map(({ urn }) => urn));
  return new Map(Object.entries(state.resources).filter(([urn]) => !present.has(urn)));
}

/** True if some resource was another object before, which is still there. */
export function hasObsolete({ state }: Ledger): boolean {
  return Object.values(state.resources).some(({ obsolete }) => obsolete.length > 0);
}

/** Deletes what the program no longer has, and what its resources were before. */
export async function removeLeaving(
  { ledger, sites, signal }: Session,
  registrations: readonly Registration[],
  owners: Owners,
  progress: Progress,
): Promise<ResourceResult[]> {
  const { resources } = ledger.state;
  const leaving = leavingRecords(ledger, registrations);
  if (leaving.size === 0 && !hasObsolete(ledger)) {
    return [];
  }
  const keyOf = (record: ResourceRecord, ref: ObjectRef): string =>
    `${sites.of(record).cluster.access.server}|${refKey(ref)}`;
  // An object may have passed to another resource: then it is not the old one's to delete.
  const kept = new Set(
    Object.entries(resources).flatMap(([urn, record]) =>
      leaving.has(urn) ? [] : [keyOf(record, record.ref)],
    ),
  );
  return withStep(progress, "deleting what is no longer needed", async () => {
    await Promise.all(
      Object.entries(resources).flatMap(([urn, record]) =>
        record.obsolete.map(async (ref) => {
          // Noted before its kind was defined, it may name a namespace although it is in none.
          const { apiVersion, kind, ...metadata } = ref;
          const place = await sites.of(record).paths.ref({ apiVersion, kind, metadata });
          if (!kept.has(keyOf(record, place)) && !record.retainOnDelete) {
            await removeRef(sites.of(record), ref, owners.of(urn), signal);
          }
          record.obsolete = record.obsolete.filter((other) => other !== ref);
          ledger.save();
        }),
      ),
    );
    const own = new Map([...leaving].filter(([, record]) => !kept.has(keyOf(record, record.ref))));
    return [...(await removeRecords({ ledger, sites, signal }, own)), ...forget(ledger, leaving)];
  });
}

/** Deletes resources in the order that their dependencies ask for, and forgets them one by one. */
export async function removeRecords(
  { ledger, sites, signal }: Pick<Session, "ledger" | "sites" | "signal">,
  records: ReadonlyMap<string, ResourceRecord>,
): Promise<ResourceResult[]> {
  const results: ResourceResult[] = [];
  await removeInOrder(planRemoval(records), async ({ urn, record }) => {
    signal.throwIfAborted();
    await removeRef(sites.of(record), record.ref, nameOf(urn), signal);
    results.push({ urn, type: record.type, name: nameOf(urn), action: "deleted" });
    delete ledger.state.resources[urn];
    ledger.save();
  });
  return results;
}

function forget(ledger: Ledger, leaving: ReadonlyMap<string, ResourceRecord>): ResourceResult[] {
  const forgotten = [...leaving].filter(([urn]) => urn in ledger.state.resources);
  forgotten.forEach(([urn]) => delete ledger.state.resources[urn]);
  return forgotten.map(([urn, { type }]) => ({ urn, type, name: nameOf(urn), action: "deleted" }));
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}
