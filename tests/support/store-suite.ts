// Which kind of store the shared tests run against: SQLite, unless a rig names another before it imports them.
import type { Clock } from "../../pipelines/drivers/clock.ts";
import type { Store } from "../../pipelines/drivers/store.ts";
import { sqliteBacking } from "./store-suite-sqlite.ts";

/** Harm done to what is stored, past the store itself. */
export interface Tamper {
  /** Replaces text in the body of a ledger record. */
  changeBody: (seq: number, from: string, to: string) => Promise<void>;
  setBody: (seq: number, body: string) => Promise<void>;
  removeRecord: (seq: number) => Promise<void>;
  swapRecords: (one: number, other: number) => Promise<void>;
  copyRecord: (from: number, to: number) => Promise<void>;
  /** null removes it. */
  setWitness: (text: string | null) => Promise<void>;
  setValue: (key: string, text: string) => Promise<void>;
}

export interface Backing {
  /** A new, empty place for a store: a folder, or `s3://bucket/prefix?region=...`; gone when the test ends. */
  place: () => Promise<string>;
  open: (place: string, clock?: Clock) => Promise<Store>;
  tamper: (place: string) => Tamper;
}

let chosen: Backing = sqliteBacking;

/** From here on the shared tests of this file run on these stores. */
export const storeOn = (backing: Backing): void => {
  chosen = backing;
};

export const backing = (): Backing => chosen;
