// Reads the cluster again and again: an API server that is away for a moment ends nothing, one that stays away ends the watching.
import { isPassing } from "../../drivers/kube-failure.ts";
import { Refusal } from "../../errors.ts";
import type { Argo } from "./engine.ts";
import type { Snapshot } from "./rollouts.ts";

/** Seconds for which the API server may be away, such as in an upgrade of the cluster. */
const awaySeconds = 180;
const everySeconds = 1;

/** One look each second, until `seen` says that it is enough. Rejects on Ctrl-C, and when the cluster stays away. */
export async function watchUntil(
  { rollouts, clock, service }: Argo,
  signal: AbortSignal,
  seen: (snapshot: Snapshot) => Promise<boolean> | boolean,
): Promise<void> {
  for (let awaySince: number | undefined; ; await clock.sleep(everySeconds, signal)) {
    signal.throwIfAborted();
    let snapshot: Snapshot | undefined;
    try {
      snapshot = await rollouts.read();
      awaySince = undefined;
    } catch (error) {
      awaySince ??= clock.now();
      if (!isPassing(error) || clock.now() - awaySince > awaySeconds * 1000) throw error;
      continue;
    }
    if (snapshot === undefined) throw vanished(service.name);
    if (await seen(snapshot)) return;
  }
}

/** Does one thing in the cluster; while the API server is away, again. */
export async function insist<T>({ clock }: Argo, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (const since = clock.now(); ; await clock.sleep(everySeconds, signal)) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || clock.now() - since > awaySeconds * 1000) throw error;
    }
  }
}

function vanished(service: string): Refusal {
  return new Refusal("E_NOT_UP", {
    what: `the Rollout of ${service} has gone from the cluster`,
    state: "its pods have gone with it",
    next: "surefoot up <environment>, then deploy again",
  });
}
