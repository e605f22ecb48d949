// The store in one SQLite file, for one machine: safe with many processes at once.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { announce, emptyHead, sameHead, settle } from "../ledger/witness.ts";
import type { Head, LogEntry } from "../ledger/witness.ts";
import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { storeDamaged, storeFailure } from "./store-failure.ts";
import { openDatabase, transaction } from "./store-file.ts";
import { readWitness, writeWitness } from "./store-witness.ts";
import type { Store, Stored } from "./store.ts";

/**
 * Opens (or makes) the store in this folder, which belongs to it alone: `surefoot.db` and `<log>.head`.
 * Refuses E_STORE and E_STORE_VERSION.
 */
export async function openStore(folder: string, clock: Clock = systemClock): Promise<Store> {
  const path = join(folder, "surefoot.db");
  const database = guarded(path, () => openDatabase(path));
  const guard = async <T>(work: () => T): Promise<T> => guarded(path, work);
  const witnessPath = (log: string) => join(folder, `${log}.head`);
  return {
    now: async () => clock.now(),
    get: (key) => guard(() => get(database, key)),
    put: (key, value, expected) => guard(() => put(database, key, value, expected)),
    list: (prefix) => guard(() => list(database, prefix)),
    remove: (keys) => guard(() => remove(database, keys)),
    head: (log) => guard(() => head(database, log)),
    append: (log, expected, entry) =>
      guard(() => append(database, { log, expected, entry, witnessPath: witnessPath(log), at: clock.now() })),
    read: (log) =>
      guard(() =>
        transaction(database, () => ({
          entries: entries(database, log),
          witness: readWitness(witnessPath(log)),
        })),
      ),
    close: () => guard(() => (database.isOpen ? database.close() : undefined)),
  };
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeFailure(error, path);
  }
}

function get(database: DatabaseSync, key: string): Stored | undefined {
  const row = database.prepare("SELECT value, etag FROM entry WHERE key = ?").get(key);
  if (!row) return undefined;
  try {
    return { value: JSON.parse(String(row["value"])), etag: String(row["etag"]) };
  } catch (error) {
    throw storeDamaged(key, error);
  }
}

function put(database: DatabaseSync, key: string, value: unknown, expected: string | null): string | null {
  const etag = randomUUID();
  const text = JSON.stringify(value);
  const run = (sql: string, ...values: SQLInputValue[]) => database.prepare(sql).run(...values).changes === 1;
  const written =
    expected === null
      ? run("INSERT INTO entry (key, value, etag) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", key, text, etag)
      : run("UPDATE entry SET value = ?, etag = ? WHERE key = ? AND etag = ?", text, etag, key, expected);
  return written ? etag : null;
}

function list(database: DatabaseSync, prefix: string): string[] {
  const sql = "SELECT key FROM entry WHERE key >= ? AND key < ? || char(0x10FFFF) ORDER BY key";
  return database
    .prepare(sql)
    .all(prefix, prefix)
    .map((row) => String(row["key"]));
}

function remove(database: DatabaseSync, keys: readonly string[]): void {
  const statement = database.prepare("DELETE FROM entry WHERE key = ?");
  transaction(database, () => {
    for (const key of keys) statement.run(key);
  });
}

function head(database: DatabaseSync, log: string): Head {
  const row = database.prepare("SELECT seq, hash FROM log WHERE log = ? ORDER BY seq DESC LIMIT 1").get(log);
  return row ? { count: Number(row["seq"]), hash: String(row["hash"]) } : emptyHead;
}

interface Append {
  log: string;
  expected: Head;
  entry: { hash: string; body: string };
  witnessPath: string;
  at: number;
}

function append(database: DatabaseSync, { log, expected, entry, witnessPath, at }: Append): boolean {
  const next = { count: expected.count + 1, hash: entry.hash };
  const added = transaction(database, () => {
    const found = head(database, log);
    if (!sameHead(found, expected)) return false;
    writeWitness(witnessPath, announce(found, next, readWitness(witnessPath), new Date(at).toISOString()));
    const sql = "INSERT INTO log (log, seq, hash, body) VALUES (?, ?, ?, ?)";
    database.prepare(sql).run(log, next.count, entry.hash, entry.body);
    return true;
  });
  if (added) settleWitness(database, log, witnessPath);
  return added;
}

function settleWitness(database: DatabaseSync, log: string, witnessPath: string): void {
  try {
    transaction(database, () => {
      const settled = settle(head(database, log), readWitness(witnessPath));
      if (settled) writeWitness(witnessPath, settled);
    });
  } catch {
    // The entry is on disk and announced: an unsettled witness reads as a crash, and the next append settles it.
  }
}

function entries(database: DatabaseSync, log: string): LogEntry[] {
  const rows = database.prepare("SELECT seq, hash, body FROM log WHERE log = ? ORDER BY seq").all(log);
  return rows.map((row) => ({
    seq: Number(row["seq"]),
    hash: String(row["hash"]),
    body: String(row["body"]),
  }));
}
