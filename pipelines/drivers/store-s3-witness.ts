// The witness of a log where many may append at once: every announced end is kept until one of them is there. Pure.
import { z } from "zod";
import { announce, sameHead } from "../ledger/witness.ts";
import type { Head, Witness } from "../ledger/witness.ts";

const head = z.object({ count: z.int().min(0), hash: z.string() });
const schema = z.object({
  head,
  pending: z.array(head),
  breaks: z.array(z.object({ at: z.string(), expected: head.nullable(), found: head })),
});

/**
 * As `Witness`, but with the ends that several writers are about to make: one of them comes true. Were only the last
 * announcement kept, a writer that died after its entry would look like somebody who tampered.
 */
export type SharedWitness = z.infer<typeof schema>;

/** The shared witness in this value; undefined where it is none, which counts as missing. */
export const parseShared = (value: unknown): SharedWitness | undefined => schema.safeParse(value).data;

/** The witness as one reader of a log that ends at `found` sees it. */
export function seenFrom(found: Head, shared: SharedWitness | undefined): Witness | undefined {
  if (shared === undefined) return undefined;
  const { pending, ...rest } = shared;
  const announced = pending.find((one) => sameHead(one, found)) ?? pending[0];
  return { ...rest, ...(announced && { pending: announced }) };
}

/** One more writer announces what it is about to append to a log that ends at `found`. */
export function announceShared(
  found: Head,
  next: Head,
  shared: SharedWitness | undefined,
  at: string,
): SharedWitness {
  const { head: last, breaks } = announce(found, next, seenFrom(found, shared), at);
  // Those at or below the end were beaten to their number, and can never be made.
  const open = (shared?.pending ?? []).filter((one) => one.count > found.count && !sameHead(one, next));
  return { head: last, breaks, pending: [...open, next] };
}

/** The witness once `made` is seen in the log; undefined where it is told already. */
export function settleShared(made: Head, shared: SharedWitness | undefined): SharedWitness | undefined {
  if (shared === undefined || shared.head.count >= made.count) return undefined;
  return {
    head: made,
    breaks: shared.breaks,
    pending: shared.pending.filter(({ count }) => count > made.count),
  };
}

/** Where the end of the log is most likely, for whoever looks for it. */
export const likelyEnd = (shared: SharedWitness | undefined): number =>
  Math.max(shared?.head.count ?? 0, ...(shared?.pending ?? []).map(({ count }) => count));
