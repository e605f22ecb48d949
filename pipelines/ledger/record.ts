// What one ledger record is, and how each is chained to the one before. Pure.
import { createHash } from "node:crypto";
import { z } from "zod";
import { canonical } from "../canonical.ts";
import type { Head } from "./witness.ts";

/** What a caller says; the ledger adds number, time and chain. */
export interface LedgerEntry {
  who: string;
  verb: string;
  environment: string;
  service?: string;
  what: string;
  why: string;
  /** "done", "refused", "failed", "rolled-back", ... */
  outcome: string;
  /** Any JSON. */
  data?: unknown;
}

export interface LedgerRecord extends LedgerEntry {
  /** 1, 2, 3, ... without a gap. */
  seq: number;
  /** ISO 8601, UTC. */
  at: string;
  /** Hash of the record before; 64 zeros for the first. */
  prev: string;
  hash: string;
}

/** The most bytes (UTF-8) that one record may take; what is over is cut, with a marker. */
export const recordLimit = 16 * 1024;
const sentenceLimit = 4096;
const wordLimit = 512;

const schema = z.looseObject({
  seq: z.int().min(1),
  at: z.iso.datetime(),
  who: z.string(),
  verb: z.string(),
  environment: z.string(),
  service: z.string().optional(),
  what: z.string(),
  why: z.string(),
  outcome: z.string(),
  prev: z.string(),
  hash: z.string(),
});

/** SHA-256 (hex) over the canonical JSON of the record without its hash. */
export function recordHash(record: Omit<LedgerRecord, "hash"> & { hash?: string }): string {
  const { hash: _, ...rest } = record;
  return createHash("sha256").update(canonical(rest)).digest("hex");
}

/** The record that puts this entry after that head, cut to the limit. `at` is ISO 8601, UTC. */
export function chain(head: Head, at: string, entry: LedgerEntry): LedgerRecord {
  const { service, data } = entry;
  const rest = {
    seq: head.count + 1,
    at,
    prev: head.hash,
    who: clip(entry.who, wordLimit),
    verb: clip(entry.verb, wordLimit),
    environment: clip(entry.environment, wordLimit),
    ...(service !== undefined && { service: clip(service, wordLimit) }),
    what: clip(entry.what, sentenceLimit),
    why: clip(entry.why, sentenceLimit),
    outcome: clip(entry.outcome, wordLimit),
  };
  // 100 bytes: the hash itself and the names around it and around the data.
  const record = data === undefined ? rest : { ...rest, data: fitted(data, recordLimit - bytes(rest) - 100) };
  return { ...record, hash: recordHash(record) };
}

/** The record in this text; undefined where it is none. */
export function parseRecord(body: string): LedgerRecord | undefined {
  try {
    return schema.parse(JSON.parse(body)) as LedgerRecord;
  } catch {
    return undefined;
  }
}

const bytes = (value: unknown) => Buffer.byteLength(canonical(value));
const quotedSize = (text: string) => Buffer.byteLength(JSON.stringify(text)) - 2;

function fitted(data: unknown, room: number): unknown {
  const size = bytes(data);
  if (size <= room) return data;
  return { truncated: true, bytes: size, start: clip(canonical(data), room - 60) };
}

/** The text, cut where its JSON would pass so many bytes. */
function clip(text: string, limit: number): string {
  if (quotedSize(text) <= limit) return text;
  const marker = "… [cut]";
  let room = limit - quotedSize(marker);
  let kept = "";
  for (const character of text) {
    room -= quotedSize(character);
    if (room < 0) break;
    kept += character;
  }
  return kept + marker;
}
