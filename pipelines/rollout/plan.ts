// Decides a rollout before anything is touched: which nodes, in which waves, with how much capacity left. Plain data.
import { nodesAllowedOut, percentText } from "../../environments/waves.ts";
import { layOut } from "./waves.ts";
import type { PlanFacts, PlannedWave, PlanRequest } from "./request.ts";

type Asked = "id" | "environment" | "service" | "target" | "previous" | "seed";

export interface Plan extends Pick<PlanRequest, Asked> {
  version: 1;
  waves: PlannedWave[];
  fleetSize: number;
  /** So many nodes may be out of service at one time. */
  maxOut: number;
  failureBudget: number;
  /** Nodes that already run the target. */
  done: string[];
  /** Nodes that could not be reached: left alone, and counted in the budget. */
  unreachable: string[];
  /** Why, by node, where that is known. */
  troubles: Record<string, string>;
  /** Nothing serves yet, so there is nothing to keep healthy and nothing to compare with. */
  bootstrap: boolean;
  expectedSeconds: number;
}

export type Planned = { ok: true; plan: Plan } | { ok: false; what: string; next: string };

// For the forecast only: what stop, start and health of one round take, without the drain.
const secondsPerRound = 3;

/** Lays the fleet out in waves. Says why not when too few nodes would stay in service or too many are unreachable. */
export function planRollout(request: PlanRequest, fleet: readonly PlanFacts[]): Planned {
  const { policy, target } = request;
  const unreachable = fleet.filter(({ status }) => status.state === "unreachable").map(({ name }) => name);
  const troubles = Object.fromEntries(
    fleet.flatMap(({ name, trouble }) => (trouble === undefined ? [] : [[name, trouble] as const])),
  );
  if (unreachable.length > policy.failureBudget) {
    const named = unreachable.map((name) =>
      troubles[name] === undefined ? name : `${name}: ${troubles[name]}`,
    );
    const what = `${unreachable.length} nodes are unreachable (${named.join(", ")}), the failure budget is ${policy.failureBudget}`;
    return { ok: false, what, next: `surefoot up ${request.environment}` };
  }
  const serving = fleet.filter(
    ({ status, ready }) => status.state === "running" && ready && !status.draining,
  );
  const bootstrap = serving.length === 0;
  const allowed = bootstrap ? fleet.length : nodesAllowedOut(fleet.length, policy.minHealthy);
  // A node that runs nothing yet, such as one just added, takes nothing away while it is started.
  const down = fleet.filter((node) => !serving.includes(node) && !unreachable.includes(node.name));
  const idle = down.filter(({ status }) => status.current === null || status.current === target.id);
  const maxOut = bootstrap ? allowed : allowed - unreachable.length - (down.length - idle.length);
  if (maxOut < 1 && down.length === 0) {
    const what = `updating even one node would leave less than ${percentText(policy.minHealthy)} of ${fleet.length} nodes in service`;
    return { ok: false, what, next: `surefoot status ${request.environment}` };
  }
  const done = serving.filter(({ status }) => status.current === target.id).map(({ name }) => name);
  const out = Math.max(1, maxOut);
  const up = serving.map(({ name }) => name);
  const waves = layOut(request, fleet, { bootstrap, serving: up, done, unreachable, out, short: maxOut < 1 });
  const { id, environment, service, previous, seed } = request;
  const { failureBudget } = policy;
  const shares = {
    fleetSize: fleet.length,
    maxOut: out,
    failureBudget,
    done,
    unreachable,
    troubles,
    bootstrap,
  };
  const rounds = waves.reduce((sum, { nodes }) => sum + Math.ceil(nodes.length / out), 0);
  const bakes = waves.reduce((sum, { bakeSeconds }) => sum + bakeSeconds, 0);
  const expectedSeconds = Math.round(rounds * secondsPerRound + bakes);
  return {
    ok: true,
    plan: { version: 1, id, environment, service, target, previous, seed, waves, ...shares, expectedSeconds },
  };
}
