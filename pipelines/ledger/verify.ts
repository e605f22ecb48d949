// Whether the ledger is whole: every record unchanged, in its place, none missing. Pure.
import { canonical } from "../canonical.ts";
import { parseRecord, recordHash } from "./record.ts";
import { agreement, emptyHead } from "./witness.ts";
import type { Head, LogEntry, Witness } from "./witness.ts";

export interface Fault {
  seq: number;
  what: string;
}

export interface Verification {
  ok: boolean;
  count: number;
  /** An append was cut short by a crash and nothing is wrong. */
  recovered: boolean;
  faults: Fault[];
}

/** Checks the chain and its end. `entries` are in the order they are stored, `witness` is the head kept beside them. */
export function verify(entries: readonly LogEntry[], witness: Witness | undefined): Verification {
  const faults: Fault[] = [];
  let last = emptyHead;
  for (const entry of entries) {
    faults.push(...entryFaults(entry, last));
    last = { count: entry.seq, hash: entry.hash };
  }
  for (const met of witness?.breaks ?? [])
    faults.push({
      ...endFault(met.found, met.expected),
      what: `${endFault(met.found, met.expected).what} (met ${met.at})`,
    });
  const stands = agreement(last, witness);
  if (stands === "broken") faults.push(endFault(last, witness?.head ?? null));
  return { ok: faults.length === 0, count: entries.length, recovered: stands === "recovered", faults };
}

function entryFaults(entry: LogEntry, last: Head): Fault[] {
  const { seq } = entry;
  const expected = last.count + 1;
  const faults: Fault[] = [];
  if (seq > expected) faults.push({ seq: expected, what: `${numbered(expected, seq - 1)} removed` });
  if (seq < expected)
    faults.push({ seq, what: `record ${seq} stands after record ${last.count}: it was moved` });
  const what = recordFault(entry);
  if (what) faults.push({ seq, what });
  else if (faults.length === 0 && parseRecord(entry.body)?.prev !== last.hash)
    faults.push({
      seq,
      what: `record ${seq} does not follow the one before it: something was removed, inserted or moved`,
    });
  return faults;
}

function recordFault({ seq, hash, body }: LogEntry): string | undefined {
  const record = parseRecord(body);
  if (!record) return `record ${seq} cannot be read: it was changed`;
  if (record.seq !== seq)
    return `record ${seq} says that it is record ${record.seq}: it was moved or inserted`;
  // The text itself is compared too: a key written twice would parse to the same record.
  const whole = recordHash(record) === record.hash && record.hash === hash && canonical(record) === body;
  return whole ? undefined : `record ${seq} was changed after it was written`;
}

function endFault(found: Head, expected: Head | null): Fault {
  const { count } = found;
  if (!expected)
    return {
      seq: count,
      what: "the head kept beside the ledger is missing: records may be missing at the end",
    };
  const from = Math.min(count, expected.count) + 1;
  if (count < expected.count)
    return { seq: from, what: `${numbered(from, expected.count)} removed at the end` };
  if (count > expected.count) return { seq: from, what: `${numbered(from, count)} inserted at the end` };
  return {
    seq: count,
    what: `record ${count} is not the one that was written last: the chain was rewritten`,
  };
}

const numbered = (from: number, to: number) =>
  from === to ? `record ${from} was` : `records ${from} to ${to} were`;
