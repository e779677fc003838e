/** When a cloud may interrupt what runs. */
export interface Maintenance {
  /** As IANA names it, such as Europe/Berlin. */
  timeZone: string;
  /** In which nothing is touched that need not be; in their order. */
  quietPeriods: readonly QuietPeriod[];
}

/** Whole days, such as 2027-01-18, both included. */
export interface QuietPeriod {
  from: string;
  to: string;
}

export const dayMs = 86_400_000;
const week = 7 * 24 * 60;

/** Whether it is a time zone that programs know. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Days of a period; NaN if a day of it is none. */
export function daysOf({ from, to }: QuietPeriod): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs + 1;
}

/** When a day begins, in milliseconds since 1970. */
export function midnight(day: string, timeZone: string): number {
  const utc = Date.parse(day);
  return utc - offsetAt(utc, timeZone) * 60_000;
}

/** Day of the week (Sunday is 0) and time in UTC of an hour in the zone's winter; in summer clocks show an hour more. */
export function utcTime(
  weekday: number,
  hour: number,
  timeZone: string,
): { day: number; hours: number; minutes: number } {
  const offset = Math.min(...["2026-01-01", "2026-07-01"].map((day) => offsetAt(Date.parse(day), timeZone)));
  const at = ((((weekday * 24 + hour) * 60 - offset) % week) + week) % week;
  return { day: Math.floor(at / 1440), hours: Math.floor(at / 60) % 24, minutes: at % 60 };
}

/** Minutes that clocks are before UTC. */
function offsetAt(time: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts(time);
  const text = parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  const [, sign, hours, minutes] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(text) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}
