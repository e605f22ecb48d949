// What the gate hands on once a plan was approved: only what it made itself counts, each release of it once, in this process alone.
import type { Approved, ChangePlan, ReviewedRelease } from "./change.ts";

interface Grant {
  environment: string;
  releases: ReviewedRelease[];
  /** Persons, whatever names and keys they used. */
  people: number;
}

const granted = new WeakMap<Approved, Grant>();

/** Made by the gate after the approvals were used up. */
export function grant(
  plan: ChangePlan,
  { people, digest, acknowledged, by }: Approved & { people: number },
): Approved {
  const approved = Object.freeze({
    digest,
    acknowledged: Object.freeze([...acknowledged]),
    by: Object.freeze([...by]),
  });
  granted.set(approved, { environment: plan.environment, releases: [...plan.releases], people });
  return approved;
}

/** True once for each release that so many people approved there; a copy of what the gate made is nothing. */
export function takeRelease(
  approved: Approved,
  environment: string,
  { service, to, digest, content }: Omit<ReviewedRelease, "from">,
  people = 0,
): boolean {
  const grants = granted.get(approved);
  if (grants === undefined || grants.environment !== environment || grants.people < people) return false;
  const at = grants.releases.findIndex(
    (one) => one.service === service && one.to === to && one.digest === digest && one.content === content,
  );
  if (at === -1) return false;
  grants.releases.splice(at, 1);
  return true;
}
