// The verb `up` in a cluster: a service that runs no release, or not the pinned one, gets it; it is known to be good.
import { waveNodes } from "../../../environments/waves.ts";
import { canarySteps } from "../../../infra/platforms/kubernetes/strategy.ts";
import type { Booted, Way } from "../engine.ts";
import type { Deployable } from "../fleet.ts";
import type { Argo } from "./engine.ts";
import { deployableIn, isReady, isSeen, isStaying, troubleOf } from "./reading.ts";
import { patience } from "./restore.ts";
import { insist, watchUntil } from "./watching.ts";

/** Touches nothing where the release is what the Rollout says already, whatever the shape of its pods: `deploy` brings that. */
export async function boot(argo: Argo, way: Omit<Way, "plan">, target: Deployable): Promise<Booted> {
  const { rollouts, service, clock } = argo;
  const { lease, signal, tell } = way;
  const before = await insist(argo, signal, rollouts.read);
  const template = before?.rollout.spec.template;
  if (before === undefined || (template !== undefined && deployableIn(template) === target.id))
    return { booted: [], failed: [] };
  const nodes = before.rollout.spec.replicas ?? service.nodes;
  const waves = service.rollout.waves.map((wave, index) => ({
    count: Math.min(nodes, waveNodes(wave, nodes)),
    bakeSeconds: index === 0 ? service.rollout.bake.first : service.rollout.bake.rest,
    first: index === 0,
  }));
  // Whoever changes the template by another way than this one walks the steps of the policy.
  const steps = canarySteps(waves, nodes, service);
  const rendered = await rollouts.render(target, signal);
  await insist(argo, signal, () => rollouts.apply({ template: rendered, steps, paused: false }, lease.token));
  const limit = patience(before, clock.now());
  const booted = new Set<string>();
  let failed: Booted["failed"] = [];
  await watchUntil(argo, signal, async (snapshot) => {
    const { pods, rollout } = snapshot;
    const { stableRS = "", currentPodHash, promoteFull } = rollout.status ?? {};
    const seen = isSeen(snapshot);
    if (seen && stableRS !== "" && stableRS !== currentPodHash && promoteFull !== true)
      await insist(argo, signal, () => rollouts.steer({ promoteFull: true }, lease.token));
    const own = pods.filter((pod) => isStaying(pod) && deployableIn(pod) === target.id);
    for (const { metadata } of own.filter(isReady)) {
      if (booted.has(metadata.name)) continue;
      booted.add(metadata.name);
      tell({ type: "updated", node: metadata.name, release: target.release, seconds: 0 });
    }
    failed = own
      .filter((pod) => !isReady(pod))
      .map((pod) => ({ node: pod.metadata.name, reason: troubleOf(pod) ?? "not ready in time" }));
    const all = seen && stableRS === currentPodHash && failed.length === 0 && booted.size >= nodes;
    return all || limit.isOver(booted.size, clock.now());
  });
  return { booted: [...booted].map((node) => ({ node, release: target.release })), failed };
}
