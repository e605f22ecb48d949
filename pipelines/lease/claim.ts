// The lease as it is stored, and each way it changes: take, renew, release, break. Every change is one compare-and-set.
import { z } from "zod";
import { storeBusy, storeDamaged } from "../drivers/store-failure.ts";
import { storeKey } from "../drivers/store.ts";
import type { Store } from "../drivers/store.ts";
import { leaseHeld } from "./refusals.ts";

const leaseSchema = z.object({
  environment: z.string(),
  holder: z.string(),
  reason: z.string(),
  token: z.int().min(1),
  acquiredAt: z.number(),
  expiresAt: z.number(),
});
const stateSchema = z.object({ token: z.int().min(0), held: leaseSchema.nullable() });

/** Who may change an environment until when; times in milliseconds since 1970, by the store's clock. */
export type Lease = z.infer<typeof leaseSchema>;
/** `token` is the last one given: it outlives the lease, so that none is given twice. */
type State = z.infer<typeof stateSchema>;

export interface Claim {
  environment: string;
  /** "user@host pid 123" */
  holder: string;
  reason: string;
  ttlSeconds: number;
}

/** Takes the lease where it is free or expired; refuses E_LEASE_HELD where it is not. */
export function acquire(store: Store, claim: Claim): Promise<Lease> {
  return change(store, claim.environment, ({ token, held }, now) => {
    if (held && now < held.expiresAt) throw leaseHeld(held, now);
    const { environment, holder, reason, ttlSeconds } = claim;
    const times = { acquiredAt: now, expiresAt: now + ttlSeconds * 1000 };
    // Seconds since 1970 where that is more: a store that is new, or another clone's, is not fenced off for ever by one before it.
    const next = Math.max(token + 1, Math.floor(now / 1000));
    const lease = { environment, holder, reason, token: next, ...times };
    return { next: { token: next, held: lease }, result: lease };
  });
}

/** Whether this lease still stands; `other` is who has the environment instead, where somebody has. */
export interface Standing {
  lease?: Lease;
  other?: Lease;
}

/** Puts the expiry off, if the lease still stands: one that expired is lost even when nobody else took it. */
export function renew(store: Store, lease: Lease, ttlSeconds: number): Promise<Standing> {
  return change<Standing>(store, lease.environment, (state, now) => {
    const standing = stands(state, lease, now);
    if (!standing.lease) return { result: standing };
    const renewed = { ...standing.lease, expiresAt: now + ttlSeconds * 1000 };
    return { next: { ...state, held: renewed }, result: { lease: renewed } };
  });
}

/** Whether the lease stands right now, by the store. */
export const standing = (store: Store, lease: Lease): Promise<Standing> =>
  change(store, lease.environment, (state, now) => ({ result: stands(state, lease, now) }));

/** Gives the lease back; tells whether it stood until now. */
export function release(store: Store, lease: Lease): Promise<Standing> {
  return change<Standing>(store, lease.environment, (state, now) => {
    const result = stands(state, lease, now);
    return state.held?.token === lease.token ? { next: { ...state, held: null }, result } : { result };
  });
}

/** Breaks the lease and returns who held it, undefined where nobody did. The next holder's token fences the old one. */
export function unlock(store: Store, environment: string): Promise<Lease | undefined> {
  return change<Lease | undefined>(store, environment, (state, now) => {
    const result = current(state, now);
    return state.held ? { next: { ...state, held: null }, result } : { result };
  });
}

/** Who holds the environment now; undefined where nobody does. */
export const readLease = (store: Store, environment: string): Promise<Lease | undefined> =>
  change(store, environment, (state, now) => ({ result: current(state, now) }));

const current = ({ held }: State, now: number) => (held && now < held.expiresAt ? held : undefined);

function stands(state: State, { token }: Lease, now: number): Standing {
  const held = current(state, now);
  if (!held) return {};
  return held.token === token ? { lease: held } : { other: held };
}

type Decision<T> = (state: State, now: number) => { next?: State; result: T };

async function change<T>(store: Store, environment: string, decide: Decision<T>): Promise<T> {
  const key = storeKey("lease", environment);
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const stored = await store.get(key);
    const parsed = stateSchema.safeParse(stored?.value ?? { token: 0, held: null });
    if (!parsed.success) throw storeDamaged(key, parsed.error);
    const { next, result } = decide(parsed.data, await store.now());
    if (!next || (await store.put(key, next, stored?.etag ?? null)) !== null) return result;
  }
  throw storeBusy(`the lease of ${environment}`);
}
