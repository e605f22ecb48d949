// Keeps one lease alive with heartbeats and tells, by a signal, the moment it can no longer be relied on.
import type { Clock } from "../drivers/clock.ts";
import type { Store } from "../drivers/store.ts";
import { release, renew, standing } from "./claim.ts";
import type { Lease, Standing } from "./claim.ts";
import { leaseLost } from "./refusals.ts";

export interface Keeper {
  /** Aborted with E_LEASE_LOST. */
  signal: AbortSignal;
  /** Asks the store; throws E_LEASE_LOST, or E_STORE where the store cannot say. */
  check(): Promise<void>;
  /** Ends the heartbeats and gives the lease back; the signal is aborted if the lease had not stood until now. */
  stop(): Promise<void>;
}

/** `askedAt` is this machine's time just before the lease was asked for; `lease.expiresAt` moves with each heartbeat. */
export function keep(store: Store, clock: Clock, lease: Lease, ttlSeconds: number, askedAt: number): Keeper {
  const lost = new AbortController();
  const ended = new AbortController();
  // Counted from before each request, by this machine: never later than what the store counts.
  const span = ttlSeconds * 1000 - (store.precisionMilliseconds ?? 0);
  let deadline = askedAt + span;
  let failure: unknown;

  const lose = (other?: Lease) => {
    ended.abort();
    lost.abort(leaseLost(lease, other, failure));
  };
  const judge = ({ lease: stood, other }: Standing) => {
    if (stood) lease.expiresAt = stood.expiresAt;
    else lose(other);
    return stood !== undefined;
  };
  const pause = (seconds: number) => clock.sleep(seconds, ended.signal).catch(() => {});

  const heartbeat = async () => {
    for (;;) {
      await pause(ttlSeconds / 3);
      if (ended.signal.aborted) return;
      const asked = clock.now();
      try {
        if (judge(await renew(store, lease, ttlSeconds))) {
          deadline = asked + span;
          failure = undefined;
        }
      } catch (error) {
        // Tried again at the next beat; the watchdog ends it at the deadline.
        failure = error;
      }
    }
  };
  const watchdog = async () => {
    while (!ended.signal.aborted) {
      await pause((deadline - clock.now()) / 1000);
      if (!ended.signal.aborted && clock.now() >= deadline) lose();
    }
  };
  const loops = [heartbeat(), watchdog()];

  return {
    signal: lost.signal,
    check: async () => {
      lost.signal.throwIfAborted();
      judge(await standing(store, lease));
      lost.signal.throwIfAborted();
    },
    stop: async () => {
      ended.abort();
      await Promise.all(loops);
      try {
        judge(await release(store, lease));
      } catch {
        // The work is done and the lease expires by itself: a store that fails now must not turn that into a failure.
      }
    },
  };
}
