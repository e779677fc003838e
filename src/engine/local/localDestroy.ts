import { UserError } from "../../workspace/errors.js";
import { withStep } from "../../workspace/progress.js";
import { removeRecords } from "./leaving.js";
import { protectedOnes } from "./removal.js";
import { withSession } from "./session.js";
import { removeStateNamespaceIfEmpty } from "./stateStore.js";
import type { LocalOptions, ResourceResult } from "./types.js";

/**
 * Takes everything that `localUp` made from the cluster, dependents first, and then the state with the generated
 * secrets. The program is not needed.
 * @throws UserError when something is protected; then nothing is deleted.
 */
export function localDestroy(options: LocalOptions): Promise<{ resources: ResourceResult[] }> {
  return withSession(options, async (session) => {
    const { store, ledger, sites } = session;
    const records = new Map(Object.entries(store.state.resources));
    const kept = protectedOnes(records);
    if (kept.length > 0) {
      throw new UserError(
        `Nothing was deleted, since this is protected: ${kept.join(", ")}. ` +
          `Take "protect" off in the program and bring it up once, then destroy it.`,
      );
    }
    for (const [urn, record] of records) {
      record.obsolete.forEach((ref, index) =>
        records.set(`${urn}#${index}`, { ...record, ref, obsolete: [] }),
      );
    }
    const text = `deleting ${records.size} resources`;
    try {
      const resources = await withStep(options.progress, text, () => removeRecords(session, records));
      await store.remove();
      await removeStateNamespaceIfEmpty(sites.main.cluster);
      return { resources: resources.filter(({ urn }) => !urn.includes("#")) };
    } catch (error) {
      await ledger.flush();
      throw error;
    }
  });
}
