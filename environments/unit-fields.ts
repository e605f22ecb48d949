// Zod fields for values that carry their unit: a string on the YAML side, a number on the program's side.
import { z } from "zod";
import * as units from "./units.ts";
import type { Unit } from "./units.ts";

const DAY_SECONDS = 86_400;

/** A field of one unit, between two inclusive limits that are written in the same unit. */
function unitField(unit: Unit, least: string, most: string) {
  const error = (issue: { input?: unknown }) => units.refuseUnit(unit, issue.input);
  const [min, max] = [numberOf(unit, least), numberOf(unit, most)];
  return z
    .string({ error })
    .regex(unit.pattern, { error })
    .meta({ unit: unit.accepts })
    .transform((text) => numberOf(unit, text))
    .refine((value) => value >= min && value <= max, { error: `must be between ${least} and ${most}` });
}

/** Seconds. A timer longer than a day is a slip, and beyond 24.8 days Node's timers fire at once. */
export function duration(least = "0s") {
  return unitField(units.duration, least, `${DAY_SECONDS / 3600}h`);
}

/** The same, for what people wait for: up to thirty days. */
export function longDuration(least: string) {
  return unitField(units.duration, least, "720h");
}

/** Days. */
export function days(least: string, most: string) {
  return unitField(units.days, least, most);
}

/** US dollars a month. */
export function monthly() {
  return unitField(units.monthly, "1 USD", "10000000 USD");
}

/** Bytes. */
export function size(least = "1KiB", most = "1024TiB") {
  return unitField(units.size, least, most);
}

/** A fraction of the whole. */
export function share(least = "0%", most = "100%") {
  return unitField(units.share, least, most);
}

/** A relative increase. */
export function increase() {
  return unitField(units.increase, "+0%", "+10000%");
}

/** An increase in percentage points. */
export function points() {
  return unitField(units.points, "+0pp", "+100pp");
}

/** One wave: a count of nodes, or a share of the fleet. Shares over 100% are left to the rules, which say it better. */
export function wave() {
  const shareOfFleet = z
    .string()
    .regex(units.share.pattern)
    .transform((text) => ({ share: numberOf(units.share, text) }));
  return z.union([z.int().min(1), shareOfFleet], {
    error: "a wave is a whole number of nodes from 1 on, such as 5, or a share of the fleet, such as 30%",
  });
}

function numberOf(unit: Unit, text: string): number {
  const read = units.readUnit(unit, text);
  return read.ok ? read.value : Number.NaN;
}
