// A clock that stands still until a test moves it.
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../pipelines/drivers/clock.ts";

export interface ManualClock extends Clock {
  /** Moves time on, waking each sleeper at its own moment and letting it run on before the next wakes. */
  advance(seconds: number): Promise<void>;
  /** Jumps without waking anybody on the way, as a paused process sees it; then wakes all that are due. */
  jump(seconds: number): Promise<void>;
  /** Time stands still for sleepers until this work on a real network has ended. */
  during<T>(work: Promise<T>): Promise<T>;
  /** How many are asleep. */
  sleepers(): number;
}

export function manualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let now = start;
  const sleepers = new Set<{ at: number; wake: () => void }>();
  const busy = new Set<Promise<unknown>>();
  const wakeDue = async () => {
    for (;;) {
      await setImmediate();
      if (busy.size > 0) {
        await Promise.allSettled(busy);
        continue;
      }
      const [first] = [...sleepers].filter(({ at }) => at <= now).toSorted((one, other) => one.at - other.at);
      if (!first) return;
      sleepers.delete(first);
      first.wake();
    }
  };
  return {
    now: () => now,
    sleep: (seconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = { at: now + Math.max(0, seconds) * 1000, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    advance: async (seconds) => {
      const end = now + seconds * 1000;
      for (;;) {
        await wakeDue();
        const next = Math.min(...[...sleepers].map(({ at }) => at));
        if (next > end) break;
        now = next;
      }
      now = end;
    },
    jump: async (seconds) => {
      now += seconds * 1000;
      await wakeDue();
    },
    during: (work) => {
      busy.add(work);
      const ended = () => busy.delete(work);
      work.then(ended, ended);
      return work;
    },
    sleepers: () => sleepers.size,
  };
}
