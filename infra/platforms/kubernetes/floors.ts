// Floors of scale as triggers by the clock: from when to when at least how many pods are there.
import type { Service } from "../../../environments/shape.ts";

type Floor = NonNullable<Service["scaling"]>["floors"][number];

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** One trigger of KEDA a floor. The largest of all triggers counts: where floors overlap, closing one closes no other. */
export function cronTrigger({ name, nodes, days, from, to, timezone }: Floor): object {
  const opens = days.map((day) => DAYS.indexOf(day));
  // Over midnight it closes on the day after: KEDA is open while the next close comes before the next opening.
  const closes = to > from ? opens : opens.map((day) => (day + 1) % DAYS.length);
  return {
    type: "cron",
    name,
    metadata: { timezone, start: cron(from, opens), end: cron(to, closes), desiredReplicas: String(nodes) },
  };
}

function cron(time: string, days: readonly number[]): string {
  const [hours, minutes] = time.split(":").map(Number);
  const sorted = [...new Set(days)].toSorted((a, b) => a - b);
  return `${minutes} ${hours} * * ${sorted.length === DAYS.length ? "*" : sorted.join(",")}`;
}
