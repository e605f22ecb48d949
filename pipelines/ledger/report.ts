// The ledger as text: a table for people, JSON Lines for machines, and which records to show. Pure.
import { printable } from "./printable.ts";
import { canonical } from "../canonical.ts";
import type { LedgerRecord } from "./record.ts";
import type { Verification } from "./verify.ts";

export interface LedgerFilter {
  environment?: string;
  service?: string;
  verb?: string;
  who?: string;
  outcome?: string;
  /** Milliseconds since 1970; records at or after it. */
  since?: number;
}

/** The records that match everything in the filter, in their order. */
export function filterRecords(records: readonly LedgerRecord[], filter: LedgerFilter): LedgerRecord[] {
  const { since, ...equal } = filter;
  const wanted = Object.entries(equal).filter(([, value]) => value !== undefined);
  return records.filter(
    (record) =>
      wanted.every(([field, value]) => record[field as keyof typeof equal] === value) &&
      (since === undefined || Date.parse(record.at) >= since),
  );
}

const columns = ["#", "when (UTC)", "who", "verb", "where", "outcome", "what"];

/** A table, one record a line, cells cut to a readable width; nothing in it can steer a terminal. */
export function ledgerText(records: readonly LedgerRecord[]): string {
  if (records.length === 0) return "No records.\n";
  const rows = [columns, ...records.map(cells)];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const line = (row: string[]) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ");
  return rows.map((row) => `${line(row).trimEnd()}\n`).join("");
}

/** JSON Lines, one canonical record a line: the export that can be verified elsewhere. */
export const ledgerLines = (records: readonly LedgerRecord[]) =>
  records.map((record) => `${canonical(record)}\n`).join("");

/** What `verify` found, in sentences. */
export function verificationText({ ok, count, recovered, faults }: Verification): string {
  const crash = recovered ? " The last append was cut short by a crash; nothing is missing." : "";
  if (ok) return `The ledger is whole: ${count} records.${crash}\n`;
  return [
    `The ledger is NOT whole: ${faults.length} faults in ${count} records.`,
    ...faults.map(({ what }) => `  ${printable(what)}`),
    "",
  ].join("\n");
}

function cells(record: LedgerRecord): string[] {
  const where = record.service ? `${record.environment} ${record.service}` : record.environment;
  const what = record.why ? `${record.what} (${record.why})` : record.what;
  const when = record.at.replace("T", " ").replace(/\.\d+Z$/, "");
  return [String(record.seq), when, record.who, record.verb, where, record.outcome]
    .map((cell) => cut(printable(cell), 32))
    .concat(cut(printable(what), 200));
}

const cut = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}…` : text);
