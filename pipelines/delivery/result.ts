// What a delivery did: one leg per environment, in order. Plain data.

export interface DeliveredRelease {
  service: string;
  from: string | null;
  to: string;
  /**
   * deployed, rolled-back, incomplete, paused; `unverified`: it runs, and its contract samples differ; `held`: it was rolled back here
   * before and does not come again by itself; `not promoted`: the environment before does not let it go on.
   */
  outcome: string;
  reason: string;
}

export interface Leg {
  environment: string;
  /**
   * `waiting`: for a person, a soak or the end of a freeze, and nothing was begun. `skipped`: the one before did not end well.
   * `failed`: refused before or during the infra plane, or a contract differs; see reason.
   */
  outcome: "delivered" | "unchanged" | "waiting" | "rolled-back" | "paused" | "failed" | "skipped";
  reason: string;
  /** The command that goes on from here; empty where nothing is to do. */
  next: string;
  /** Resources that the infra plane changed. */
  changes: number;
  releases: DeliveredRelease[];
  seconds: number;
}

export interface Delivery {
  /** The change: the last commit that did more than move pins. */
  commit: string;
  legs: Leg[];
  /** done: every leg was delivered or unchanged. */
  outcome: "done" | "waiting" | "failed";
}

const well = new Set<Leg["outcome"]>(["delivered", "unchanged"]);

/** Whether the next environment may be begun. */
export const endedWell = ({ outcome }: Leg): boolean => well.has(outcome);

/** The outcome of all legs together. */
export function outcomeOf(legs: readonly Leg[]): Delivery["outcome"] {
  if (legs.every(endedWell)) return "done";
  const bad = legs.find((leg) => !endedWell(leg));
  return bad?.outcome === "waiting" ? "waiting" : "failed";
}
