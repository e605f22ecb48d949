// The journal: steps in order, what is unfinished, and its bound.
import { expect, test } from "vitest";
import { openJournal } from "../../../pipelines/journal/journal.ts";
import { manualClock } from "../../support/clock.ts";
import { backing } from "../../support/store-suite.ts";
import { temporaryStore } from "../../support/store.ts";

const rollout = (id: string, service = "app", environment = "local/prod") => ({
  id,
  environment,
  service,
  plan: { waves: [1] },
});

async function setUp() {
  const clock = manualClock();
  const { place, store } = await temporaryStore(clock);
  return { clock, place, store, journal: openJournal(store) };
}

test("steps come back in order with their times, also to another process that goes on", async () => {
  const { clock, place, journal } = await setUp();
  await journal.open(rollout("r1"));
  await journal.append("r1", { step: "drain", phase: "begin", node: "n1", wave: 1 });
  await clock.advance(2);
  await journal.append("r1", { step: "drain", phase: "end", node: "n1", wave: 1, data: { sessions: 3 } });
  const other = await backing().open(place, clock);
  await openJournal(other).append("r1", { step: "switch", phase: "begin", node: "n1", note: "resumed" });
  await other.close();
  await journal.append("r1", { step: "switch", phase: "error" });
  expect(await journal.read("r1")).toEqual({
    ...rollout("r1"),
    openedAt: "2026-01-01T00:00:00.000Z",
    steps: [
      { at: "2026-01-01T00:00:00.000Z", step: "drain", phase: "begin", node: "n1", wave: 1 },
      {
        at: "2026-01-01T00:00:02.000Z",
        step: "drain",
        phase: "end",
        node: "n1",
        wave: 1,
        data: { sessions: 3 },
      },
      { at: "2026-01-01T00:00:02.000Z", step: "switch", phase: "begin", node: "n1", note: "resumed" },
      { at: "2026-01-01T00:00:02.000Z", step: "switch", phase: "error" },
    ],
  });
});

test("fifty nodes can write at once and nothing is lost", async () => {
  const { journal } = await setUp();
  await journal.open(rollout("r1"));
  const nodes = Array.from({ length: 50 }, (_, index) => `n${index}`);
  await Promise.all(nodes.map((node) => journal.append("r1", { step: "start", phase: "begin", node })));
  const written = (await journal.read("r1"))?.steps.map(({ node }) => node);
  expect(written?.toSorted()).toEqual(nodes.toSorted());
});

test("only what was begun and not ended is unfinished, by environment and service", async () => {
  const { clock, journal } = await setUp();
  for (const one of [
    rollout("z"),
    rollout("b", "server"),
    rollout("c", "app", "prod"),
    rollout("d", "prod", "local"),
    rollout("e"),
  ]) {
    await journal.open(one);
    await clock.advance(1);
  }
  await journal.close("e", "done");
  const ids = async (...asked: Parameters<typeof journal.unfinished>) =>
    (await journal.unfinished(...asked)).map(({ id }) => id);
  expect(await ids("local/prod")).toEqual(["z", "b"]);
  expect(await ids("local/prod", "app")).toEqual(["z"]);
  expect(await ids("prod")).toEqual(["c"]);
  expect(await ids("loc")).toEqual([]);
  expect(await journal.read("e")).toMatchObject({ outcome: "done", closedAt: "2026-01-01T00:00:05.000Z" });
});

test("the last 20 finished of each service are kept, the unfinished always", async () => {
  const { clock, store, journal } = await setUp();
  await journal.open(rollout("stuck"));
  await journal.append("stuck", { step: "drain", phase: "begin" });
  await journal.open(rollout("other", "server"));
  await journal.close("other", "done");
  for (let index = 0; index < 25; index += 1) {
    await journal.open(rollout(`r${index}`));
    await journal.append(`r${index}`, { step: "drain", phase: "begin" });
    await clock.advance(1);
    await journal.close(`r${index}`, "done");
  }
  expect(await journal.read("r4")).toBeUndefined();
  expect((await journal.read("r5"))?.steps).toHaveLength(1);
  expect((await journal.read("stuck"))?.steps).toHaveLength(1);
  expect(await journal.read("other")).toBeDefined();
  expect(await store.list("rollout/")).toHaveLength(22);
  expect(await store.list("step/")).toHaveLength(21);
});

test("an id is used once, and an ended or unknown rollout takes no steps", async () => {
  const { journal } = await setUp();
  await journal.open(rollout("r1"));
  await expect(journal.open(rollout("r1", "server"))).rejects.toThrow("already");
  await journal.append("r1", { step: "drain", phase: "begin" });
  await journal.close("r1", "done");
  await expect(journal.append("r1", { step: "drain", phase: "end" })).rejects.toThrow("not open");
  await expect(journal.append("r2", { step: "drain", phase: "end" })).rejects.toThrow("not open");
  await expect(journal.close("r1", "done")).rejects.toThrow("not open");
  expect(await journal.read("r2")).toBeUndefined();
});

test("an unreadable rollout is a refusal", async () => {
  const { store, journal } = await setUp();
  await store.put("rollout/prod/app/r1", { id: 7 }, null);
  await expect(journal.unfinished("prod")).rejects.toMatchObject({ code: "E_STORE" });
});
