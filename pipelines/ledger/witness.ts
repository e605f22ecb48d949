// The end of a log, kept in a second place, so that records removed from the end are missed. Pure.
import { z } from "zod";

/** The end of a log: how many entries it has and the hash of the last one. */
export interface Head {
  count: number;
  hash: string;
}

/** One entry as it is stored; `body` is the text of a record. */
export interface LogEntry {
  seq: number;
  hash: string;
  body: string;
}

const head = z.object({ count: z.int().min(0), hash: z.string() });
const disagreement = z.object({ at: z.string(), expected: head.nullable(), found: head });
const schema = z.object({ head, pending: head.optional(), breaks: z.array(disagreement) });

/** At `at` (ISO) the log ended at `found`, where its witness said `expected` (null: there was no witness). */
export type Break = z.infer<typeof disagreement>;

/**
 * What the second place says. `pending` is the head that an append was about to make: it is written before the entry
 * and cleared after it, so that a crash between the two is told from a removal.
 */
export interface Witness {
  head: Head;
  pending?: Head;
  breaks: Break[];
}

export const emptyHead: Head = { count: 0, hash: "0".repeat(64) };
// The first break is the evidence; a log that is broken again and again must not grow this without end.
const keptBreaks = 20;

/** Whether both ends are the same. */
export const sameHead = (one: Head, other: Head) => one.count === other.count && one.hash === other.hash;

/** How the end of a log stands to its witness; "recovered" means that an append was cut short by a crash. */
export function agreement(found: Head, witness: Witness | undefined): "same" | "recovered" | "broken" {
  if (!witness) return sameHead(found, emptyHead) ? "same" : "broken";
  if (witness.pending && sameHead(found, witness.pending)) return "recovered";
  if (!sameHead(found, witness.head)) return "broken";
  return witness.pending ? "recovered" : "same";
}

/** The witness before an append: what is there, what is coming, and for good any disagreement met on the way. */
export function announce(found: Head, pending: Head, witness: Witness | undefined, at: string): Witness {
  const breaks = witness?.breaks ?? [];
  if (agreement(found, witness) === "broken" && breaks.length < keptBreaks)
    return { head: found, pending, breaks: [...breaks, { at, expected: witness?.head ?? null, found }] };
  return { head: found, pending, breaks };
}

/** The witness after the announced append is seen in the log; undefined where there is nothing to settle. */
export function settle(found: Head, witness: Witness | undefined): Witness | undefined {
  if (!witness?.pending || !sameHead(found, witness.pending)) return undefined;
  return { head: found, breaks: witness.breaks };
}

/** The witness in this text; undefined where it cannot be read, which counts as missing. */
export function parseWitness(text: string): Witness | undefined {
  try {
    const { head: last, pending, breaks } = schema.parse(JSON.parse(text));
    return { head: last, breaks, ...(pending && { pending }) };
  } catch {
    return undefined;
  }
}
