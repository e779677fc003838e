import type { BackupStore } from "./services.js";

/** What names of dumps begin with in the store: by it the store's own rules find what to delete. */
export const dumpsPrefix = "dumps/";
/** What names of the CronJobs that make them begin with. */
export const dumpJobPrefix = "dump-";
/** Hours until a dump is given up: large ones take long, and the next day's must not meet it. */
export const dumpHours = 6;

/** The parts of a stack's config that say where backups go. */
export interface BackupConfig {
  services: {
    backup: {
      store?: BackupStore;
      /** Days after which the cloud's store deletes dumps. */
      days: number;
      /** Of the cloud's store. Default: the cluster's. */
      region?: string;
    };
  };
  credentials: Record<string, Record<string, string>>;
}

/**
 * Where backups go: the config's store, else the one that the cloud brings; the config's keys go before the cloud's.
 * @param brought the cloud's. Default: none.
 */
export function storeForBackups(
  { services, credentials }: BackupConfig,
  brought?: BackupStore,
): BackupStore | undefined {
  const store = services.backup.store ?? brought;
  const { accessKey, secretKey } = credentials.backup ?? {};
  return store === undefined || accessKey === undefined || secretKey === undefined
    ? store
    : { ...store, keys: { accessKey, secretKey } };
}
