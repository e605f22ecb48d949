// Appends to the ledger and reads it, over any store.
import { canonical } from "../canonical.ts";
import type { Store } from "../drivers/store.ts";
import { storeBusy } from "../drivers/store-failure.ts";
import { chain, parseRecord } from "./record.ts";
import type { LedgerEntry, LedgerRecord } from "./record.ts";
import { verify } from "./verify.ts";
import type { Verification } from "./verify.ts";

const log = "ledger";
// Each failed try means that another writer got through; so many in a row is not contention any more.
const tries = 10_000;

/** Appends one record, with the store's time; when another process was first, chains on to that one's. Refuses E_STORE. */
export async function appendRecord(store: Store, entry: LedgerEntry): Promise<LedgerRecord> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const head = await store.head(log);
    const record = chain(head, new Date(await store.now()).toISOString(), entry);
    if (await store.append(log, head, { hash: record.hash, body: canonical(record) })) return record;
  }
  throw storeBusy("the ledger");
}

/** All records that can be read, oldest first; what cannot be read is for `verifyLedger` to tell. */
export async function readLedger(store: Store): Promise<LedgerRecord[]> {
  const { entries } = await store.read(log);
  return entries.flatMap(({ body }) => parseRecord(body) ?? []);
}

/** Whether the whole ledger is as it was written. */
export async function verifyLedger(store: Store): Promise<Verification> {
  const { entries, witness } = await store.read(log);
  return verify(entries, witness);
}
