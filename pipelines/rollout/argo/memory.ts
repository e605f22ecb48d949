// What one look at the cluster is measured by: what was seen before it, and what the policy allows.
import type { Rollout } from "../../../environments/shape.ts";
import type { FailedNode } from "../../observe/verdict.ts";
import type { Plan } from "../plan.ts";

/** What is remembered from look to look; times are epoch milliseconds. */
export interface Memory {
  /** Wave under way; 0 before the first. */
  wave: number;
  baking: boolean;
  /** When each pod of the release was first seen. */
  seen: Map<string, number>;
  /** When its process was first seen to be begun. */
  begun: Map<string, number>;
  /** Pods that there are to be, as last seen: a scaler may change it. */
  nodes: number | undefined;
  ready: Set<string>;
  /** Pods of other releases that are still there. */
  others: Set<string>;
  failed: Map<string, FailedNode>;
  blindSince: number | undefined;
  /** Metrics have been away since the last judgement. */
  wasBlind: boolean;
  /** Waves that a person took as good. */
  accepted: Set<number>;
  fingerprint: string;
  movedAt: number;
}

export const newMemory = (now: number): Memory => ({
  wave: 0,
  baking: false,
  seen: new Map(),
  begun: new Map(),
  nodes: undefined,
  ready: new Set(),
  others: new Set(),
  failed: new Map(),
  blindSince: undefined,
  wasBlind: false,
  accepted: new Set(),
  fingerprint: "",
  movedAt: now,
});

export interface Facts {
  plan: Plan;
  /** Restarts that a pod may have. */
  restarts: number;
  failureBudget: number;
  policy: Pick<Rollout, "guard" | "judge">;
  /** Seconds until a pod that is not ready has failed, from when its process was begun. */
  startWithin: number;
  /** Seconds until then: the pod before it may have sessions to end first, on the only machine with room. */
  placeWithin: number;
  /** Seconds for which metrics may be away. */
  patience: number;
  /** Seconds after which a rollout in which nothing moves is stuck. */
  deadline: number;
  now: number;
}
