// The guards, on duty from the first switch to the last verdict, pauses included. Absolute limits, once a second.
import { guard } from "../observe/guard.ts";
import { failuresOf, verdict } from "../observe/verdict.ts";
import type { FailedNode } from "../observe/verdict.ts";
import { nodeOf } from "./context.ts";
import type { Run } from "./context.ts";
import { refreshMembers } from "./membership.ts";
import { reasonOf } from "./node-update.ts";

export interface Watch {
  /** Aborted once the guards alone decide that the rollout has failed. */
  tripped: AbortSignal;
  /** Seconds for which metrics have not been had; 0 when they are. */
  blindSeconds: () => number;
  stop: () => Promise<void>;
}

const everySeconds = 1;
const windowSeconds = 15;

/** Starts looking. Failures go into `run.failed`; `wave` tells which wave is under way. */
export function startWatch(run: Run, wave: () => number): Watch {
  const tripped = new AbortController();
  const over = new AbortController();
  let blindSince: number | undefined;
  const look = async (): Promise<void> => {
    const on = [...run.upSince.keys()].filter((name) => !run.failed.has(name));
    const found = await statusFailures(run, on);
    try {
      found.push(...(await metricFailures(run, on)));
      blindSince = undefined;
    } catch (error) {
      if (blindSince === undefined) run.tell({ type: "blind", reason: (error as Error).message });
      blindSince ??= run.clock.now();
    }
    if (found.length > 0) await refreshMembers(run);
    for (const failure of found)
      if (!run.failed.has(failure.node) && run.upSince.has(failure.node)) fail(run, failure);
    const facts = { failureBudget: run.policy.failureBudget, wave: wave(), waveNodes: run.touched.size };
    const now = verdict({ ...facts, failedNodes: [...run.failed.values()], judgement: null, blind: false });
    if (now.verdict === "fail") tripped.abort(new Error(now.reason));
  };
  const loop = (async () => {
    while (!over.signal.aborted) {
      await look();
      await run.clock.sleep(everySeconds, over.signal).catch(() => undefined);
    }
  })();
  return {
    tripped: tripped.signal,
    blindSeconds: () => (blindSince === undefined ? 0 : (run.clock.now() - blindSince) / 1000),
    stop: async () => {
      over.abort();
      await loop;
    },
  };
}

/** Puts a failed node on record, once. */
export function fail(run: Run, failure: FailedNode): void {
  run.failed.set(failure.node, failure);
  run.tell({ type: "failed", node: failure.node, reason: failure.reason });
}

/** What the nodes themselves say: this works also where metrics are down. */
async function statusFailures(run: Run, names: readonly string[]): Promise<FailedNode[]> {
  const limit = run.policy.guard.restarts;
  const failures = await Promise.all(
    names.map(async (name): Promise<FailedNode | undefined> => {
      try {
        const { state, restarts } = await nodeOf(run, name).status();
        if (state === "down") return { node: name, reason: "the node is down", cause: "node" };
        if (restarts <= limit) return undefined;
        return { node: name, reason: `${restarts} restarts (allowed ${limit})`, cause: "release" };
      } catch (error) {
        return { node: name, reason: reasonOf(error, name), cause: "node" };
      }
    }),
  );
  return failures.filter((failure) => failure !== undefined);
}

async function metricFailures(run: Run, names: readonly string[]): Promise<FailedNode[]> {
  const now = run.clock.now();
  const all = await run.metrics.summaries(run.service.name, now - windowSeconds * 1000, now);
  const hits = names.flatMap((name) => {
    const own = all.filter(({ node }) => node === name);
    const sinceMs = run.upSince.get(name) ?? now;
    // Until it was scraped again, all but its silence is of the release before. Restarts are asked of the node itself.
    const fresh = own.some(({ lastSeenMs }) => (lastSeenMs ?? 0) > sinceMs + 1000);
    return guard(run.policy.guard, own, now, { minRequests: 20, sinceMs }).filter(
      (hit) => hit.guard === "heartbeat" || (fresh && hit.guard !== "restarts"),
    );
  });
  return failuresOf(hits);
}
