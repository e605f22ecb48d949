// Decides a rollback: which release it goes to, and that no outage refuses it.
import type { Rollout } from "../../environments/shape.ts";
import type { Pin } from "../drivers/pins.ts";
import type { PlanFacts } from "../rollout/request.ts";

/** The release to go back to, and the pin that says so; null when no earlier good release is known. Pure. */
export function rollbackTarget(pin: Pin, interrupted: Pin | undefined, release?: string): Pin | null {
  // An interrupted rollout never became good: the way back is what was pinned before it.
  // Nothing may have been pinned before it: then the way back is to have no release.
  if (release === undefined && interrupted !== undefined) return interrupted;
  // The interrupted rollout has put what ran before it into the history already.
  const before = interrupted?.current ?? undefined;
  const known = [...(before ? [before] : []), ...pin.history.filter(({ id }) => id !== before?.id)];
  const index = known.findIndex((one) => release === undefined || one.release === release);
  const target = known[index];
  return target === undefined ? null : { current: target, history: known.slice(index + 1) };
}

/**
 * The policy for putting nodes on a release known to be good: in an outage too few serve already and many cannot be
 * reached, and that is no reason to leave the others where they are. One node at a time is always allowed.
 */
export function policyInOutage(policy: Rollout, fleet: readonly PlanFacts[]): Rollout {
  const gone = fleet.filter(({ status }) => status.state === "unreachable").length;
  const minHealthy = Math.max(0, Math.min(policy.minHealthy, 1 - (gone + 1) / fleet.length));
  return { ...policy, failureBudget: fleet.length, minHealthy };
}
