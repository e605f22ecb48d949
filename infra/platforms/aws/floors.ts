// Floors of scale as actions by the clock: what the least number of nodes is from each moment of the week on.
import type { Service } from "../../../environments/shape.ts";

export type Floor = NonNullable<Service["scaling"]>["floors"][number];

export interface FloorAction {
  name: string;
  /** Nodes from here on. */
  minimum: number;
  /** Cron, in the time zone. */
  recurrence: string;
  timezone: string;
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const DAY = 1440;
const WEEK = 7 * DAY;

/**
 * Two actions a floor: one opens it, one closes it. Where floors of one time zone overlap, each action sets what the highest
 * open one asks for: closing a floor does not close its neighbour. `base` is the minimum outside of all floors.
 */
export function floorActions(floors: readonly Floor[], base: number): FloorAction[] {
  return floors.flatMap((floor) => {
    const neighbours = floors.filter(({ timezone }) => timezone === floor.timezone);
    const opens = floor.days.map((day) => minuteOf(day, floor.from));
    return [
      ...actions(floor, "open", opens, neighbours, base),
      ...actions(
        floor,
        "close",
        opens.map((start) => (start + length(floor)) % WEEK),
        neighbours,
        base,
      ),
    ];
  });
}

function actions(
  { name, timezone }: Floor,
  what: "open" | "close",
  minutes: number[],
  neighbours: readonly Floor[],
  base: number,
): FloorAction[] {
  const byMinimum = Map.groupBy(minutes, (minute) => minimumAt(minute, neighbours, base));
  return [...byMinimum].map(([minimum, at]) => ({
    // Days differ only where another floor is open on some of them.
    name: byMinimum.size === 1 ? `${name}-${what}` : `${name}-${what}-${minimum}`,
    minimum,
    recurrence: cron(at),
    timezone,
  }));
}

function minimumAt(minute: number, floors: readonly Floor[], base: number): number {
  const open = floors.filter((floor) =>
    floor.days.some((day) => (minute - minuteOf(day, floor.from) + WEEK) % WEEK < length(floor)),
  );
  return Math.max(base, ...open.map(({ nodes }) => nodes));
}

function cron(minutes: number[]): string {
  const first = minutes[0] ?? 0;
  const days = minutes.map((minute) => Math.floor(minute / DAY)).toSorted((a, b) => a - b);
  return `${first % 60} ${Math.floor((first % DAY) / 60)} * * ${days.join(",")}`;
}

// Minutes that it is open; to the next day where it ends earlier than it begins.
function length({ from, to }: Floor): number {
  return (timeOf(to) - timeOf(from) + DAY) % DAY || DAY;
}

function minuteOf(day: string, time: string): number {
  return DAYS.indexOf(day) * DAY + timeOf(time);
}

function timeOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
