import { storeForBackups } from "../cloud/backupStore.js";
import type { BackupStore } from "../cloud/services.js";
import type { Cloud } from "../cloud/types.js";
import { credential, howToGive } from "./credentials.js";
import type { ServicesRequest } from "./types.js";

/** The config's store and keys for backups, as far as they stand in it; a sentence for each fault. */
export function backupFaults(config: ServicesRequest): string[] {
  const { store } = config.services.backup;
  const keys = (["accessKey", "secretKey"] as const).map(
    (name) => [name, credential(config, "backup", name)] as const,
  );
  const missing = keys.filter(([, value]) => value === undefined);
  // A store of the config's own needs both; for the cloud's, both or neither.
  const isNeeded = store !== undefined || missing.length === 1;
  return [
    ...(isNeeded
      ? missing.map(
          ([name]) =>
            `openedx:credentials.backup.${name}: is missing, and ` +
            `${store === undefined ? "its other half is there" : "openedx:services.backup.store is set"}. ` +
            `Give it by ${howToGive("backup", name)}`,
        )
      : []),
    ...(store?.kind === "azure" && store.account === undefined
      ? ["openedx:services.backup.store.account: is missing, and the store is Azure's"]
      : []),
  ];
}

/** Where the dumps of services on the cluster go; undefined where none are wanted, or there is no place for them. */
export function backupStore(config: ServicesRequest, cloud: Pick<Cloud, "backup">): BackupStore | undefined {
  return config.services.backup.enabled ? storeForBackups(config, cloud.backup) : undefined;
}

/**
 * What an operator should know of the backups of services on the cluster, before they are needed.
 * @param onCluster titles of the services there that are backed up
 */
export function backupWarnings(
  { services, disposable }: ServicesRequest,
  onCluster: readonly string[],
  store: BackupStore | undefined,
): string[] {
  if (onCluster.length === 0 || !services.backup.enabled || disposable) {
    return [];
  }
  if (store === undefined) {
    return [
      `${onCluster.join(" and ")} on the cluster have no backups: there is no store for them. Set ` +
        "openedx:services.backup.store, or openedx:services.backup.enabled to false if that is as you want it.",
    ];
  }
  // The schema of MySQL's operator demands a Secret with keys; an identity of the pods is nothing that it takes.
  return store.keys === undefined
    ? [
        `${onCluster.join(" and ")} on the cluster have no backups: the operators need keys for the store. Give them by ` +
          `${howToGive("backup", "accessKey")} and ${howToGive("backup", "secretKey")}.`,
      ]
    : [];
}
