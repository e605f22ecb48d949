// The ledger in a real store: many writers, every tampering, crashes between an entry and its witness.
import { expect, test } from "vitest";
import { appendRecord, readLedger, verifyLedger } from "../../../pipelines/ledger/ledger.ts";
import { manualClock } from "../../support/clock.ts";
import type { Tamper } from "../../support/store-suite.ts";
import { storeChild, temporaryStore } from "../../support/store.ts";

const entry = {
  who: "ann@one",
  verb: "deploy",
  environment: "prod",
  service: "app",
  why: "new",
  outcome: "done",
};
async function setUp() {
  const { store, tamper } = await temporaryStore(manualClock());
  for (const what of ["one", "two", "three", "four"]) await appendRecord(store, { ...entry, what });
  return { store, tamper };
}

test("records come back as they were written, with number, time and chain", async () => {
  const { store } = await setUp();
  const records = await readLedger(store);
  expect(records.map(({ seq, what, at }) => [seq, what, at])).toEqual(
    ["one", "two", "three", "four"].map((what, index) => [index + 1, what, "2026-01-01T00:00:00.000Z"]),
  );
  expect(records.slice(1).map(({ prev }) => prev)).toEqual(records.slice(0, -1).map(({ hash }) => hash));
  expect(await verifyLedger(store)).toEqual({ ok: true, count: 4, recovered: false, faults: [] });
});

const harms: [string, (tamper: Tamper) => Promise<unknown>, string][] = [
  ["a record is changed", ({ changeBody }) => changeBody(2, "two", "2"), "record 2 was changed"],
  ["a body is no record", ({ setBody }) => setBody(2, "x"), "record 2 cannot be read"],
  ["a record is removed in the middle", ({ removeRecord }) => removeRecord(2), "record 2 was removed"],
  ["the first is removed", ({ removeRecord }) => removeRecord(1), "record 1 was removed"],
  ["the last is removed", ({ removeRecord }) => removeRecord(4), "record 4 was removed at the end"],
  ["two are swapped", ({ swapRecords }) => swapRecords(2, 3), "record 2 says that it is record 3"],
  ["one is inserted at the end", ({ copyRecord }) => copyRecord(4, 5), "record 5 says"],
  [
    "all are removed",
    ({ removeRecord }) => Promise.all([1, 2, 3, 4].map(removeRecord)),
    "records 1 to 4 were removed",
  ],
];

test.each(harms)("it is found when %s", async (_, harm, what) => {
  const { store, tamper } = await setUp();
  await harm(tamper);
  const { ok, faults } = await verifyLedger(store);
  expect(ok).toBe(false);
  expect(faults.map((fault) => fault.what).join("; ")).toContain(what);
});

test("a removal stays known after later appends", async () => {
  const { store, tamper } = await setUp();
  await tamper.removeRecord(4);
  await appendRecord(store, { ...entry, what: "five" });
  await appendRecord(store, { ...entry, what: "six" });
  expect((await verifyLedger(store)).faults).toEqual([
    { seq: 4, what: expect.stringContaining("record 4 was removed") },
  ]);
});

test("a removed or unreadable witness is found, also after later appends", async () => {
  const { store, tamper } = await setUp();
  await tamper.setWitness("{");
  expect((await verifyLedger(store)).ok).toBe(false);
  await tamper.setWitness(null);
  expect((await verifyLedger(store)).ok).toBe(false);
  await appendRecord(store, { ...entry, what: "five" });
  expect((await verifyLedger(store)).faults).toEqual([{ seq: 4, what: expect.stringContaining("head") }]);
});

test("a process killed at any point of its appends leaves a whole ledger", async () => {
  const { place, store } = await temporaryStore();
  for (let round = 0; round < 5; round += 1) {
    const before = (await store.head("ledger")).count;
    const child = storeChild(place, `victim ${round}`);
    await child.ask("ready");
    void child.ask("record 100000").catch(() => {});
    while ((await store.head("ledger")).count < before + 5)
      await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGKILL");
    await child.gone;
    expect((await verifyLedger(store)).faults).toEqual([]);
    await appendRecord(store, { ...entry, what: "after the kill" });
    expect(await verifyLedger(store)).toMatchObject({ ok: true, recovered: false });
  }
});

test("eight processes that append at once make one whole chain", async () => {
  const { place, store } = await temporaryStore();
  const children = Array.from({ length: 8 }, (_, index) => storeChild(place, `child-${index}`));
  await Promise.all(children.map(({ ask }) => ask("ready")));
  expect(await Promise.all(children.map(({ ask }) => ask("record 10")))).toEqual(Array(8).fill("recorded"));
  expect(await verifyLedger(store)).toEqual({ ok: true, count: 80, recovered: false, faults: [] });
  const own = (await readLedger(store)).filter(({ who }) => who === "child-3").map(({ what }) => what);
  expect(own).toEqual(Array.from({ length: 10 }, (_, index) => `child-3 ${index}`));
});
