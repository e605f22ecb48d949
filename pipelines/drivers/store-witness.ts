// The witness of a log as a small file beside the database.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { parseWitness } from "../ledger/witness.ts";
import type { Witness } from "../ledger/witness.ts";

/** The witness at this path; undefined where there is none that can be read. */
export function readWitness(path: string): Witness | undefined {
  try {
    return parseWitness(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Puts the witness in place by write and rename, on disk before it returns. Call as the only writer. */
export function writeWitness(path: string, witness: Witness): void {
  const file = openSync(`${path}.tmp`, "w", 0o600);
  try {
    writeSync(file, `${JSON.stringify(witness)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.tmp`, path);
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
