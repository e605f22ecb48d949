// Lays a release out for Argo Rollouts: how many pods in each wave. Which pods, Argo chooses. Pure.
import { waveNodes } from "../../../environments/waves.ts";
import { planRollout } from "../plan.ts";
import type { Plan, Planned } from "../plan.ts";
import type { PlanFacts, PlannedWave, PlanRequest } from "../request.ts";

/** Refuses as the waves engine's plan does. An unfinished rollout goes on with the waves it was planned with. */
export function planArgo(request: PlanRequest, facts: readonly PlanFacts[], former?: Plan): Planned {
  const planned = planRollout({ ...request, resume: null }, facts);
  if (!planned.ok) return planned;
  const { plan } = planned;
  const idle = facts.every(({ status }) => status.current === null);
  const waves =
    former?.waves ??
    (plan.done.length === plan.fleetSize
      ? []
      : wavesOf(request, plan, { bootstrap: plan.bootstrap || idle }));
  const bakes = waves.reduce((sum, { bakeSeconds }) => sum + bakeSeconds, 0);
  const rounds = waves.reduce((sum, { size = 0 }) => sum + Math.ceil(size / plan.maxOut), 0);
  const expectedSeconds = Math.round(bakes + rounds * secondsPerRound);
  return { ok: true, plan: { ...plan, waves, expectedSeconds } };
}

// For the forecast only: an old pod ends, a new one is scheduled, pulled and ready.
const secondsPerRound = 10;

function wavesOf(request: PlanRequest, plan: Plan, { bootstrap }: { bootstrap: boolean }): PlannedWave[] {
  const { policy, hotfix } = request;
  const all = plan.fleetSize;
  const counts = [...new Set(policy.waves.map((wave) => Math.min(all, waveNodes(wave, all))))];
  const chosen = bootstrap ? [all] : hotfix ? [...new Set([counts[0] ?? all, all])] : counts;
  const bake = request.bake ?? policy.bake;
  return chosen.map((count, index) => {
    const size = count - (chosen[index - 1] ?? 0);
    return {
      number: index + 1,
      nodes: [],
      size,
      bakeSeconds: bootstrap ? 0 : (index === 0 ? bake.first : bake.rest) * (hotfix ? 0.5 : 1),
      smokeRestart: false,
      leastCapacity: bootstrap ? 0 : (all - Math.min(size, plan.maxOut)) / all,
    };
  });
}

/** Pods on the release after each wave, counted from the start, with the wave's bake: what becomes the canary's steps. */
export function countsOf(
  plan: Pick<Plan, "waves" | "fleetSize">,
): { count: number; bakeSeconds: number; first: boolean }[] {
  let count = 0;
  return plan.waves.map(({ size = 0, bakeSeconds, number }, index) => {
    count += size;
    // The fleet may have grown since the waves were planned: the last one is everybody, or the rest would go unjudged.
    if (index === plan.waves.length - 1) count = Math.max(count, plan.fleetSize);
    return { count, bakeSeconds, first: number === 1 };
  });
}
