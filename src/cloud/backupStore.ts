import type { BackupStore } from "./services.js";

/** The parts of a stack's config that say where backups go. */
export interface BackupConfig {
  services: { backup: { store?: BackupStore } };
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
