import type { CloudRequest } from "./request.js";
import type { BackupStore } from "./services.js";

/**
 * Where backups go: the config's store, else the one that the cloud brings; the config's keys go before the cloud's.
 * @param brought the cloud's. Default: none.
 */
export function storeForBackups(
  { services, credentials }: Pick<CloudRequest, "services" | "credentials">,
  brought?: BackupStore,
): BackupStore | undefined {
  const store = services.backup.store ?? brought;
  const { accessKey, secretKey } = credentials.backup ?? {};
  return store === undefined || accessKey === undefined || secretKey === undefined
    ? store
    : { ...store, keys: { accessKey, secretKey } };
}
