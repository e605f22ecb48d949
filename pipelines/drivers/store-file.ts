// The file of a SQLite store: made private, opened, brought to the known format.
import { chmodSync, closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { storeTooNew } from "./store-failure.ts";

const format = 1;
const busyMilliseconds = 10_000;

// INSERT OR REPLACE deletes without asking the delete trigger: the insert trigger refuses a number that is taken.
const schema = `
CREATE TABLE entry (key TEXT PRIMARY KEY, value TEXT NOT NULL, etag TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE log (log TEXT, seq INTEGER, hash TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (log, seq)) STRICT, WITHOUT ROWID;
CREATE TRIGGER log_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;
CREATE TRIGGER log_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;
CREATE TRIGGER log_insert BEFORE INSERT ON log
  WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM log WHERE log = NEW.log)
  BEGIN SELECT RAISE(ABORT, 'a log only grows at its end'); END;
PRAGMA user_version = ${format};`;

/** Opens the database, making folder (0700), file (0600) and tables where they are missing. Refuses E_STORE_VERSION. */
export function openDatabase(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, "a", 0o600));
  keepPrivate(dirname(path), 0o700);
  keepPrivate(path, 0o600);
  const database = new DatabaseSync(path, { timeout: busyMilliseconds });
  try {
    if (version(database) > format) throw storeTooNew(path, version(database), format);
    useWriteAheadLog(database);
    // FULL: a lease or a step that was told as done survives a power cut, so a fencing token is never given twice.
    database.exec("PRAGMA synchronous = FULL");
    if (version(database) < format)
      transaction(database, () => version(database) < format && database.exec(schema));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Runs the work as the only writer; all of it is kept, or nothing. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

const version = (database: DatabaseSync) =>
  Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);

function keepPrivate(path: string, mode: number): void {
  if ((statSync(path).mode & 0o777) !== mode) chmodSync(path, mode);
}

/** Of processes that switch a new file to WAL together, some get "busy" at once, without SQLite's own waiting. */
function useWriteAheadLog(database: DatabaseSync): void {
  const end = Date.now() + busyMilliseconds;
  for (;;) {
    try {
      database.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== 5 || Date.now() > end) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
