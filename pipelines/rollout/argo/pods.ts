// What has become of the pods since the look before: those that started, that serve, that failed, that made way.
import type { FailedNode } from "../../observe/verdict.ts";
import type { Progress } from "../context.ts";
import type { Facts, Memory } from "./memory.ts";
import { deployableIn, isReady, isStaying, isWaiting, restartsOf, troubleOf } from "./reading.ts";
import type { Reading } from "./reading.ts";
import type { PodObject, Snapshot } from "./rollouts.ts";

/** Changes `memory`: what is told once is not told again. */
export function podProgress(
  { pods }: Snapshot,
  { updated }: Reading,
  memory: Memory,
  facts: Facts,
): Progress[] {
  const { plan, now } = facts;
  const progress: Progress[] = [];
  const staying = new Set(pods.filter(isStaying).map(({ metadata }) => metadata.name));
  for (const name of memory.others) if (!staying.has(name)) progress.push({ type: "gone", node: name });
  memory.others = new Set(
    pods
      .filter((pod) => isStaying(pod) && deployableIn(pod) !== plan.target.id)
      .map(({ metadata }) => metadata.name),
  );
  for (const pod of updated) {
    const { name } = pod.metadata;
    const since = memory.seen.get(name) ?? now;
    if (!memory.seen.has(name)) progress.push({ type: "node", node: name, step: "start" });
    memory.seen.set(name, since);
    if (!isWaiting(pod) && !memory.begun.has(name)) memory.begun.set(name, now);
    const seconds = (now - since) / 1000;
    if (isReady(pod) && !memory.ready.has(name)) {
      memory.ready.add(name);
      progress.push({ type: "updated", node: name, release: plan.target.release, seconds });
    }
    const failure = memory.failed.has(name) ? undefined : failureOf(pod, memory, facts);
    if (failure === undefined) continue;
    memory.failed.set(name, failure);
    progress.push({ type: "failed", node: name, reason: failure.reason });
  }
  return progress;
}

function failureOf(
  pod: PodObject,
  { seen, begun }: Memory,
  { now, restarts, startWithin, placeWithin }: Facts,
): FailedNode | undefined {
  const node = pod.metadata.name;
  const count = restartsOf(pod);
  const trouble = troubleOf(pod);
  const why = trouble === undefined ? "" : `: ${trouble}`;
  if (count > restarts) {
    const reason = `${count} restarts (allowed ${restarts})${why}`;
    return { node, reason, cause: "release" };
  }
  const from = begun.get(node);
  const limit = from === undefined ? placeWithin : startWithin;
  if (isReady(pod) || now - (from ?? seen.get(node) ?? now) <= limit * 1000) return undefined;
  return from === undefined
    ? { node, reason: `not started within ${limit} s${why}`, cause: "node" }
    : { node, reason: `not ready within ${limit} s${why}`, cause: "release" };
}
