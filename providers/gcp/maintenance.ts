import type { ClusterArgs } from "@pulumi/gcp/container/cluster.js";
import type { InstanceArgs } from "@pulumi/gcp/redis/instance.js";
import type { container, sql } from "@pulumi/gcp/types/input.js";
import type * as pulumi from "@pulumi/pulumi";
import { dayMs, type Maintenance, midnight, utcTime } from "./calendar.js";

const minuteMs = 60_000;

/** A Saturday; from when on a window recurs does not matter. */
const firstDay = "2026-01-03";

/** Of each night, by the clocks of the time zone. */
const night = { from: 1, hours: 8 };

/** On Sunday, by the clocks of the time zone. */
const serviceHour = 3;

/** Google's word for the day, and for days in recurrences, from Sunday on. */
const weekdays = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"] as const;

/**
 * When Google brings patches to the cluster: at night, at the weekend where there are no quiet periods, since it asks for
 * two days' worth of windows in any 32 days. A minor version comes by the config alone, until Google ends its support.
 */
export function gkeMaintenance({
  timeZone,
  quietPeriods,
}: Maintenance): NonNullable<ClusterArgs["maintenancePolicy"]> {
  const start = midnight(firstDay, timeZone) + night.from * 60 * minuteMs;
  const days = [6, 0].map((day) => weekdays[utcTime(day, night.from, timeZone).day]?.slice(0, 2));
  const quiet = quietPeriods.map(({ from, to }): container.ClusterMaintenancePolicyMaintenanceExclusion => ({
    exclusionName: `quiet-${from}`,
    startTime: rfc3339(midnight(from, timeZone)),
    endTime: rfc3339(midnight(to, timeZone) + dayMs),
    exclusionOptions: { scope: "NO_UPGRADES" },
  }));
  return {
    recurringWindow: {
      startTime: rfc3339(start),
      endTime: rfc3339(start + night.hours * 60 * minuteMs),
      recurrence: quiet.length > 0 ? "FREQ=DAILY" : `FREQ=WEEKLY;BYDAY=${days.join(",")}`,
    },
    maintenanceExclusions: [
      {
        exclusionName: "minor-versions",
        startTime: rfc3339(Date.parse(firstDay)),
        exclusionOptions: { scope: "NO_MINOR_UPGRADES", endTimeBehavior: "UNTIL_END_OF_SUPPORT" },
      },
      ...quiet,
    ],
  };
}

interface MySqlMaintenance {
  maintenanceWindow: { day: number; hour: number };
  /** Of daily backups, as `HH:MM` in UTC. */
  backupTime: string;
  denyMaintenancePeriod?: sql.DatabaseInstanceSettingsDenyMaintenancePeriod;
}

/** When Google may restart MySQL. It takes one quiet period, so that all become one, from the first day to the last. */
export function mysqlMaintenance({ timeZone, quietPeriods }: Maintenance): MySqlMaintenance {
  const window = utcTime(0, serviceHour, timeZone);
  const backup = utcTime(0, serviceHour - 1, timeZone);
  const [first] = quietPeriods;
  const last = quietPeriods.at(-1);
  return {
    // Monday is 1, Sunday 7.
    maintenanceWindow: { day: window.day === 0 ? 7 : window.day, hour: window.hours },
    backupTime: [backup.hours, backup.minutes].map((part) => String(part).padStart(2, "0")).join(":"),
    ...(first &&
      last && {
        denyMaintenancePeriod: {
          startDate: rfc3339(midnight(first.from, timeZone)).slice(0, 10),
          endDate: rfc3339(midnight(last.to, timeZone) + dayMs).slice(0, 10),
          time: rfc3339(midnight(first.from, timeZone)).slice(11, 19),
        },
      }),
  };
}

/** When Google may restart Redis, which takes no quiet periods. */
export function redisMaintenance({
  timeZone,
}: Maintenance): pulumi.Unwrap<NonNullable<InstanceArgs["maintenancePolicy"]>> {
  const { day, hours, minutes } = utcTime(0, serviceHour, timeZone);
  return {
    weeklyMaintenanceWindows: [
      { day: weekdays[day] as (typeof weekdays)[number], startTime: { hours, minutes } },
    ],
  };
}

function rfc3339(time: number): string {
  return new Date(time).toISOString().replace(".000Z", "Z");
}
