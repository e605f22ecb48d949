// Pins that git left behind: the one of a rollout that was taken back is not believed, any other is.
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../../pipelines/drivers/clock.ts";
import { openPins } from "../../../pipelines/drivers/pins.ts";
import { openJournal } from "../../../pipelines/journal/journal.ts";
import { takenBack } from "../../../pipelines/rollback/taken-back.ts";
import { aDeployable } from "../../support/rollout.ts";
import { temporaryFolder, temporaryStore } from "../../support/store.ts";

const [r1, r2] = [aDeployable("r1"), aDeployable("r2")];
const before = { current: r1, history: [], verifiedAt: "2026-11-22T12:00:00.000Z" };
const name = { id: "prod", description: "prod", local: false, stack: "prod" };

/** prod, where git has r2 pinned and not verified. */
async function behind() {
  const { store } = await temporaryStore();
  const pins = openPins(join(temporaryFolder(), "prod.json"));
  pins.write("app", { current: r2, history: [r1] });
  const journal = openJournal(store);
  const rollout = async (id: string, outcome: string | null, plan: object): Promise<void> => {
    await journal.open({ id, environment: "prod", service: "app", plan });
    if (outcome !== null) await journal.close(id, outcome);
  };
  return { pins, rollout, ask: () => takenBack({ store, name, pins, clock: systemClock }, "app") };
}

test("the pin from before it is told, with the release held, so that it neither boots nor comes again", async () => {
  const { ask, rollout } = await behind();
  expect(await ask()).toBeUndefined();
  await rollout("one", "rolled-back", { target: r2, before });
  expect(await ask()).toMatchObject({ ...before, hold: { release: "r2", id: r2.id, all: false } });
});

test("an environment that was taken down meanwhile has the pin from before, and nothing is held", async () => {
  const { ask, rollout } = await behind();
  await rollout("one", "down", { target: r2, before });
  expect(await ask()).toEqual(before);
});

test.each([
  ["it goes on still", null, { target: r2, before }],
  ["it ended well", "deployed", { target: r2, before }],
  ["another one was taken back", "rolled-back", { target: aDeployable("r3"), before }],
  ["it is what a person went back to", "rolled-back", { target: r2, before: { current: r2, history: [] } }],
])("the pin stands where %s", async (_why, outcome, plan) => {
  const { ask, rollout } = await behind();
  await rollout("one", outcome, plan);
  expect(await ask()).toBeUndefined();
});

test("a pin that was verified stands, and so does none at all", async () => {
  const { ask, pins, rollout } = await behind();
  await rollout("one", "rolled-back", { target: r2, before });
  pins.write("app", { current: r2, history: [], verifiedAt: "2026-11-22T12:00:00.000Z" });
  expect(await ask()).toBeUndefined();
  pins.write("app", { current: null, history: [] });
  expect(await ask()).toBeUndefined();
});
