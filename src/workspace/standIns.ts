import { AsyncLocalStorage } from "node:async_hooks";
import { standInKey } from "./standInKey.js";

/*
 * In a plan, what is generated is unknown, and with it every text that a secret stands in: settings files, and the names
 * of the Jobs that read them. Two such plans can't be compared. A plan with stand-ins has a known text in the place of
 * each secret, which says whose place it is, so that all around it shows. No real secret takes part in it.
 */

/** Holds in a plan with stand-ins, and not in runs beside it: what the program reads as a secret gets one too. */
const storage = new AsyncLocalStorage<true>();

/** Characters that survive wherever a secret does; the end is marked, since names run into what follows. */
const pattern = /STAND-IN\.([A-Za-z0-9_-]+)~/g;

/** Whether this run must take no real secret into its resources. */
export function withStandIns(): boolean {
  return storage.getStore() === true;
}

/** Runs `work` so that `withStandIns` is true. */
export function runWithStandIns<T>(work: () => Promise<T>): Promise<T> {
  return storage.run(true, work);
}

/** What stands for the secret of that name. A private key gets one that can be parsed. */
export function standIn(name: string): string {
  return /RSA_PRIVATE_KEY$/i.test(name.replaceAll("-", "_"))
    ? standInPrivateKey()
    : `STAND-IN.${name.replace(/[^A-Za-z0-9_-]/g, "_")}~`;
}

/** PEM of a key that guards nothing, always the same. */
export function standInPrivateKey(): string {
  return standInKey("plan").pem;
}

/** The text with its stand-ins named; undefined for a text without one, which may hold a real secret. */
export function nameStandIns(text: string): string | undefined {
  const named = text.replace(pattern, "[secret $1]");
  return named === text ? undefined : named;
}
