const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const day = 24 * 60;

/**
 * When a window such as `sun:01:30-sun:02:30` (of a week) or `00:30-01:30` (of a day) begins, in minutes from Sunday or
 * midnight, UTC, and how many minutes long it is. NaN for what is none.
 */
export function minutesOf(window: string): [start: number, length: number] {
  const [from = NaN, to = NaN] = window.split("-").map((end) => {
    const parts = end.split(":");
    const [hour, minute] = parts.slice(-2).map(Number);
    const at = parts.length === 3 ? days.indexOf(parts[0] as string) : 0;
    return at < 0 || hour === undefined || minute === undefined || hour > 23 || minute > 59
      ? NaN
      : at * day + hour * 60 + minute;
  });
  const whole = window.split(":").length > 3 ? 7 * day : day;
  return [from, (to - from + whole) % whole];
}

/** Whether a window of a week and one of a day share a minute. */
export function clash(weekly: string, daily: string): boolean {
  const [start, length] = minutesOf(weekly);
  const [dailyStart, dailyLength] = minutesOf(daily);
  const gap = (((dailyStart - start) % day) + day) % day;
  return gap < length || gap + dailyLength > day;
}

/** All of the week but the window, as Karpenter takes it: when it begins, as cron in UTC, and how long it is. */
export function outside(weekly: string): { schedule: string; duration: string } {
  const [start, length] = minutesOf(weekly);
  const end = (start + length) % (7 * day);
  return {
    schedule: `${end % 60} ${Math.floor(end / 60) % 24} * * ${Math.floor(end / day)}`,
    duration: `${Math.floor((7 * day - length) / 60)}h${(7 * day - length) % 60}m`,
  };
}
