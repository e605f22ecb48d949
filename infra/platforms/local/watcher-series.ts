// The last minutes of one node: a ring of samples, each marked with the process that it came from.
import type { Reading } from "./watcher-reading.ts";

export interface Sample extends Reading {
  /** Milliseconds since the epoch, at the start of the scrape. */
  at: number;
  /** Counts up with each new process of the node that was noticed. */
  process: number;
}

const keptSeconds = 15 * 60;

/** Samples of one node, oldest first, at most fifteen minutes of them. */
export class Series {
  readonly #capacity: number;
  readonly #ring: Sample[] = [];
  #oldest = 0;
  #last: Sample | undefined;

  constructor(intervalSeconds: number) {
    this.#capacity = Math.ceil(keptSeconds / intervalSeconds) + 1;
  }

  get last(): Sample | undefined {
    return this.#last;
  }

  push(at: number, reading: Reading): void {
    const last = this.#last;
    const process = last === undefined ? 0 : last.process + (isNewProcess(last, reading) ? 1 : 0);
    // Equal bounds are kept once, not 900 times.
    const bounds =
      last !== undefined && sameBounds(last.bounds, reading.bounds) ? last.bounds : reading.bounds;
    const sample = { ...reading, bounds, at, process };
    if (this.#ring.length < this.#capacity) this.#ring.push(sample);
    else {
      this.#ring[this.#oldest] = sample;
      this.#oldest = (this.#oldest + 1) % this.#capacity;
    }
    this.#last = sample;
  }

  /** The samples with `from <= at <= to` (ms since the epoch), oldest first, none older than fifteen minutes before the newest. */
  between(from: number, to: number): Sample[] {
    const since = Math.max(from, (this.#last?.at ?? 0) - keptSeconds * 1000);
    const ordered = [...this.#ring.slice(this.#oldest), ...this.#ring.slice(0, this.#oldest)];
    return ordered.filter(({ at }) => at >= since && at <= to);
  }
}

/** Whether a reading comes from another process than the sample before it: another start time, or a count that went down. */
export function isNewProcess(before: Reading, now: Reading): boolean {
  // Some libraries round the start time, and by the clock: less than a second apart is the same start.
  const starts = before.startedAt !== null && now.startedAt !== null;
  if (starts && Math.abs((now.startedAt ?? 0) - (before.startedAt ?? 0)) >= 1) return true;
  if (now.requests < before.requests || now.errors < before.errors) return true;
  if (before.bounds.length === 0) return false;
  return (
    !sameBounds(before.bounds, now.bounds) ||
    now.buckets.some((count, at) => count < (before.buckets[at] ?? 0))
  );
}

export function sameBounds(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((bound, at) => bound === b[at]));
}
