// Starts a release in the cluster, or finds it under way: after a kill, a pause, or a way back that was not ended.
import { canarySteps } from "../../../infra/platforms/kubernetes/strategy.ts";
import type { Way } from "../engine.ts";
import type { Argo } from "./engine.ts";
import { countsOf } from "./plan.ts";
import { deployableIn, hashOf, isReady, isStaying, read, setOf } from "./reading.ts";
import { annotation } from "./rollouts.ts";
import type { Snapshot } from "./rollouts.ts";
import { insist } from "./watching.ts";

/**
 * Makes what the release needs be there and has the API server try the change: who may not, or a registry that is down, is told
 * before the release is pinned.
 */
export async function ready({ rollouts, service }: Argo, { plan, lease, signal }: Way): Promise<void> {
  if (plan.waves.length === 0) return;
  const template = await rollouts.render(plan.target, signal);
  const steps = canarySteps(countsOf(plan), plan.fleetSize, service);
  await rollouts.rehearse({ template, steps, paused: false }, lease.token);
}

/** Applies the release, unless the Rollout is under way to it already: after a kill, or a pause. */
export async function begin(argo: Argo, way: Way): Promise<{ found: boolean }> {
  const { rollouts, service } = argo;
  const { plan, lease, signal } = way;
  const snapshot = await insist(argo, signal, rollouts.read);
  const under = snapshot?.rollout.spec.template;
  const phase = snapshot === undefined ? "foreign" : read(snapshot, plan.target.id).phase;
  const same = under?.metadata?.annotations?.[annotation.shape] === snapshot?.shape;
  if (same && phase !== "foreign" && phase !== "aborted" && phase !== "invalid") {
    await insist(argo, signal, () => rollouts.apply({ paused: false }, lease.token));
    return { found: true };
  }
  const template = await rollouts.render(plan.target, signal);
  const steps = canarySteps(countsOf(plan), plan.fleetSize, service);
  if (snapshot !== undefined) await mendStable(argo, way, snapshot);
  await insist(argo, signal, () => rollouts.apply({ template, steps, paused: false }, lease.token));
  // The same release once more, after Argo gave it up: it is tried again from its first wave.
  if (phase === "aborted") await insist(argo, signal, () => rollouts.steer({ abort: false }, lease.token));
  return { found: false };
}

/**
 * What Argo compares with and goes back to has to be what was good. After a way back that did not end it may still be the
 * release that was taken back: its pods would come into service again. One whose ReplicaSet is gone stops Argo altogether.
 */
async function mendStable(argo: Argo, { plan, lease, signal }: Way, snapshot: Snapshot): Promise<void> {
  const { stableRS = "" } = snapshot.rollout.status ?? {};
  if (stableRS === "") return;
  const stable = snapshot.sets.find((set) => hashOf(set) === stableRS);
  const good = plan.previous === null ? undefined : setOf(snapshot, plan.previous.id);
  const serves =
    good !== undefined &&
    snapshot.pods.some((pod) => hashOf(pod) === hashOf(good) && isStaying(pod) && isReady(pod));
  if (stable !== undefined && (!serves || deployableIn(stable.spec.template) === plan.previous?.id)) return;
  const wanted = serves ? (hashOf(good) ?? null) : null;
  await insist(argo, signal, () => argo.rollouts.steer({ stableRS: wanted }, lease.token));
}
