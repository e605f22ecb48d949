// The tick loop: 20 times a second the world moves and the players' moves are answered.
import type { Histogram } from "prom-client";
import { sampleWorkMs, wholeMs } from "../simulated-work.ts";

const TICK_MS = 50;

export interface Ticks {
  /** Calls back when the next tick's work is done. */
  onNextTick(then: (tick: number) => void): void;
  stop(): void;
}

/**
 * Starts the loop. The work of a tick is a sampled duration (1 to 3 ms, times `slowFactor`): it is observed as
 * sampled and the answers wait for it, but nothing is burnt. The lateness of the timer is left out on purpose: 50 nodes
 * on two cores would each report their neighbours' load, and a busy machine would look like a bad release.
 */
export function startTicks(observed: Histogram, slowFactor: number): Ticks {
  let waiting: Array<(tick: number) => void> = [];
  let tick = 0;
  let dueAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  // One wake-up a tick, at its beginning plus its work: that is when the answers may go out.
  const arm = (): void => {
    dueAt = Math.max(dueAt + TICK_MS, performance.now());
    const workMs = sampleWorkMs(1, 3, slowFactor);
    timer = setTimeout(finish, wholeMs(dueAt + workMs - performance.now()), workMs);
  };
  const finish = (workMs: number): void => {
    tick += 1;
    observed.observe(workMs / 1000);
    const answered = waiting;
    waiting = [];
    for (const then of answered) then(tick);
    arm();
  };
  arm();
  return { onNextTick: (then) => void waiting.push(then), stop: () => clearTimeout(timer) };
}
