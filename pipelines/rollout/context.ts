// What every step of one run shares: the drivers, the lease, what was touched and what failed so far.
import type { Rollout, Service } from "../../environments/shape.ts";
import type { Clock } from "../drivers/clock.ts";
import type { HeldLease } from "../lease/lease.ts";
import type { FailedNode } from "../observe/verdict.ts";
import type { WaveVerdict } from "../observe/verdict.ts";
import type { Sample } from "../promotion/contracts/sample.ts";
import type { Deployable, Fleet, FleetNode, Metrics } from "./fleet.ts";
import type { Plan } from "./plan.ts";

export type NodeStep = "fetch" | "drain" | "stop" | "switch" | "start" | "health" | "undrain" | "clear";

/** What is told while a run goes on; the reports turn it into text. */
export type Progress =
  /** People agreed to it, and it begins now. */
  | { type: "approved"; digest: string; by: string[] }
  | { type: "plan"; plan: Plan; resumed: boolean }
  | { type: "wave"; number: number; of: number; nodes: string[]; size?: number }
  | { type: "node"; node: string; step: NodeStep; detail?: string }
  | { type: "updated" | "restored"; node: string; release: string | null; seconds: number }
  | { type: "failed" | "parked"; node: string; reason: string }
  | { type: "left"; node: string }
  /** The pod of another release has made way, as it should. */
  | { type: "gone"; node: string }
  | { type: "bake"; number: number; seconds: number }
  | { type: "blind"; reason: string }
  | { type: "verdict"; number: number; verdict: WaveVerdict }
  | { type: "rollback"; nodes: string[]; release: string | null; reason: string };

export interface Drivers {
  fleet: Fleet;
  metrics: Metrics;
  clock: Clock;
}

export interface Run extends Drivers {
  plan: Plan;
  service: Service;
  policy: Rollout;
  lease: HeldLease;
  /** Written before the step is done; resolves once it is on disk. */
  note: (entry: {
    step: string;
    phase: string;
    node?: string;
    wave?: number;
    note?: string;
    data?: unknown;
  }) => Promise<void>;
  tell: (progress: Progress) => void;
  /** Ctrl-C, or the lease was lost. */
  signal: AbortSignal;
  nodes: Map<string, FleetNode>;
  /** Nodes on the target, or on the way there, oldest first. */
  touched: Set<string>;
  failed: Map<string, FailedNode>;
  parked: Map<string, string>;
  /** Nodes that the platform took away, or added, since the plan was made. */
  left: Set<string>;
  joined: Set<string>;
  /** What nodes that join from now on boot. */
  bootOn: (target: Deployable | null) => Promise<void>;
  /** Contract samples of the service, for the first wave. */
  samples?: readonly Sample[];
  /** When each node came up on the target, epoch milliseconds: earlier metrics are not the target's. */
  upSince: Map<string, number>;
}

/** The node of this name; a plan names only nodes of its own fleet. */
export function nodeOf(run: Run, name: string): FleetNode {
  const node = run.nodes.get(name);
  if (node === undefined) throw new Error(`the fleet has no node ${name}`);
  return node;
}
