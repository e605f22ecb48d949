// Puts a run together: drivers, lease, journal and an empty record of what was touched.
import type { Service } from "../../environments/shape.ts";
import type { Workspace } from "../environment/workspace.ts";
import type { HeldLease } from "../lease/lease.ts";
import type { Progress, Run } from "./context.ts";
import type { Fleet } from "./fleet.ts";
import type { Plan } from "./plan.ts";

export interface RunParts {
  workspace: Workspace;
  service: Service;
  plan: Plan;
  fleet: Fleet;
  lease: HeldLease;
  tell: (progress: Progress) => void;
  signal: AbortSignal;
}

/** A run whose steps go into the journal under the plan's id; nodes that are done already count as up since now. */
export function startRun({ workspace, service, plan, fleet, lease, tell, signal }: RunParts): Run {
  const { clock, journal } = workspace;
  const { metrics, bootOn } = workspace.platform;
  const now = clock.now();
  return {
    plan,
    service,
    policy: service.rollout,
    lease,
    fleet,
    metrics,
    clock,
    note: (entry) => journal.append(plan.id, entry),
    tell,
    signal,
    nodes: new Map(fleet.nodes.map((node) => [node.name, node])),
    touched: new Set(),
    failed: new Map(
      plan.unreachable.map((node) => [
        node,
        {
          node,
          reason: `unreachable before the start${plan.troubles[node] === undefined ? "" : `: ${plan.troubles[node]}`}`,
          cause: "node",
          before: true,
        },
      ]),
    ),
    parked: new Map(),
    left: new Set(),
    joined: new Set(),
    bootOn: (target) => bootOn(service.name, target),
    upSince: new Map(plan.done.map((node) => [node, now])),
  };
}
