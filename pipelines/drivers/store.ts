// Where lease, journal and ledger live: compare-and-set on keys, and logs that only grow. Nothing here needs SQL.
import type { Head, LogEntry, Witness } from "../ledger/witness.ts";

/** A value (any JSON) and the tag that changes with each write of it. */
export interface Stored {
  value: unknown;
  etag: string;
}

/**
 * What each operation is on S3, so that a second implementation stays possible: `put` is a PUT with If-Match or
 * If-None-Match, `list` a listing, `append` a PUT of the next number with If-None-Match, `now` the Date of a response.
 * Every operation refuses with E_STORE when the store cannot be used.
 */
export interface Store {
  /** How exactly `now` tells, in milliseconds; 0 where left out. A lease is relied on for so much less. */
  readonly precisionMilliseconds?: number;
  /** The store's own time, milliseconds since 1970: leases are judged by it, never by the clocks of two machines. */
  now(): Promise<number>;
  get(key: string): Promise<Stored | undefined>;
  /** Writes only if the key still has the expected tag (null: is absent). The new tag, or null: another was first. */
  put(key: string, value: unknown, expected: string | null): Promise<string | null>;
  /** Keys that start with the prefix, in order. */
  list(prefix: string): Promise<string[]>;
  /** Removes these keys; those that are gone already do not matter. */
  remove(keys: readonly string[]): Promise<void>;
  /** The end of a log; count 0 when it is empty. */
  head(log: string): Promise<Head>;
  /** Appends one entry if the log still ends at `expected`, and moves its witness. False: another was first. */
  append(log: string, expected: Head, entry: { hash: string; body: string }): Promise<boolean>;
  /** A log and its witness (the end, kept in a second place) at one moment; oldest entry first. */
  read(log: string): Promise<{ entries: LogEntry[]; witness: Witness | undefined }>;
  /** May be called again. */
  close(): Promise<void>;
}

/** A key of parts that may hold any text: a slash inside a part (`local/prod`) does not split it. */
export const storeKey = (...parts: string[]) => parts.map(encodeURIComponent).join("/");
