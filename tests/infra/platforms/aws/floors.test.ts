// Floors of scale as actions by the clock: what the minimum is from each moment on.
import { expect, it } from "vitest";
import { floorActions } from "../../../../infra/platforms/aws/floors.ts";
import type { Floor } from "../../../../infra/platforms/aws/floors.ts";

const evening: Floor = {
  name: "evening",
  nodes: 9,
  days: ["mon", "fri"],
  from: "17:00",
  to: "23:30",
  timezone: "Europe/Berlin",
};

it("raises the minimum, and puts it back", () => {
  expect(floorActions([evening], 6)).toEqual([
    { name: "evening-open", minimum: 9, recurrence: "0 17 * * 1,5", timezone: "Europe/Berlin" },
    { name: "evening-close", minimum: 6, recurrence: "30 23 * * 1,5", timezone: "Europe/Berlin" },
  ]);
});

it("closes on the next day where it ends earlier than it begins, also over the end of the week", () => {
  const night: Floor = { ...evening, name: "night", days: ["sat", "sun"], from: "22:00", to: "02:00" };
  expect(floorActions([night], 6).map(({ recurrence }) => recurrence)).toEqual([
    "0 22 * * 0,6",
    "0 2 * * 0,1",
  ]);
});

it("leaves the higher one open where two overlap", () => {
  const event: Floor = { ...evening, name: "event", nodes: 20, days: ["fri"], from: "20:00", to: "22:00" };
  const actions = floorActions([evening, event], 6);
  expect(actions.find(({ name }) => name === "event-close")).toMatchObject({
    minimum: 9,
    recurrence: "0 22 * * 5",
  });
  const late: Floor = { ...event, name: "late", from: "23:00", to: "23:45" };
  const closing = floorActions([evening, late], 6).filter(({ name }) => name.startsWith("evening-close"));
  expect(closing).toEqual([
    { name: "evening-close-6", minimum: 6, recurrence: "30 23 * * 1", timezone: "Europe/Berlin" },
    { name: "evening-close-20", minimum: 20, recurrence: "30 23 * * 5", timezone: "Europe/Berlin" },
  ]);
});

it("never asks for less than the base", () => {
  expect(floorActions([{ ...evening, nodes: 2 }], 6).map(({ minimum }) => minimum)).toEqual([6, 6]);
});
