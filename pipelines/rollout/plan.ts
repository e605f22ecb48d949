// Decides a rollout before anything is touched: which nodes, in which waves, with how much capacity left. Plain data.
import { nodesAllowedOut, percentText, waveNodes } from "../../environments/waves.ts";
import type { Wave } from "../../environments/waves.ts";
import type { Rollout } from "../../environments/shape.ts";
import type { Deployable, NodeStatus } from "./fleet.ts";
import { spreadOrder } from "./order.ts";

export interface PlannedWave {
  /** The first is 1. Its nodes are those still to be updated; a wave without any is only judged again. */
  number: number;
  nodes: string[];
  bakeSeconds: number;
  /** Not where nothing else serves, nor in a hotfix. After the bake the wave's nodes are restarted once: a release that cannot stop is found here, not in a rollback. */
  smokeRestart: boolean;
  /** Share of the fleet in service at the wave's lowest point. */
  leastCapacity: number;
}

export interface Plan {
  version: 1;
  id: string;
  environment: string;
  service: string;
  target: Deployable;
  /** What a failed rollout goes back to; null where nothing ran before. */
  previous: Deployable | null;
  seed: string;
  waves: PlannedWave[];
  fleetSize: number;
  /** So many nodes may be out of service at one time. */
  maxOut: number;
  failureBudget: number;
  /** Nodes that already run the target. */
  done: string[];
  /** Nodes that could not be reached: left alone, and counted in the budget. */
  unreachable: string[];
  /** Nothing serves yet, so there is nothing to keep healthy and nothing to compare with. */
  bootstrap: boolean;
  expectedSeconds: number;
}

export interface PlanFacts {
  name: string;
  zone: string;
  status: NodeStatus;
  ready: boolean;
}

export interface PlanRequest {
  id: string;
  environment: string;
  service: string;
  target: Deployable;
  previous: Deployable | null;
  seed: string;
  policy: Rollout;
  /** In place of the policy's, for a rehearsal. */
  bake?: { first: number; rest: number };
  /** Shorter bakes and only two waves, but never without wave 1, guards and rollback. */
  hotfix: boolean;
  /** An interrupted run of this rollout goes on: waves that were never judged are judged first. */
  resumed: boolean;
  /** Waves that the interrupted run has passed. */
  passedWaves: readonly number[];
}

export type Planned = { ok: true; plan: Plan } | { ok: false; what: string; next: string };

// For the forecast only: what stop, start and health of one round take, without the drain.
const secondsPerRound = 3;

/** Lays the fleet out in waves. Says why not when too few nodes would stay in service or too many are unreachable. */
export function planRollout(request: PlanRequest, fleet: readonly PlanFacts[]): Planned {
  const { policy, target } = request;
  const unreachable = fleet.filter(({ status }) => status.state === "unreachable").map(({ name }) => name);
  if (unreachable.length > policy.failureBudget) {
    const what = `${unreachable.length} nodes are unreachable (${unreachable.join(", ")}), the failure budget is ${policy.failureBudget}`;
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
  const waves = wavesOf(request, fleet, { bootstrap, serving: up, done, unreachable, out });
  const { id, environment, service, previous, seed } = request;
  const { failureBudget } = policy;
  const shares = {
    fleetSize: fleet.length,
    maxOut: out,
    failureBudget,
    done,
    unreachable,
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

interface Layout {
  bootstrap: boolean;
  serving: readonly string[];
  done: readonly string[];
  unreachable: readonly string[];
  out: number;
}

function wavesOf(
  request: PlanRequest,
  fleet: readonly PlanFacts[],
  { bootstrap, serving, done, unreachable, out }: Layout,
): PlannedWave[] {
  const { policy, hotfix, resumed, passedWaves } = request;
  const reachable = fleet.filter(({ name }) => !unreachable.includes(name));
  const order = spreadOrder(reachable, request.seed).map(({ name }) => name);
  // The waves between the first and the last are there to compare: with nothing before, there is nothing to compare with.
  const sizes = hotfix || bootstrap ? [policy.waves[0] ?? 1, { share: 1 }] : policy.waves;
  const bake = request.bake ?? policy.bake;
  const speed = hotfix ? 0.5 : 1;
  const ends = waveEnds(sizes, fleet.length);
  const up = new Set(serving);
  return ends.flatMap((end, index) => {
    const number = index + 1;
    const members = order.slice(index === 0 ? 0 : ends[index - 1], end);
    const nodes = members.filter((name) => !done.includes(name));
    const taken = Math.min(out, nodes.filter((name) => up.has(name)).length);
    const leastCapacity = (up.size - taken) / fleet.length;
    for (const name of nodes) up.add(name);
    // All its nodes are done: of a resumed run it may still lack its verdict, else there is nothing left of it.
    if (nodes.length === 0 && (members.length === 0 || !resumed || passedWaves.includes(number))) return [];
    return {
      number,
      nodes,
      bakeSeconds: (index === 0 ? bake.first : bake.rest) * speed,
      smokeRestart: policy.smokeRestart && index === 0 && !hotfix && !bootstrap,
      leastCapacity,
    };
  });
}

// The fleet as it is may be larger or smaller than described: counts never shrink, and the last wave reaches every node.
function waveEnds(sizes: readonly Wave[], nodes: number): number[] {
  const counts = sizes.slice(0, -1).map((size) => Math.min(waveNodes(size, nodes), nodes));
  return [...new Set([...counts.map((_, index) => Math.max(...counts.slice(0, index + 1))), nodes])];
}
