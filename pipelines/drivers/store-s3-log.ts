// A log in a bucket: one numbered object an entry, each written once, and the witness as an object of its own.
import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import pLimit from "p-limit";
import { z } from "zod";
import { emptyHead, sameHead } from "../ledger/witness.ts";
import type { Head, LogEntry, Witness } from "../ledger/witness.ts";
import { storeBusy } from "./store-failure.ts";
import type { Objects } from "./store-s3-objects.ts";
import type { Found } from "./store-s3-read.ts";
import { announceShared, likelyEnd, parseShared, seenFrom, settleShared } from "./store-s3-witness.ts";
import { storeKey } from "./store.ts";

const entrySchema = z.object({ hash: z.string(), body: z.string() });
const readsAtOnce = 32;
const quietTries = 50;
const settleTries = 5;
const pauseMilliseconds = 250;

const folderOf = (log: string) => `log/${storeKey(log, "")}`;
const entryKey = (log: string, seq: number) => `${folderOf(log)}${String(seq).padStart(10, "0")}`;
const witnessKey = (log: string) => `witness/${storeKey(log)}`;

/** The end of a log. Looks where the witness says that it is, and lists the log only where that is not true. */
export async function headOf(objects: Objects, log: string): Promise<Head> {
  const { shared } = await witnessOf(objects, log);
  const likely = likelyEnd(shared);
  for (const start of new Set([likely, shared?.head.count ?? 0])) {
    const found = await endFrom(objects, log, start);
    if (found !== undefined) return found;
  }
  const last = (await numbers(objects, log)).at(-1);
  if (last === undefined) return emptyHead;
  return (await endFrom(objects, log, last)) ?? emptyHead;
}

/** Appends where the log still ends at `expected`; false where another was first. `at` is ISO 8601. */
export async function appendTo(
  objects: Objects,
  log: string,
  { expected, entry, at }: { expected: Head; entry: { hash: string; body: string }; at: string },
): Promise<boolean> {
  const next = { count: expected.count + 1, hash: entry.hash };
  // First the witness, then the end: as long as the witness is still this one when the announcement is written,
  // nobody else announced in between, and the end must be what it says.
  const { shared, etag } = await witnessOf(objects, log);
  const [last, after] = await Promise.all([
    headAt(objects, log, expected.count),
    headAt(objects, log, next.count),
  ]);
  if (last === undefined || !sameHead(last, expected) || after !== undefined) return beaten();
  const announced = announceShared(expected, next, shared, at);
  if ((await objects.put(witnessKey(log), announced, etag)) === null) return beaten();
  if ((await objects.put(entryKey(log, next.count), entry, null)) === null) return beaten();
  await settleWitness(objects, log, next);
  return true;
}

/** All entries, oldest first, and the witness: at a moment in which nobody moved it. */
export async function readLog(
  objects: Objects,
  log: string,
): Promise<{ entries: LogEntry[]; witness: Witness | undefined }> {
  for (let attempt = 0; attempt < quietTries; attempt += 1) {
    const before = await witnessOf(objects, log);
    const entries = await entriesOf(objects, log);
    const { shared, etag } = await witnessOf(objects, log);
    if (etag !== before.etag) continue;
    const last = entries.at(-1);
    const end = last === undefined ? emptyHead : { count: last.seq, hash: last.hash };
    return { entries, witness: seenFrom(end, shared) };
  }
  throw storeBusy(log);
}

/** Writers who lost do not meet again in the same moment. */
async function beaten(): Promise<false> {
  await setTimeout(Math.random() * pauseMilliseconds);
  return false;
}

async function witnessOf(objects: Objects, log: string) {
  const found = await objects.get(witnessKey(log));
  return { shared: parseShared(found?.envelope?.value), etag: found?.etag ?? null };
}

/** The last head of an unbroken run of entries from this number on; undefined where there is none at that number. */
async function endFrom(objects: Objects, log: string, start: number): Promise<Head | undefined> {
  let found = await headAt(objects, log, start);
  for (let next = found; next !== undefined; next = await headAt(objects, log, next.count + 1)) found = next;
  return found;
}

async function headAt(objects: Objects, log: string, count: number): Promise<Head | undefined> {
  if (count === 0) return emptyHead;
  const found = await objects.get(entryKey(log, count));
  return found && { count, hash: entryIn(found).hash };
}

/** What cannot be read counts as an entry all the same, so that it is found by whoever verifies the log. */
function entryIn({ envelope, text }: Found): { hash: string; body: string } {
  const hash = () => createHash("sha256").update(text).digest("hex");
  return entrySchema.safeParse(envelope?.value).data ?? { hash: hash(), body: text };
}

async function numbers(objects: Objects, log: string): Promise<number[]> {
  const names = (await objects.list(folderOf(log))).map((key) => key.slice(folderOf(log).length));
  return names.filter((name) => /^\d{10}$/.test(name)).map(Number);
}

async function entriesOf(objects: Objects, log: string): Promise<LogEntry[]> {
  const limit = pLimit(readsAtOnce);
  const read = async (seq: number): Promise<LogEntry[]> => {
    const found = await objects.get(entryKey(log, seq));
    return found ? [{ seq, ...entryIn(found) }] : [];
  };
  const all = (await numbers(objects, log)).map((seq) => limit(() => read(seq)));
  return (await Promise.all(all)).flat();
}

async function settleWitness(objects: Objects, log: string, made: Head): Promise<void> {
  try {
    for (let attempt = 0; attempt < settleTries; attempt += 1) {
      const { shared, etag } = await witnessOf(objects, log);
      const settled = settleShared(made, shared);
      if (!settled || (await objects.put(witnessKey(log), settled, etag)) !== null) return;
    }
  } catch {
    // The entry is there and announced: an unsettled witness reads as a crash, and the next append settles it.
  }
}
