import { storeForBackups } from "../cloud/backupStore.js";
import type { BackupStore } from "../cloud/services.js";
import type { Cloud, CloudAbilities } from "../cloud/types.js";
import { credential, howToGive } from "./credentials.js";
import type { ServiceFacts, ServiceMode } from "./facts.js";
import { serviceFacts } from "./factsTable.js";
import { hasKeys, type KeyedStore } from "./operatorBackup.js";
import { planOf, type ServicesPlan } from "./table.js";
import type { ServicesRequest } from "./types.js";

const keyNames = ["accessKey", "secretKey"] as const;

/** What is wrong with the config's store, region and keys for backups; a sentence for each fault. */
export function backupFaults(config: ServicesRequest, abilities: CloudAbilities): string[] {
  const { store, region } = config.services.backup;
  const missing = keyNames.filter((name) => credential(config, "backup", name) === undefined);
  // A store of the config's own needs both; for the cloud's, both or neither.
  const isNeeded = store !== undefined || missing.length === 1;
  const faults = isNeeded
    ? missing.map(
        (name) =>
          `openedx:credentials.backup.${name}: is missing, and ` +
          `${store === undefined ? "its other half is there" : "openedx:services.backup.store is set"}. ` +
          `Give it by ${howToGive("backup", name)}`,
      )
    : [];
  if (store?.kind === "azure" && store.account === undefined) {
    faults.push("openedx:services.backup.store.account: is missing, and the store is Azure's");
  }
  if (store === undefined && missing.length === 0 && abilities.backup && abilities.backupKeys !== true) {
    faults.push(
      `openedx:credentials.backup: the store for backups of "${config.cloud}" takes no keys, and needs none: dumps go ` +
        "there by workload identity. Take them out, or name a store of your own in openedx:services.backup.store",
    );
  }
  const { enabled, modes } = config.services.backup;
  const asked = modes.filter((mode) => mode !== "cluster");
  if (enabled && asked.length > 0 && faults.length === 0 && wayIn(config, abilities) === undefined) {
    faults.push(
      `openedx:services.backup.modes: names ${asked.join(" and ")}, and there is no store that backups could go to. Set ` +
        "openedx:services.backup.store, or take it out",
    );
  }
  if (region !== undefined && (store !== undefined || !abilities.backup)) {
    faults.push(
      `openedx:services.backup.region: is that of the cloud's store, and ${
        store === undefined
          ? `"${config.cloud}" brings none`
          : "openedx:services.backup.store is used instead of it"
      }. Take it out`,
    );
  }
  return faults;
}

/** By what the store lets writers in; undefined: there is no store, or no way into it. */
function wayIn(
  config: ServicesRequest,
  { backup, workloadIdentity }: Pick<CloudAbilities, "backup" | "workloadIdentity">,
): "keys" | "identity" | undefined {
  const { store } = config.services.backup;
  if (keyNames.every((name) => credential(config, "backup", name) !== undefined)) {
    return store !== undefined || backup ? "keys" : undefined;
  }
  return store === undefined && backup && workloadIdentity ? "identity" : undefined;
}

/**
 * How a service is backed up: by the operator that runs it, which needs keys, or by dumps, which need a workload identity
 * or keys; undefined: not by this stack. Pure.
 */
export function backedUpBy(
  config: ServicesRequest,
  abilities: Pick<CloudAbilities, "backup" | "workloadIdentity">,
  { isBackedUp }: Pick<ServiceFacts, "isBackedUp">,
  mode: ServiceMode,
): "operator" | "dumps" | undefined {
  const { enabled, modes } = config.services.backup;
  const way = wayIn(config, abilities);
  if (!enabled || isBackedUp !== true || way === undefined || !modes.some((each) => each === mode)) {
    return undefined;
  }
  return mode === "cluster" && way === "keys" ? "operator" : "dumps";
}

/** Where backups go, and by which keys or whose identity; undefined: there is no such place. */
export function backupStore(config: ServicesRequest, cloud: Pick<Cloud, "backup">): BackupStore | undefined {
  return config.services.backup.enabled ? storeForBackups(config, cloud.backup) : undefined;
}

/** The store, where the operators can use it. */
export function keyedStore(config: ServicesRequest, cloud: Pick<Cloud, "backup">): KeyedStore | undefined {
  const store = backupStore(config, cloud);
  return hasKeys(store) ? store : undefined;
}

/** A service that holds what cannot be made anew, and that nothing backs up. */
export interface BackupGap {
  /** Its name in the table of services. */
  service: string;
  mode: ServiceMode;
  /** A sentence with what to do. */
  text: string;
}

/**
 * What of the stack's data has no backup, whether or not the config says that this is meant. Pure: for the plan's
 * warnings, and for rules that make a backup mandatory. Nothing in a disposable stack. What is `managed` the cloud backs
 * up, and what is `external` its owner.
 * @param volumes true: an add-on backs up the volumes of the sites and of the services on the cluster
 */
export function backupGaps(
  config: ServicesRequest,
  plan: Pick<ServicesPlan, "namespace">,
  abilities: CloudAbilities,
  volumes: boolean,
): BackupGap[] {
  if (config.disposable) {
    return [];
  }
  return Object.entries<ServiceFacts>(serviceFacts).flatMap(([service, facts]) => {
    const { mode } = planOf(plan, service);
    const isHeld =
      facts.isBackedUp === undefined || mode === "managed" || mode === "external"
        ? true
        : mode === "bundled" || !facts.isBackedUp
          ? volumes || Object.keys(config.instances).length === 0
          : backedUpBy(config, abilities, facts, mode) !== undefined;
    return isHeld ? [] : [{ service, mode, text: gapText(config, facts, mode, abilities) }];
  });
}

/** The gaps that the config does not say are meant, as sentences. */
export function backupWarnings(...about: Parameters<typeof backupGaps>): string[] {
  const [{ services }] = about;
  return services.backup.enabled ? backupGaps(...about).map(({ text }) => text) : [];
}

function gapText(
  config: ServicesRequest,
  { title, isBackedUp }: ServiceFacts,
  mode: ServiceMode,
  abilities: CloudAbilities,
): string {
  const meant = "or openedx:services.backup.enabled to false if that is as you want it.";
  if (mode === "bundled" || isBackedUp !== true) {
    const where = mode === "bundled" ? "in the sites' namespaces" : "on the cluster";
    return `${title} ${where} has no backup. Set openedx:platform.addons.velero to on, which copies volumes, ${meant}`;
  }
  const { modes } = config.services.backup;
  const [why, remedy] = !modes.includes("cluster")
    ? ["openedx:services.backup.modes leaves it out", "Add cluster there"]
    : abilities.backup || config.services.backup.store !== undefined
      ? ["nothing may write to the store", `Give keys by ${howToGive("backup", "accessKey")} and .secretKey`]
      : ["there is no store for them", "Set openedx:services.backup.store"];
  return `${title} on the cluster has no backups: ${why}. ${remedy}, ${meant}`;
}
