// Runs a verb and writes into the ledger what became of it: done, refused, failed, or the verb's own outcome.
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import { maskDocument } from "../masking/masked.ts";
import { appendRecord } from "./ledger.ts";
import type { LedgerEntry } from "./record.ts";

export interface Deed {
  verb: string;
  service?: string | undefined;
  what: string;
  why: string;
}

/** Rethrows what `work` throws, after it is on record. `outcomeOf` tells the outcome and the facts to keep with it. */
export async function recorded<T>(
  workspace: Pick<Workspace, "store" | "who" | "name">,
  { service, ...deed }: Deed,
  work: () => Promise<T>,
  outcomeOf: (result: T) => { outcome: string; data?: unknown } = () => ({ outcome: "done" }),
): Promise<T> {
  const entry = {
    ...deed,
    ...(service === undefined ? {} : { service }),
    who: workspace.who,
    environment: workspace.name.id,
  };
  // What is in the ledger can never be taken out of it again.
  const append = (end: Pick<LedgerEntry, "outcome" | "data">) =>
    appendRecord(workspace.store, maskDocument({ ...entry, ...end }));
  let result: T;
  try {
    result = await work();
  } catch (error) {
    const refused = error instanceof Refusal;
    const outcome = refused ? (error.code === "E_INTERRUPTED" ? "interrupted" : "refused") : "failed";
    // The error that ended the verb matters more than one about writing it down.
    await append({
      outcome,
      data: { code: refused ? error.code : "E_BUG", message: (error as Error).message },
    }).catch(() => {});
    throw error;
  }
  await append(outcomeOf(result));
  return result;
}
