// One delivery at a time on this machine, in the order in which they came; who waits is told behind how many.
import { join } from "node:path";
import { stateFolder } from "../../infra/names.ts";
import { systemClock } from "../drivers/clock.ts";
import { openStore } from "../drivers/store-sqlite.ts";
import { drawTicket } from "../drivers/tickets.ts";
import { Refusal } from "../errors.ts";
import { withLease } from "../lease/lease.ts";

const lookSeconds = 0.5;
// No environment can have this name: its lease would be this one.
const queueName = "queue of deliveries";

export interface Queueing {
  /** Who delivers, for those that wait. */
  reason: string;
  /** Told whenever the number before us changes. */
  waiting: (before: number) => void;
  signal: AbortSignal;
}

/** Runs `work` once everybody who came before has ended. Throws the signal's reason when it is aborted while it waits. */
export async function inTurn<T>(
  repo: string,
  { reason, waiting, signal }: Queueing,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  using ticket = drawTicket(join(stateFolder(repo), "queue"));
  const store = await openStore(join(stateFolder(repo), "store"));
  try {
    let begun = false;
    for (let told = 0; ;) {
      signal.throwIfAborted();
      const before = ticket.before();
      if (before !== told && before > 0) waiting(before);
      told = before;
      const claim = { environment: queueName, holder: `pid ${process.pid}`, reason, signal };
      try {
        // The ticket says whose turn it is; only the lease keeps two from going at once.
        if (before === 0)
          return await withLease(store, systemClock, claim, (_lease, held) => {
            begun = true;
            return work(held);
          });
      } catch (error) {
        if (begun || !(error instanceof Refusal) || error.code !== "E_LEASE_HELD") throw error;
      }
      await systemClock.sleep(lookSeconds, signal);
    }
  } finally {
    await store.close();
  }
}
