// What a plan is asked for and made of: the order, the facts about each node, the waves.
import type { Rollout } from "../../environments/shape.ts";
import type { Deployable, NodeStatus } from "./fleet.ts";

export interface PlanFacts {
  name: string;
  zone: string;
  status: NodeStatus;
  ready: boolean;
  /** Why it is unreachable, where that is known. */
  trouble?: string;
}

export interface PlanRequest {
  id: string;
  environment: string;
  service: string;
  target: Deployable;
  /** What a failed rollout goes back to; null where nothing ran before. */
  previous: Deployable | null;
  seed: string;
  policy: Rollout;
  /** In place of the policy's, for a rehearsal. */
  bake?: { first: number; rest: number };
  /** Shorter bakes and only two waves, but never without wave 1, guards and rollback. */
  hotfix: boolean;
  /** An interrupted run of this rollout goes on with the waves it was planned with. */
  resume: Resume | null;
}

export interface PlannedWave {
  /** The first is 1. Its nodes are those still to be updated; a wave without any is only judged again. */
  number: number;
  nodes: string[];
  /** How many, where the platform chooses which. */
  size?: number;
  bakeSeconds: number;
  /** Not where nothing else serves, nor in a hotfix. After the bake the wave's nodes are restarted once: a release that cannot stop is found here, not in a rollback. */
  smokeRestart: boolean;
  /** Share of the fleet in service at the wave's lowest point. */
  leastCapacity: number;
}

/** What an interrupted run leaves to the one that goes on: its waves, and the numbers of those that passed. */
export interface Resume {
  waves: readonly Pick<PlannedWave, "number" | "nodes">[];
  passed: readonly number[];
}
