// What every store does, whatever it is kept in: compare-and-set, logs that only grow, one winner of many writers.
import { expect, test } from "vitest";
import { storeKey } from "../../../pipelines/drivers/store.ts";
import { emptyHead } from "../../../pipelines/ledger/witness.ts";
import { storeChild, temporaryStore } from "../../support/store.ts";

test("a write with the wrong tag changes nothing", async () => {
  const { store } = await temporaryStore();
  const first = await store.put("a", { n: 1 }, null);
  expect(first).not.toBeNull();
  expect(await store.put("a", { n: 2 }, null)).toBeNull();
  expect(await store.put("a", { n: 2 }, "other")).toBeNull();
  const second = await store.put("a", { n: 2 }, first);
  expect(await store.put("a", { n: 3 }, first)).toBeNull();
  expect(await store.get("a")).toEqual({ value: { n: 2 }, etag: second });
});

test("the same value written again gets another tag", async () => {
  const { store } = await temporaryStore();
  const first = await store.put("a", 1, null);
  expect(await store.put("a", 1, first)).not.toBe(first);
});

test("a listing has the keys of its prefix only, in order", async () => {
  const { store } = await temporaryStore();
  for (const key of [storeKey("x", "b"), storeKey("x", "a"), storeKey("x/a"), storeKey("xy", "a")])
    await store.put(key, 1, null);
  expect(await store.list(storeKey("x", ""))).toEqual(["x/a", "x/b"]);
  await store.remove(["x/a", "gone"]);
  expect(await store.list("x")).toEqual(["x%2Fa", "x/b", "xy/a"]);
});

test("an append after a head that has moved is refused", async () => {
  const { store } = await temporaryStore();
  expect(await store.append("ledger", emptyHead, { hash: "h1", body: "one" })).toBe(true);
  expect(await store.append("ledger", emptyHead, { hash: "h2", body: "two" })).toBe(false);
  expect(await store.head("ledger")).toEqual({ count: 1, hash: "h1" });
  expect(await store.read("ledger")).toEqual({
    entries: [{ seq: 1, hash: "h1", body: "one" }],
    witness: { head: { count: 1, hash: "h1" }, breaks: [] },
  });
});

test("a value that cannot be read is a refusal, and stays as it is", async () => {
  const { store, tamper } = await temporaryStore();
  await store.put("a", 1, null);
  await tamper.setValue("a", "{");
  await expect(store.get("a")).rejects.toMatchObject({ code: "E_STORE" });
  expect(await store.list("a")).toEqual(["a"]);
});

test("of sixteen processes exactly one makes a key, every time, and no addition is lost", async () => {
  const { place, store } = await temporaryStore();
  const children = Array.from({ length: 16 }, (_, index) => storeChild(place, `child ${index}`));
  await Promise.all(children.map(({ ask }) => ask("ready")));
  for (let round = 0; round < 20; round += 1) {
    const answers = await Promise.all(children.map(({ ask }) => ask(`race round-${round}`)));
    expect(answers.filter((answer) => answer === "lost")).toHaveLength(15);
    const winner = `child ${answers.indexOf("won")}`;
    expect((await store.get(`round-${round}`))?.value).toBe(winner);
  }
  const four = children.slice(0, 4);
  expect(await Promise.all(four.map(({ ask }) => ask("count sum")))).toEqual(Array(4).fill("counted"));
  expect((await store.get("sum"))?.value).toBe(80);
});

test("sixteen at once in one process: one winner", async () => {
  const { store } = await temporaryStore();
  for (let round = 0; round < 20; round += 1) {
    const before = await store.put("key", "start", (await store.get("key"))?.etag ?? null);
    const tags = await Promise.all(Array.from({ length: 16 }, (_, index) => store.put("key", index, before)));
    const won = tags.flatMap((tag, index) => (tag === null ? [] : [{ value: index, etag: tag }]));
    expect(won).toEqual([await store.get("key")]);
  }
});
