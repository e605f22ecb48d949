// What the gate hands on once a plan was approved: only what it made itself counts, each release of it once, in this process alone.
import type { Approved, ChangePlan, ReviewedRelease } from "./change.ts";

const granted = new WeakMap<Approved, { environment: string; releases: ReviewedRelease[] }>();

/** Made by the gate after the approvals were used up. */
export function grant(
  plan: ChangePlan,
  { digest, acknowledged, by }: { digest: string; acknowledged: readonly string[]; by: readonly string[] },
): Approved {
  const approved = Object.freeze({
    digest,
    acknowledged: Object.freeze([...acknowledged]),
    by: Object.freeze([...by]),
  });
  granted.set(approved, { environment: plan.environment, releases: [...plan.releases] });
  return approved;
}

/** True once for each release that was approved there; a copy of what the gate made is nothing. */
export function takeRelease(
  approved: Approved,
  environment: string,
  { service, to, digest }: Omit<ReviewedRelease, "from">,
): boolean {
  const grants = granted.get(approved);
  if (grants === undefined || grants.environment !== environment) return false;
  const at = grants.releases.findIndex(
    (one) => one.service === service && one.to === to && one.digest === digest,
  );
  if (at === -1) return false;
  grants.releases.splice(at, 1);
  return true;
}
