// The ledger in a real store: many writers, every tampering, crashes between the database and its head.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { appendRecord, readLedger, verifyLedger } from "../../../pipelines/ledger/ledger.ts";
import { manualClock } from "../../support/clock.ts";
import { storeChild, temporaryStore } from "../../support/store.ts";

const entry = {
  who: "ann@one",
  verb: "deploy",
  environment: "prod",
  service: "app",
  why: "new",
  outcome: "done",
};
const swap =
  "UPDATE log SET seq = -2 WHERE seq = 2; UPDATE log SET seq = 2 WHERE seq = 3; UPDATE log SET seq = 3 WHERE seq = -2";

async function setUp() {
  const clock = manualClock();
  const { folder, store } = await temporaryStore(clock);
  for (const what of ["one", "two", "three", "four"]) await appendRecord(store, { ...entry, what });
  const tamper = (sql: string) => {
    using database = new DatabaseSync(join(folder, "surefoot.db"));
    database.exec("DROP TRIGGER log_update; DROP TRIGGER log_delete; DROP TRIGGER log_insert");
    database.exec(sql);
  };
  return { clock, store, tamper, head: join(folder, "ledger.head") };
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

test.each([
  [
    "a record is changed",
    `UPDATE log SET body = replace(body, '"two"', '"2"') WHERE seq = 2`,
    "record 2 was changed",
  ],
  ["a body is no record", "UPDATE log SET body = 'x' WHERE seq = 2", "record 2 cannot be read"],
  ["a record is removed in the middle", "DELETE FROM log WHERE seq = 2", "record 2 was removed"],
  ["the first is removed", "DELETE FROM log WHERE seq = 1", "record 1 was removed"],
  ["the last is removed", "DELETE FROM log WHERE seq = 4", "record 4 was removed at the end"],
  ["two are swapped", swap, "record 2 says that it is record 3"],
  [
    "one is inserted at the end",
    "INSERT INTO log SELECT log, 5, hash, body FROM log WHERE seq = 4",
    "record 5 says",
  ],
  ["all are removed", "DELETE FROM log", "records 1 to 4 were removed"],
])("it is found when %s", async (_, sql, what) => {
  const { store, tamper } = await setUp();
  tamper(sql);
  const { ok, faults } = await verifyLedger(store);
  expect(ok).toBe(false);
  expect(faults.map((fault) => fault.what).join("; ")).toContain(what);
});

test("a removal stays known after later appends", async () => {
  const { store, tamper } = await setUp();
  tamper("DELETE FROM log WHERE seq = 4");
  await appendRecord(store, { ...entry, what: "five" });
  await appendRecord(store, { ...entry, what: "six" });
  expect((await verifyLedger(store)).faults).toEqual([
    { seq: 4, what: expect.stringContaining("record 4 was removed") },
  ]);
});

test("a removed or unreadable head is found, also after later appends", async () => {
  const { store, head } = await setUp();
  writeFileSync(head, "{");
  expect((await verifyLedger(store)).ok).toBe(false);
  rmSync(head);
  expect((await verifyLedger(store)).ok).toBe(false);
  await appendRecord(store, { ...entry, what: "five" });
  expect((await verifyLedger(store)).faults).toEqual([{ seq: 4, what: expect.stringContaining("head") }]);
});

test("an append that fails after its announcement is recovered from by the next", async () => {
  const { store, tamper, head } = await setUp();
  tamper("CREATE TRIGGER fail BEFORE INSERT ON log BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  await expect(appendRecord(store, { ...entry, what: "lost" })).rejects.toMatchObject({ code: "E_STORE" });
  expect(JSON.parse(readFileSync(head, "utf8"))).toMatchObject({ pending: { count: 5 } });
  expect(await verifyLedger(store)).toMatchObject({ ok: true, count: 4, recovered: true });
});

test("a process killed at any point of its appends leaves a whole ledger", async () => {
  const { folder, store } = await temporaryStore();
  for (let round = 0; round < 5; round += 1) {
    const before = (await store.head("ledger")).count;
    const child = storeChild(folder, `victim ${round}`);
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
  const { folder, store } = await temporaryStore();
  const children = Array.from({ length: 8 }, (_, index) => storeChild(folder, `child-${index}`));
  await Promise.all(children.map(({ ask }) => ask("ready")));
  expect(await Promise.all(children.map(({ ask }) => ask("record 20")))).toEqual(Array(8).fill("recorded"));
  expect(await verifyLedger(store)).toEqual({ ok: true, count: 160, recovered: false, faults: [] });
  const own = (await readLedger(store)).filter(({ who }) => who === "child-3").map(({ what }) => what);
  expect(own).toEqual(Array.from({ length: 20 }, (_, index) => `child-3 ${index}`));
});
