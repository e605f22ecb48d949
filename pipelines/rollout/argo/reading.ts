// Reads one look at a Rollout: which wave it is in, which pods run what, what Argo says of it. Pure.
import { labelKeys } from "../../../infra/platforms/kubernetes/labels.ts";
import type { PlanFacts } from "../request.ts";
import { runsOfAttempt } from "./attempt.ts";
import { annotation } from "./rollouts.ts";
import { isSealed } from "./template.ts";
import type { AnalysisRunObject, PodObject, ReplicaSetObject, Snapshot } from "./rollouts.ts";

export type Phase =
  /** The controller has not seen the change yet. */
  | "unseen"
  /** Pods of the wave are being replaced. */
  | "updating"
  /** The wave's pods are watched. */
  | "baking"
  | "done"
  /** Argo has given up, and takes the pods back to what was stable. */
  | "aborted"
  | "inconclusive"
  /** The Rollout is not one that Argo accepts. */
  | "invalid"
  /** The Rollout is to run something else: another hand changed it. */
  | "foreign";

export interface Reading {
  phase: Phase;
  /** Argo's own words. */
  message: string;
  /** The first is 1; 0 while nothing can be said. */
  wave: number;
  step: number;
  /** Pods of the target that are not on their way out. */
  updated: PodObject[];
  /** Runs of this attempt, the newest of each step and of the background. */
  runs: AnalysisRunObject[];
  /** Changes whenever anything moves. */
  fingerprint: string;
}

/** What a pod or a ReplicaSet is made of: the id of its deployable. */
export const deployableIn = (labelled: {
  metadata?: { annotations?: Record<string, string> };
}): string | null => labelled.metadata?.annotations?.[annotation.deployable] ?? null;

/** Which pods of a deployable: those of another shape are other pods. Null: of no release. */
export function stampOf(labelled: { metadata?: { annotations?: Record<string, string> } }): string | null {
  const id = deployableIn(labelled);
  return id === null ? null : `${id} ${labelled.metadata?.annotations?.[annotation.shape] ?? ""}`;
}

export const hashOf = (object: { metadata: { labels?: Record<string, string> } }): string | undefined =>
  object.metadata.labels?.[labelKeys.template];

/** The ReplicaSet of the template that Argo works on, as far as it has made one. */
export const currentSet = ({ rollout, sets }: Snapshot): ReplicaSetObject | undefined =>
  sets.find((set) => hashOf(set) === rollout.status?.currentPodHash);

/** The ReplicaSet that made pods of this deployable; the newest where the shape of pods has changed since. */
export function setOf(snapshot: Snapshot, id: string): ReplicaSetObject | undefined {
  const { stableRS } = snapshot.rollout.status ?? {};
  const made = snapshot.sets.filter(
    ({ spec }) => deployableIn(spec.template) === id && isSealed(spec.template),
  );
  const stable = made.find((set) => hashOf(set) === stableRS);
  const byAge = made.toSorted((a, b) =>
    (b.metadata.creationTimestamp ?? "").localeCompare(a.metadata.creationTimestamp ?? ""),
  );
  return stable ?? byAge[0];
}

/** True once the controller has taken note of the newest change. */
export function isSeen({ rollout }: Snapshot): boolean {
  return rollout.status?.observedGeneration === String(rollout.metadata.generation);
}

export function read(snapshot: Snapshot, target: string): Reading {
  const { rollout, pods, runs } = snapshot;
  const { status = {}, spec } = rollout;
  const hash = status.currentPodHash ?? "";
  const step = status.currentStepIndex ?? 0;
  const waves = (spec.strategy?.canary?.steps?.length ?? 0) / 2;
  const updated = pods.filter(
    (pod) => hashOf(pod) === hash && deployableIn(pod) === target && isStaying(pod),
  );
  const own = runsOfAttempt(
    rollout,
    runs.filter((run) => hashOf(run) === hash),
  );
  const phase = phaseOf(snapshot, target, step);
  return {
    phase,
    message: messageOf(snapshot, phase),
    wave: waves === 0 ? 1 : Math.min(waves, Math.floor(step / 2) + 1),
    step,
    updated,
    runs: own,
    fingerprint: JSON.stringify([
      rollout.metadata.generation,
      status.observedGeneration,
      step,
      hash,
      status.phase,
      pods.map((pod) => [pod.metadata.name, isWaiting(pod), isReady(pod), isStaying(pod), restartsOf(pod)]),
      own.map(({ metadata, status: found }) => [metadata.name, found?.phase, measured(found)]),
    ]),
  };
}

/** Results alone: a source that is down is asked again and again, and that is no progress. */
const measured = (status: AnalysisRunObject["status"]): unknown =>
  status?.metricResults?.map(({ name, phase }) => [name, phase]);

function phaseOf(snapshot: Snapshot, target: string, step: number): Phase {
  const { rollout } = snapshot;
  const { status = {}, spec } = rollout;
  if (spec.template !== undefined && (deployableIn(spec.template) !== target || !isSealed(spec.template)))
    return "foreign";
  if (!isSeen(snapshot)) return "unseen";
  if (status.conditions?.some(({ type, status: is }) => type === "InvalidSpec" && is === "True"))
    return "invalid";
  // Where the number of pods changes too, the controller takes note of the change before it acts on it.
  const current = currentSet(snapshot);
  if (current === undefined || deployableIn(current.spec.template) !== target) return "unseen";
  if (spec.template !== undefined && stampOf(current.spec.template) !== stampOf(spec.template))
    return "unseen";
  if (status.abort === true) return "aborted";
  if (status.pauseConditions?.some(({ reason }) => reason === "InconclusiveAnalysisRun"))
    return "inconclusive";
  if (status.stableRS === status.currentPodHash && status.phase === "Healthy") return "done";
  return step % 2 === 1 ? "baking" : "updating";
}

function messageOf({ rollout }: Snapshot, phase: Phase): string {
  const { conditions = [], message = "" } = rollout.status ?? {};
  const wanted = phase === "invalid" ? "InvalidSpec" : "Progressing";
  return (
    (phase === "invalid" ? "" : message) || (conditions.find(({ type }) => type === wanted)?.message ?? "")
  );
}

/** On its way out, a pod ends its sessions and takes no new ones: it serves no release any more. */
export const isStaying = ({ metadata, status }: PodObject): boolean =>
  metadata.deletionTimestamp === undefined && status?.phase !== "Failed" && status?.phase !== "Succeeded";

export const isReady = ({ status }: PodObject): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;

export const restartsOf = ({ status }: PodObject): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));

/** No machine yet, or its image and volumes are on their way: its process has not been begun. */
export function isWaiting({ spec, status }: PodObject): boolean {
  const containers = status?.containerStatuses ?? [];
  const held = containers.every(
    ({ restartCount, state }) =>
      restartCount === 0 && ["ContainerCreating", "PodInitializing"].includes(state?.waiting?.reason ?? ""),
  );
  return spec.nodeName === undefined || held;
}

/** Why a pod does not come up, where the cluster says so. */
export function troubleOf({ status }: PodObject): string | undefined {
  const waiting = status?.containerStatuses?.map(({ state }) => state?.waiting).find((one) => one?.reason);
  if (waiting?.reason !== undefined && waiting.reason !== "ContainerCreating")
    return waiting.message === undefined ? waiting.reason : `${waiting.reason}: ${waiting.message}`;
  const scheduled = status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status === "False") return `it has no machine: ${scheduled.message ?? scheduled.reason}`;
  return undefined;
}

// One of an old shape is not what a deploy of its release would make now; one of a release on trial has not arrived.
/** The pods as nodes, sorted by name. */
export function factsOf(
  { rollout, pods, sets, shape }: Snapshot,
  zones: ReadonlyMap<string, string>,
): PlanFacts[] {
  const altered = new Set(sets.filter(({ spec }) => !isSealed(spec.template)).map(hashOf));
  const staying = pods.filter(isStaying).toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return staying.map((pod) => {
    const { name, labels, annotations } = pod.metadata;
    const id = deployableIn(pod);
    const old = id !== null && (annotations?.[annotation.shape] !== shape || altered.has(hashOf(pod)));
    const onTrial = id !== null && hashOf(pod) !== rollout.status?.stableRS;
    const trouble = isReady(pod) ? undefined : troubleOf(pod);
    return {
      name,
      zone: labels?.[labelKeys.zone] ?? zones.get(pod.spec.nodeName ?? "") ?? "-",
      status: {
        state: pod.status?.phase === "Running" ? ("running" as const) : ("starting" as const),
        current: old ? `${id}+old-shape` : onTrial ? `${id}+on-trial` : id,
        restarts: restartsOf(pod),
        draining: false,
        retained: id === null ? [] : [id],
      },
      ready: isReady(pod),
      ...(trouble === undefined ? {} : { trouble }),
    };
  });
}
