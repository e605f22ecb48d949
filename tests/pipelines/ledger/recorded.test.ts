// Every verb ends up in the ledger: done, its own outcome, refused, interrupted or failed.
import { expect, it } from "vitest";
import { Refusal } from "../../../pipelines/errors.ts";
import type { EnvironmentName } from "../../../environments/name.ts";
import { readLedger } from "../../../pipelines/ledger/ledger.ts";
import { recorded } from "../../../pipelines/ledger/recorded.ts";
import { temporaryStore } from "../../support/store.ts";

const deed = { verb: "deploy", service: "app", what: "deploy app r2", why: "a test" };

async function workspace() {
  const { store } = await temporaryStore();
  return { store, who: "ada@laptop", name: { id: "local/prod" } as EnvironmentName };
}

const refusal = (code: "E_FROZEN" | "E_INTERRUPTED") =>
  new Refusal(code, { what: "not now", state: "nothing was touched", next: "wait" });

it("records what was done, by whom, where and why, and passes the result on", async () => {
  const ledger = await workspace();
  expect(await recorded(ledger, deed, async () => 42)).toBe(42);
  expect(await readLedger(ledger.store)).toMatchObject([
    { ...deed, who: "ada@laptop", environment: "local/prod", outcome: "done", seq: 1 },
  ]);
});

it("records the verb's own outcome and facts", async () => {
  const ledger = await workspace();
  const outcomeOf = (wave: number) => ({ outcome: "rolled-back", data: { wave } });
  await recorded(ledger, deed, async () => 3, outcomeOf);
  expect(await readLedger(ledger.store)).toMatchObject([{ outcome: "rolled-back", data: { wave: 3 } }]);
});

it("leaves the service out of what concerns a whole environment", async () => {
  const ledger = await workspace();
  await recorded(ledger, { ...deed, service: undefined }, async () => 0);
  const [record] = await readLedger(ledger.store);
  expect(record).toBeDefined();
  expect(record).not.toHaveProperty("service");
});

it.each([
  ["refused", refusal("E_FROZEN"), { code: "E_FROZEN", message: "not now" }],
  ["interrupted", refusal("E_INTERRUPTED"), { code: "E_INTERRUPTED", message: "not now" }],
  ["failed", new TypeError("x is not a function"), { code: "E_BUG", message: "x is not a function" }],
])("records that a verb was %s, and throws on", async (outcome, error, data) => {
  const ledger = await workspace();
  await expect(recorded(ledger, deed, () => Promise.reject(error))).rejects.toBe(error);
  expect(await readLedger(ledger.store)).toMatchObject([{ outcome, data, verb: "deploy" }]);
});

it("throws what ended the verb, even when that cannot be recorded", async () => {
  const ledger = await workspace();
  ledger.store.close();
  const error = refusal("E_FROZEN");
  await expect(recorded(ledger, deed, () => Promise.reject(error))).rejects.toBe(error);
});

it("does not call a verb done that is not on record", async () => {
  const ledger = await workspace();
  ledger.store.close();
  await expect(recorded(ledger, deed, async () => 42)).rejects.toThrow();
});

it("keeps no secret: what is in the ledger can never be taken out of it again", async () => {
  const ledger = await workspace();
  const why = "curl said password=hunter2hunter2";
  await recorded(
    ledger,
    { ...deed, why },
    async () => 0,
    () => ({ outcome: "done", data: { reason: why } }),
  );
  await expect(recorded(ledger, deed, () => Promise.reject(new Error(why)))).rejects.toThrow(why);
  const records = await readLedger(ledger.store);
  expect(records).toHaveLength(2);
  expect(JSON.stringify(records)).not.toContain("hunter2hunter2");
});
