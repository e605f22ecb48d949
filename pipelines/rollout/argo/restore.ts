// Puts a service back on a release that was good: at once, without its steps, and only then is it over.
import { labelKeys } from "../../../infra/platforms/kubernetes/labels.ts";
import type { WaveVerdict } from "../../observe/verdict.ts";
import type { NodeReason, RolledBack, Way } from "../engine.ts";
import type { Deployable } from "../fleet.ts";
import type { Outcome } from "../run.ts";
import type { Argo } from "./engine.ts";
import {
  currentSet,
  deployableIn,
  isReady,
  isSeen,
  isStaying,
  setOf,
  stampOf,
  troubleOf,
} from "./reading.ts";
import type { PodTemplate, ReplicaSetObject, Snapshot } from "./rollouts.ts";
import { isSealed } from "./template.ts";
import { insist, watchUntil } from "./watching.ts";

export interface Failed {
  wave: number;
  found: WaveVerdict;
  /** Pods that ran the release. */
  seen: readonly string[];
  failed: readonly NodeReason[];
}

/** After a verdict of fail: everything back on the release before. */
export async function goBack(argo: Argo, way: Way, { wave, found, seen, failed }: Failed): Promise<Outcome> {
  const started = argo.clock.now();
  const { touched, stuck } = await restoreAll(argo, way, found.reason);
  return {
    outcome: stuck.length === 0 ? "rolled-back" : "incomplete",
    reason: found.reason,
    evidence: [...found.evidence, ...stuck.map(({ node, reason }) => `${node} is not back: ${reason}`)],
    wave,
    touchedNodes: [...new Set([...seen, ...touched])],
    failedNodes: [...failed],
    parkedNodes: [],
    rollbackSeconds: (argo.clock.now() - started) / 1000,
  };
}

/** Puts every pod on `plan.previous`; null: on no release. Those that are not there when nothing moves any more are stuck. */
export async function restoreAll(argo: Argo, way: Way, reason: string): Promise<RolledBack> {
  const { rollouts, clock } = argo;
  const { workspace, plan, lease, signal, tell } = way;
  const { previous } = plan;
  const started = clock.now();
  const before = await insist(argo, signal, rollouts.read);
  if (before === undefined) return { touched: [], stuck: [], from: null };
  const template = previous === null ? null : await templateOf(argo, way, before, previous);
  const wanted = template === null ? null : stampOf(template);
  const off = before.pods.filter((pod) => isStaying(pod) && stampOf(pod) !== wanted);
  const touched = off.map(({ metadata }) => metadata.name);
  const from = off.map(deployableIn).find((id) => id !== null) ?? null;
  await workspace.journal.append(plan.id, { step: "rollback", phase: "begin", note: reason, data: touched });
  tell({ type: "rollback", nodes: touched, release: previous?.release ?? null, reason });
  await insist(argo, signal, () => rollouts.apply({ template, paused: false }, lease.token));
  if (wanted === null) await empty(argo, way, before);
  const limit = patience(before, clock.now());
  const back = new Set<string>();
  let stuck: NodeReason[] = [];
  await watchUntil(argo, signal, async (snapshot) => {
    if (wanted === null) await empty(argo, way, snapshot);
    else await skipSteps(argo, way, snapshot, wanted);
    for (const pod of snapshot.pods.filter((one) => isBack(one, wanted) && !isBefore(one, before))) {
      if (back.has(pod.metadata.name)) continue;
      back.add(pod.metadata.name);
      const seconds = (clock.now() - started) / 1000;
      tell({ type: "restored", node: pod.metadata.name, release: previous?.release ?? null, seconds });
    }
    stuck = notBack(snapshot, wanted);
    const moved = snapshot.pods.filter((pod) => isBack(pod, wanted)).length - stuck.length;
    return stuck.length === 0 || limit.isOver(moved, clock.now());
  });
  const phase = stuck.length === 0 ? "end" : "error";
  await workspace.journal.append(plan.id, { step: "rollback", phase, data: stuck });
  return { touched, stuck, from };
}

const isBefore = ({ metadata }: { metadata: { name: string } }, { pods }: Snapshot): boolean =>
  pods.some((pod) => pod.metadata.name === metadata.name && isReady(pod));

const isBack = (pod: Snapshot["pods"][number], wanted: string | null): boolean =>
  isStaying(pod) && isReady(pod) && stampOf(pod) === wanted;

/** Pods that are not on the release, or not ready on it; and what is still missing to the number of them. */
function notBack(snapshot: Snapshot, wanted: string | null): NodeReason[] {
  const { rollout, pods } = snapshot;
  const staying = pods.filter(isStaying);
  const off = staying.filter((pod) => !isBack(pod, wanted));
  const reasons = off.map((pod) => ({
    node: pod.metadata.name,
    reason: troubleOf(pod) ?? (stampOf(pod) === wanted ? "not ready yet" : "still on the release"),
  }));
  if (wanted === null) return reasons;
  const missing = (rollout.spec.replicas ?? 1) - staying.length;
  const { stableRS, currentPodHash } = rollout.status ?? {};
  // Until it is the stable one, Argo would go back to what was: the next release that fails would bring that in again.
  const seen = isSeen(snapshot) && currentIs(snapshot, wanted) && stableRS === currentPodHash;
  if (reasons.length === 0 && (missing > 0 || !seen))
    return [
      {
        node: rollout.metadata.name,
        reason: missing > 0 ? `${missing} pods are missing` : "Argo has not moved",
      },
    ];
  return reasons;
}

const currentIs = (snapshot: Snapshot, wanted: string): boolean => {
  const { template } = currentSet(snapshot)?.spec ?? {};
  return template !== undefined && stampOf(template) === wanted && isSealed(template);
};

/**
 * A release that was good needs no second trial. Argo's own `rollbackWindow` does the same by age alone: it would let a
 * release that had failed pass unjudged, only because its ReplicaSet is older than the stable one.
 */
async function skipSteps(
  argo: Argo,
  { lease, signal }: Way,
  snapshot: Snapshot,
  wanted: string,
): Promise<void> {
  const { stableRS, currentPodHash, promoteFull } = snapshot.rollout.status ?? {};
  if (!isSeen(snapshot) || !currentIs(snapshot, wanted)) return;
  if (stableRS !== currentPodHash && promoteFull !== true)
    await insist(argo, signal, () => argo.rollouts.steer({ promoteFull: true }, lease.token));
}

/** The template that its pods were made from, so that the very same pods serve on; made anew where it is kept no more. */
async function templateOf(
  { rollouts }: Argo,
  { signal }: Way,
  snapshot: Snapshot,
  release: Deployable,
): Promise<PodTemplate> {
  const set = setOf(snapshot, release.id);
  return set === undefined ? rollouts.render(release, signal) : withoutHash(set);
}

function withoutHash({ spec: { template } }: ReplicaSetObject): PodTemplate {
  const { [labelKeys.template]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** There was no release before: what the Rollout had made goes, also what its controller made while it did not know yet. */
async function empty(argo: Argo, { lease, signal }: Way, { sets }: Snapshot): Promise<void> {
  for (const { metadata, spec } of sets)
    if ((spec.replicas ?? 0) > 0)
      await insist(argo, signal, () => argo.rollouts.remove(metadata.name, lease.token));
}

/** Pods go back some at a time, and each may wait for the drain of the one before it: the time is theirs, not all pods'. */
export function patience({ rollout }: Snapshot, now: number) {
  const seconds = (rollout.spec.progressDeadlineSeconds ?? 600) + marginSeconds;
  let [best, since] = [Number.NEGATIVE_INFINITY, now];
  return {
    /** `count`: grows with each pod that is where it should be. */
    isOver: (count: number, at: number): boolean => {
      if (count > best) [best, since] = [count, at];
      return at - since > seconds * 1000;
    },
  };
}

// Beyond what Argo itself waits for: then Argo is what does not move.
export const marginSeconds = 30;
