// Freeze windows: once and weekly, over midnight, in other time zones, on the days when clocks change.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { FreezeWindow } from "../../../environments/shape.ts";
import { freezeText, frozen } from "../../../pipelines/rollout/freeze.ts";

type Weekly = Extract<FreezeWindow, { days: unknown }>;
const weekly = (change: Partial<Weekly>): FreezeWindow => ({
  reason: "weekend",
  days: ["fri"],
  from: "18:00",
  to: "23:00",
  timezone: "UTC",
  ...change,
});
const once: FreezeWindow = {
  reason: "launch",
  start: "2026-12-24T18:00:00+01:00",
  end: "2026-12-27T00:00:00Z",
};
const holds = (window: FreezeWindow, at: string) => frozen([window], Date.parse(at)) !== undefined;

it("holds a single window from its start up to its end, in any zone", () => {
  expect(holds(once, "2026-12-24T16:59:59.999Z")).toBe(false);
  expect(holds(once, "2026-12-24T17:00:00Z")).toBe(true);
  expect(holds(once, "2026-12-26T23:59:59.999Z")).toBe(true);
  expect(holds(once, "2026-12-27T00:00:00Z")).toBe(false);
});

it("holds a weekly window on its days alone, from its first minute up to its last", () => {
  const window = weekly({ days: ["fri", "sat"] });
  expect(holds(window, "2026-01-02T17:59:59Z")).toBe(false);
  expect(holds(window, "2026-01-02T18:00:00Z")).toBe(true);
  expect(holds(window, "2026-01-03T22:59:59Z")).toBe(true);
  expect(holds(window, "2026-01-03T23:00:00Z")).toBe(false);
  expect(holds(window, "2026-01-04T20:00:00Z")).toBe(false);
});

it("goes on over midnight into the morning after a listed day", () => {
  const window = weekly({ days: ["sat"], from: "22:00", to: "06:00" });
  expect(holds(window, "2026-01-03T05:00:00Z")).toBe(false);
  expect(holds(window, "2026-01-03T21:59:00Z")).toBe(false);
  expect(holds(window, "2026-01-03T22:00:00Z")).toBe(true);
  expect(holds(window, "2026-01-04T00:00:00Z")).toBe(true);
  expect(holds(window, "2026-01-04T05:59:59Z")).toBe(true);
  expect(holds(window, "2026-01-04T06:00:00Z")).toBe(false);
  expect(holds(window, "2026-01-04T22:30:00Z")).toBe(false);
});

it("takes the same time twice as a whole day", () => {
  const window = weekly({ days: ["sun"], from: "08:00", to: "08:00" });
  expect(holds(window, "2026-01-04T07:59:00Z")).toBe(false);
  expect(holds(window, "2026-01-04T08:00:00Z")).toBe(true);
  expect(holds(window, "2026-01-05T07:59:00Z")).toBe(true);
  expect(holds(window, "2026-01-05T08:00:00Z")).toBe(false);
});

it("knows every day of the week, as the morning after too", () => {
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
  // 2026-01-05 is a Monday.
  for (const [index, day] of days.entries()) {
    const window = weekly({ days: [day], from: "22:00", to: "02:00" });
    const evenings = days.map((_, other) => frozen([window], Date.UTC(2026, 0, 5 + other, 23)) !== undefined);
    const mornings = days.map((_, other) => frozen([window], Date.UTC(2026, 0, 6 + other, 1)) !== undefined);
    expect(evenings).toEqual(days.map((_, other) => other === index));
    expect(mornings).toEqual(evenings);
  }
});

it("means days and times of its own zone, not of this machine's", () => {
  const tokyo = weekly({ days: ["sat"], from: "08:00", to: "09:00", timezone: "Asia/Tokyo" });
  // Still Friday in UTC.
  expect(holds(tokyo, "2026-01-02T23:30:00Z")).toBe(true);
  expect(holds(tokyo, "2026-01-03T08:30:00Z")).toBe(false);
  const angeles = weekly({ days: ["fri"], from: "23:00", to: "01:00", timezone: "America/Los_Angeles" });
  expect(holds(angeles, "2026-01-03T07:30:00Z")).toBe(true);
  expect(holds(angeles, "2026-01-03T08:59:00Z")).toBe(true);
  expect(holds(angeles, "2026-01-03T09:00:00Z")).toBe(false);
  const kathmandu = weekly({ days: ["fri"], from: "00:00", to: "00:45", timezone: "Asia/Kathmandu" });
  expect(holds(kathmandu, "2026-01-01T18:15:00Z")).toBe(true);
  expect(holds(kathmandu, "2026-01-01T18:14:00Z")).toBe(false);
});

it("follows the clocks on the day they go forward and on the day they go back", () => {
  const berlin = (from: string, to: string) => weekly({ days: ["sun"], from, to, timezone: "Europe/Berlin" });
  // 2026-03-29: 02:00 becomes 03:00. The missing hour freezes nothing, the hour after it holds.
  expect(holds(berlin("02:00", "03:00"), "2026-03-29T00:59:59Z")).toBe(false);
  expect(holds(berlin("02:00", "03:00"), "2026-03-29T01:00:00Z")).toBe(false);
  expect(holds(berlin("02:00", "04:00"), "2026-03-29T01:00:00Z")).toBe(true);
  expect(holds(berlin("02:00", "04:00"), "2026-03-29T02:00:00Z")).toBe(false);
  // 2026-10-25: 03:00 becomes 02:00. The hour that comes twice is frozen twice.
  expect(holds(berlin("02:00", "03:00"), "2026-10-25T00:30:00Z")).toBe(true);
  expect(holds(berlin("02:00", "03:00"), "2026-10-25T01:30:00Z")).toBe(true);
  expect(holds(berlin("02:00", "03:00"), "2026-10-25T02:00:00Z")).toBe(false);
});

it("takes the first window that holds, and none when none does", () => {
  const friday = weekly({});
  const at = Date.parse("2026-12-25T19:00:00Z");
  expect(frozen([friday, once], at)).toBe(friday);
  expect(frozen([once, friday], at)).toBe(once);
  expect(frozen([], at)).toBeUndefined();
});

it("agrees with a plain count of minutes in UTC", () => {
  const clock = fc.nat(1439);
  const text = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  fc.assert(
    fc.property(fc.nat(7 * 1440 - 1), clock, clock, (at, from, to) => {
      // Minute 0 is Monday 00:00; the window opens on Mondays.
      const end = to > from ? to : to + 1440;
      const window = weekly({ days: ["mon"], from: text(from), to: text(to) });
      const found = frozen([window], Date.UTC(2026, 0, 5) + at * 60_000) !== undefined;
      expect(found).toBe(at >= from && at < end);
    }),
  );
});

it("says the window as a person reads it", () => {
  expect(freezeText(once)).toBe("launch (2026-12-24T18:00:00+01:00 to 2026-12-27T00:00:00Z)");
  expect(freezeText(weekly({ days: ["fri", "sat"] }))).toBe("weekend (fri, sat 18:00 to 23:00 UTC)");
});
