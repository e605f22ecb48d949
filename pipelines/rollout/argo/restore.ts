// Puts a service back on a release that was good: at once, without its steps, and only then is it over.
import type { WaveVerdict } from "../../observe/verdict.ts";
import type { NodeReason, RolledBack, Way } from "../engine.ts";
import type { Deployable } from "../fleet.ts";
import type { Outcome } from "../run.ts";
import type { Argo } from "./engine.ts";
import { deployableIn, isReady, isSeen, isStaying, setOf, troubleOf } from "./reading.ts";
import { hashLabel } from "./rollouts.ts";
import type { PodTemplate, ReplicaSetObject, Snapshot } from "./rollouts.ts";
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

/** Puts every pod on `plan.previous`; null: on no release. Those that are not there by the deadline are stuck. */
export async function restoreAll(argo: Argo, way: Way, reason: string): Promise<RolledBack> {
  const { rollouts, clock } = argo;
  const { workspace, plan, lease, signal, tell } = way;
  const { previous } = plan;
  const started = clock.now();
  const before = await insist(argo, signal, rollouts.read);
  if (before === undefined) return { touched: [], stuck: [], from: null };
  const off = before.pods.filter((pod) => isStaying(pod) && deployableIn(pod) !== (previous?.id ?? null));
  const touched = off.map(({ metadata }) => metadata.name);
  const from = off.map(deployableIn).find((id) => id !== null) ?? null;
  await workspace.journal.append(plan.id, { step: "rollback", phase: "begin", note: reason, data: touched });
  tell({ type: "rollback", nodes: touched, release: previous?.release ?? null, reason });
  if (previous === null) await empty(argo, way, before);
  else {
    const template = await templateOf(argo, way, before, previous);
    await insist(argo, signal, () => rollouts.apply({ template, paused: false }, lease.token));
  }
  const deadline = clock.now() + patienceSeconds(before) * 1000;
  const back = new Set<string>();
  let stuck: NodeReason[] = [];
  await watchUntil(argo, signal, async (snapshot) => {
    await skipSteps(argo, snapshot, previous);
    for (const pod of snapshot.pods.filter((one) => isBack(one, previous) && !isBefore(one, before))) {
      if (back.has(pod.metadata.name)) continue;
      back.add(pod.metadata.name);
      const seconds = (clock.now() - started) / 1000;
      tell({ type: "restored", node: pod.metadata.name, release: previous?.release ?? null, seconds });
    }
    stuck = notBack(snapshot, previous);
    return stuck.length === 0 || clock.now() > deadline;
  });
  const phase = stuck.length === 0 ? "end" : "error";
  await workspace.journal.append(plan.id, { step: "rollback", phase, data: stuck });
  return { touched, stuck, from };
}

const isBefore = ({ metadata }: { metadata: { name: string } }, { pods }: Snapshot): boolean =>
  pods.some((pod) => pod.metadata.name === metadata.name && isReady(pod));

const isBack = (pod: Snapshot["pods"][number], previous: Deployable | null): boolean =>
  isStaying(pod) && isReady(pod) && deployableIn(pod) === (previous?.id ?? null);

/** Pods that are not on the release, or not ready on it; and what is still missing to the number of them. */
function notBack(snapshot: Snapshot, previous: Deployable | null): NodeReason[] {
  const { rollout, pods } = snapshot;
  const staying = pods.filter(isStaying);
  const off = staying.filter((pod) => !isBack(pod, previous));
  const reasons = off.map((pod) => ({
    node: pod.metadata.name,
    reason: troubleOf(pod) ?? (deployableIn(pod) === previous?.id ? "not ready yet" : "still on the release"),
  }));
  if (previous === null) return reasons;
  const missing = (rollout.spec.replicas ?? 1) - staying.length;
  const seen = isSeen(snapshot) && currentIs(snapshot, previous);
  if (reasons.length === 0 && (missing > 0 || !seen))
    return [
      {
        node: rollout.metadata.name,
        reason: missing > 0 ? `${missing} pods are missing` : "Argo has not moved",
      },
    ];
  return reasons;
}

const currentIs = ({ rollout, sets }: Snapshot, { id }: Deployable): boolean => {
  const current = sets.find(
    ({ metadata }) => metadata.labels?.[hashLabel] === rollout.status?.currentPodHash,
  );
  return current !== undefined && deployableIn(current.spec.template) === id;
};

/**
 * A release that was good needs no second trial. Argo's own `rollbackWindow` does the same by age alone: it would let a
 * release that had failed pass unjudged, only because its ReplicaSet is older than the stable one.
 */
async function skipSteps({ rollouts }: Argo, snapshot: Snapshot, previous: Deployable | null): Promise<void> {
  const { stableRS, currentPodHash, promoteFull } = snapshot.rollout.status ?? {};
  if (previous === null || !isSeen(snapshot) || !currentIs(snapshot, previous)) return;
  if (stableRS !== currentPodHash && promoteFull !== true) await rollouts.steer({ promoteFull: true });
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
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** There was no release before: the Rollout is left without one, and what it had made goes. */
async function empty({ rollouts }: Argo, { lease }: Way, { sets }: Snapshot): Promise<void> {
  await rollouts.apply({ template: null, paused: false }, lease.token);
  for (const { metadata, spec } of sets) if ((spec.replicas ?? 0) > 0) await rollouts.remove(metadata.name);
}

const patienceSeconds = ({ rollout }: Snapshot): number => (rollout.spec.progressDeadlineSeconds ?? 600) + 30;
