import { setMaxListeners } from "node:events";
import { UserError } from "../../workspace/errors.js";
import { holdLease } from "./lease.js";
import { Ledger } from "./ledger.js";
import { Sites } from "./sites.js";
import { ensureStateNamespace, stateName, StateStore } from "./stateStore.js";
import type { LocalOptions } from "./types.js";

/** What every run of the local runner works with while it alone holds the stack. */
export interface Session {
  sites: Sites;
  store: StateStore;
  ledger: Ledger;
  /** Set off by the caller, or when the lease is lost. */
  signal: AbortSignal;
}

/**
 * Takes the stack's lease, reads its state, runs `work`, and leaves all in order whatever happens.
 * @throws UserError when the cluster cannot be reached, or another run holds the stack.
 */
export async function withSession<T>(
  options: LocalOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const sites = new Sites(options.kubeconfig, options.helm);
  try {
    const { cluster } = sites.main;
    const name = stateName(options.project, options.stack);
    await ensureStateNamespace(cluster);
    const lease = await holdLease(cluster, name);
    try {
      const store = await StateStore.open(cluster, name);
      const signals = [lease.lost, ...(options.signal === undefined ? [] : [options.signal])];
      const signal = AbortSignal.any(signals);
      setMaxListeners(0, signal); // every wait listens
      for (const [urn, kubeconfig] of Object.entries(store.state.providers)) {
        sites.addProvider(urn, { kubeconfig });
      }
      const session = { sites, store, ledger: new Ledger(store), signal };
      const result = await work(session).catch(async (error: unknown) => {
        await store.close().catch(() => undefined); // the first error tells more
        throw signal.aborted ? whyStopped(signal) : error;
      });
      await store.close();
      return result;
    } finally {
      await lease.release();
    }
  } finally {
    sites.close();
  }
}

function whyStopped(signal: AbortSignal): UserError {
  return signal.reason instanceof UserError
    ? signal.reason
    : new UserError("The run was stopped. What was done is kept; run again to go on.");
}
