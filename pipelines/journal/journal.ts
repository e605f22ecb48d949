// What each rollout did, step by step, written before it is done: after a crash the next run reads it and goes on.
import { storeBusy } from "../drivers/store-failure.ts";
import { storeKey } from "../drivers/store.ts";
import type { Store } from "../drivers/store.ts";
import { find, isoNow, lastStep, opened, rolloutKey, rollouts, stepSchema, values } from "./entries.ts";
import type { JournalRollout, JournalStep } from "./entries.ts";

export interface Journal {
  /** Begins a rollout; `plan` is any JSON. The id must be new. */
  open(rollout: Pick<JournalRollout, "id" | "environment" | "service" | "plan">): Promise<void>;
  /** Writes one step; it is on disk when this resolves. */
  append(id: string, step: Omit<JournalStep, "at">): Promise<void>;
  /** Ends a rollout, and forgets the oldest finished ones of this environment and service beyond the last 20. */
  close(id: string, outcome: string): Promise<void>;
  /** Rollouts that were begun and not ended, oldest first. */
  unfinished(environment: string, service?: string): Promise<JournalRollout[]>;
  /** A rollout and its steps in order; undefined where there is none (any more). */
  read(id: string): Promise<(JournalRollout & { steps: JournalStep[] }) | undefined>;
}

const keptFinished = 20;

/** The journal in this store. Every operation refuses E_STORE when the store fails. */
export function openJournal(store: Store): Journal {
  // The number of each rollout's last known step, so that a step costs one write and no listing. Taken before it is
  // written: steps of one process never meet at a number, however many are on their way.
  const lastSteps = new Map<string, number>();
  const nextStep = (id: string) => {
    const number = (lastSteps.get(id) ?? 0) + 1;
    lastSteps.set(id, number);
    return number;
  };
  return {
    open: async ({ id, environment, service, plan }) => {
      if (await find(store, id)) throw new Error(`rollout ${id} is in the journal already`);
      const rollout = { id, environment, service, plan, openedAt: await isoNow(store) };
      if ((await store.put(rolloutKey(rollout), rollout, null)) === null) throw storeBusy(`rollout ${id}`);
    },
    append: async (id, step) => {
      if (!lastSteps.has(id)) {
        const last = await lastStep(store, id);
        lastSteps.set(id, Math.max(last, lastSteps.get(id) ?? 0));
      }
      const stamped = { at: await isoNow(store), ...step };
      // A number that is taken is another process's.
      const key = () => storeKey("step", id, String(nextStep(id)).padStart(8, "0"));
      while ((await store.put(key(), stamped, null)) === null);
    },
    close: async (id, outcome) => {
      const found = await opened(store, id);
      const closed = { ...found.rollout, closedAt: await isoNow(store), outcome };
      if ((await store.put(found.key, closed, found.etag)) === null) throw storeBusy(`rollout ${id}`);
      lastSteps.delete(id);
      await prune(store, closed);
    },
    unfinished: async (environment, service) => {
      const prefix = storeKey("rollout", environment, ...(service === undefined ? [] : [service]), "");
      return (await rollouts(store, prefix)).filter(({ closedAt }) => closedAt === undefined);
    },
    read: async (id) => {
      const found = await find(store, id);
      if (!found) return undefined;
      const keys = await store.list(storeKey("step", id, ""));
      return { ...found.rollout, steps: await values(store, keys, stepSchema) };
    },
  };
}

async function prune(store: Store, { environment, service }: JournalRollout): Promise<void> {
  const all = await rollouts(store, storeKey("rollout", environment, service, ""));
  const finished = all.filter(({ closedAt }) => closedAt !== undefined);
  const oldFirst = finished.toSorted((one, other) =>
    (one.closedAt ?? "").localeCompare(other.closedAt ?? ""),
  );
  for (const rollout of oldFirst.slice(0, -keptFinished))
    // The steps first: cut short, the rollout is still there to be pruned again.
    await store.remove([...(await store.list(storeKey("step", rollout.id, ""))), rolloutKey(rollout)]);
}
