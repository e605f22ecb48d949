// Freeze windows: when nothing is rolled out. Any window that holds now denies.
import type { FreezeWindow } from "../../environments/shape.ts";

const dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** The first window that holds at the time (epoch milliseconds), or undefined. */
export function frozen(windows: readonly FreezeWindow[], now: number): FreezeWindow | undefined {
  return windows.find((window) => {
    if ("start" in window) return now >= Date.parse(window.start) && now < Date.parse(window.end);
    const { day, minute } = local(now, window.timezone);
    const [from, to] = [minutes(window.from), minutes(window.to)];
    const listed = (index: number): boolean => window.days.includes(dayNames[(index + 7) % 7] ?? "sun");
    if (from < to) return listed(day) && minute >= from && minute < to;
    // Over midnight: the evening of a listed day, and the morning after one.
    return (listed(day) && minute >= from) || (listed(day - 1) && minute < to);
  });
}

/** The window as a person reads it. */
export function freezeText(window: FreezeWindow): string {
  if ("start" in window) return `${window.reason} (${window.start} to ${window.end})`;
  return `${window.reason} (${window.days.join(", ")} ${window.from} to ${window.to} ${window.timezone})`;
}

function local(now: number, timeZone: string): { day: number; minute: number } {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  const part = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const day = dayNames.findIndex((name) => name === part["weekday"]?.toLowerCase().slice(0, 3));
  return { day, minute: minutes(`${part["hour"]}:${part["minute"]}`) };
}

function minutes(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return (hour % 24) * 60 + minute;
}
