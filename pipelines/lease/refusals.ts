// What a person reads when a lease is held by somebody else, or was lost.
import { Refusal } from "../errors.ts";
import { printable } from "../ledger/printable.ts";
import type { Lease } from "./claim.ts";

/** E_LEASE_HELD: who, why, since when, until when. `now` is the store's time in milliseconds. */
export function leaseHeld(held: Lease, now: number): Refusal {
  const environment = printable(held.environment);
  const age = Math.max(0, Math.round((now - held.acquiredAt) / 1000));
  const left = Math.ceil((held.expiresAt - now) / 1000);
  return new Refusal("E_LEASE_HELD", {
    what: `${environment} is being changed by ${printable(held.holder)}: ${printable(held.reason)}`,
    state: `Nothing was changed. Held since ${iso(held.acquiredAt)} (${age} s); expires in ${left} s (${iso(held.expiresAt)}) unless renewed.`,
    next: `Wait for it to end; if that process is gone: surefoot unlock ${environment}`,
  });
}

/** E_LEASE_LOST: `other` is who has the environment now, where somebody has; `cause`: why it could not be renewed. */
export function leaseLost(lease: Lease, other: Lease | undefined, cause?: unknown): Refusal {
  const environment = printable(lease.environment);
  const why = other
    ? `${printable(other.holder)} holds it now: ${printable(other.reason)}`
    : "it was broken, or expired before it could be renewed (this process was paused, or the store could not be reached)";
  return new Refusal(
    "E_LEASE_LOST",
    {
      what: `this run lost its lease on ${environment}: ${why}`,
      state: "The run stopped where it was; its steps so far are in the journal.",
      next: `surefoot status ${environment}`,
      details: causeText(cause),
    },
    { cause },
  );
}

function causeText(cause: unknown): string[] {
  if (!(cause instanceof Error)) return [];
  return cause instanceof Refusal ? [`${cause.code} ${cause.message}`, ...cause.details] : [cause.message];
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
