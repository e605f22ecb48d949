// Who moves a release through the nodes of one service: the waves engine here, or Argo Rollouts in a cluster. The verbs ask no further.
import type { Service } from "../../environments/shape.ts";
import type { Workspace } from "../environment/workspace.ts";
import type { HeldLease } from "../lease/lease.ts";
import type { Progress } from "./context.ts";
import type { Deployable } from "./fleet.ts";
import type { Plan, Planned } from "./plan.ts";
import type { PlanFacts, PlanRequest } from "./request.ts";
import type { Outcome, RunOptions } from "./run.ts";

/** What one run is given: what to do, for whom, under which lease, and whom to tell. */
export interface Way {
  workspace: Workspace;
  service: Service;
  plan: Plan;
  lease: HeldLease;
  tell: (progress: Progress) => void;
  /** Ctrl-C, or the lease was lost. */
  signal: AbortSignal;
}

export interface NodeReason {
  node: string;
  reason: string;
}

export interface Engine extends Disposable {
  /** The nodes as they are now; none for a service that is not up. */
  facts: () => Promise<PlanFacts[]>;
  /** Sessions or requests that each node holds; one that does not say holds none. */
  loads: () => Promise<ReadonlyMap<string, number>>;
  /** Pure. `former`: the plan of an unfinished rollout of the same release. */
  plan: (request: PlanRequest, facts: readonly PlanFacts[], former?: Plan) => Planned;
  /** Tries what can be tried before anything is pinned or moved; refuses as `run` would. */
  ready?: (way: Way) => Promise<void>;
  /** Carries the plan out, and goes back by itself when a wave fails. Throws on Ctrl-C and on a lost lease. */
  run: (way: Way, options: RunOptions) => Promise<Outcome>;
  /** Ends what had failed already in an interrupted run. */
  goBack: (way: Way, failed: { wave: number; reason: string }) => Promise<Outcome>;
  /** Puts the whole service on `plan.previous` (null: on no release), without waves. */
  rollBack: (way: Way, facts: readonly PlanFacts[], reason: string) => Promise<RolledBack>;
  /** Puts nodes that are not on it on a release known to be good. */
  boot: (way: Omit<Way, "plan">, target: Deployable) => Promise<Booted>;
}

export interface RolledBack {
  /** Nodes that were moved, or should have been. */
  touched: string[];
  stuck: NodeReason[];
  /** Id of the deployable that they ran; null for none. */
  from: string | null;
}

export interface Booted {
  booted: { node: string; release: string }[];
  failed: NodeReason[];
}
