// Time as everything else sees it: so that tests can move it by hand.
import { setTimeout as wait } from "node:timers/promises";

export interface Clock {
  /** Milliseconds since 1970, by this machine. */
  now(): number;
  /** Resolves after so many seconds (at most 24 days); rejects with the signal's reason once that is aborted. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (seconds, signal) => {
    try {
      await wait(Math.max(0, seconds) * 1000, undefined, signal ? { signal } : {});
    } catch (error) {
      throw signal?.reason ?? error;
    }
  },
};
