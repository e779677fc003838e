import { dumpHours, dumpJobPrefix } from "../../cloud/backupStore.js";
import type { AddOnContext } from "../types.js";
import { type Alert, alert, type AlertText, where } from "./rules.js";
import { certificateLeft, volumeLeft } from "./siteAlerts.js";

const hour = 3600;

/** What an operator should hear of what all sites share. */
export function platformAlerts({
  config,
  sites,
  has,
}: Pick<AddOnContext, "config" | "sites" | "has">): Alert[] {
  const { namespace } = config.services;
  const texts: AlertText[] = [
    {
      name: "OpenEdxDataServiceNotReady",
      severity: "critical",
      expr:
        `kube_statefulset_status_replicas_ready${where({ namespace })} < on (namespace, statefulset) ` +
        `kube_statefulset_replicas${where({ namespace })}`,
      for: "10m",
      summary: "A shared data service is not whole",
      description:
        "Only {{ $value }} pods of the StatefulSet {{ $labels.statefulset }} are ready, fewer than it asks for.",
    },
    {
      name: "OpenEdxDataVolumeNearlyFull",
      severity: "critical",
      expr: volumeLeft(namespace),
      for: "15m",
      summary: "A volume of a shared data service is nearly full",
      description:
        "{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} of its space left.",
    },
    {
      name: "OpenEdxEdgeCertificateExpiring",
      severity: "warning",
      expr: certificateLeft([
        `exported_namespace!~"${["", ...sites.map((site) => site.namespace)].join("|")}"`,
      ]),
      for: "1h",
      summary: "A certificate that is not a site's own runs out",
      description:
        "{{ $labels.name }} is valid for {{ $value | humanizeDuration }} more, and is not being renewed.",
    },
    dumpFailed(namespace),
    ...(has("velero") ? [backupTooOld()] : []),
  ];
  return texts.map((text) => alert(text));
}

/** A dump that was to be made and was not, from the hour on at which one is given up. Silent where there are none. */
function dumpFailed(namespace: string): AlertText {
  const of = where({ namespace, cronjob: `~${dumpJobPrefix}.+` });
  const [asked, done] = ["schedule", "successful"].map(
    (what) => `max by (cronjob) (kube_cronjob_status_last_${what}_time${of})`,
  );
  return {
    name: "OpenEdxDumpFailed",
    severity: "critical",
    expr: `(${asked} > ${done}) or (${asked} unless on (cronjob) ${done})`,
    for: `${dumpHours}h`,
    summary: "A data service was not dumped",
    description: "The last Job of {{ $labels.cronjob }} left no dump in the store for backups.",
  };
}

function backupTooOld(): AlertText {
  return {
    name: "OpenEdxBackupTooOld",
    severity: "critical",
    expr: `time() - max by (schedule) (velero_backup_last_successful_timestamp{schedule!=""}) > ${36 * hour}`,
    for: "1h",
    summary: "There is no new backup",
    description:
      "The last backup by {{ $labels.schedule }} that went well is {{ $value | humanizeDuration }} old.",
  };
}
