// One change to an environment at a time: runs work while holding its lease.
import type { Clock } from "../drivers/clock.ts";
import type { Store } from "../drivers/store.ts";
import { Refusal } from "../errors.ts";
import { acquire } from "./claim.ts";
import type { Claim, Lease } from "./claim.ts";
import { keep } from "./keeper.ts";

/** A lease while it is held; `expiresAt` moves with each heartbeat. */
export interface HeldLease extends Readonly<Lease> {
  /** Call before each step that changes something. Throws E_LEASE_LOST, or E_STORE where the store cannot say. */
  check(): Promise<void>;
}

export interface LeaseRequest extends Omit<Claim, "ttlSeconds"> {
  /** Default 15. Heartbeats come three times as often. */
  ttlSeconds?: number;
  /** Aborts the work from outside (Ctrl-C); the lease is given back once the work has ended. */
  signal?: AbortSignal;
}

/**
 * Holds the environment's lease while `work` runs and gives it back afterwards, also on errors. The signal is aborted
 * with E_LEASE_LOST when the lease is lost, and then the whole rejects with it (or with the Refusal that `work` throws).
 * Refuses E_LEASE_HELD when another holds it, E_STORE when the store fails.
 */
export async function withLease<T>(
  store: Store,
  clock: Clock,
  request: LeaseRequest,
  work: (lease: HeldLease, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal: outside, ttlSeconds = 15, ...claim } = request;
  const askedAt = clock.now();
  const lease = await acquire(store, { ...claim, ttlSeconds });
  const keeper = keep(store, clock, lease, ttlSeconds, askedAt);
  const signal = outside ? AbortSignal.any([keeper.signal, outside]) : keeper.signal;
  const held = Object.assign(lease, { check: keeper.check });
  const [ended] = await Promise.allSettled([(async () => work(held, signal))()]);
  await keeper.stop();
  if (ended.status === "rejected" && ended.reason instanceof Refusal) throw ended.reason;
  keeper.signal.throwIfAborted();
  if (ended.status === "rejected") throw ended.reason;
  return ended.value;
}
