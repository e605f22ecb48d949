// Takes nodes back to the release before: newest first, in parallel, from what the node still has. No canary, no download.
import pLimit from "p-limit";
import { nodeOf } from "../rollout/context.ts";
import type { Run } from "../rollout/context.ts";
import { isTrouble, reasonOf, updateNode } from "../rollout/node-update.ts";
import type { UpdateOptions } from "../rollout/node-update.ts";

/** Restores `run.plan.previous` on these nodes (null: they go back to having no release). Returns the nodes that are not back. */
export async function rollBack(
  run: Run,
  names: readonly string[],
  reason: string,
): Promise<{ node: string; reason: string }[]> {
  const { previous, maxOut } = run.plan;
  const nodes = names.toReversed();
  await run.note({ step: "rollback", phase: "begin", note: reason, data: nodes });
  run.tell({ type: "rollback", nodes, release: previous?.release ?? null, reason });
  const limit = pLimit(maxOut);
  const stuck: { node: string; reason: string }[] = [];
  // A node whose sessions outlast the limit is forced here: leaving it on a broken release would keep the harm going.
  const options: UpdateOptions = { signal: run.signal, atLimit: "force", mustStop: false };
  const restore = async (name: string): Promise<void> => {
    const started = run.clock.now();
    run.upSince.delete(name);
    try {
      await updateNode(run, nodeOf(run, name), previous, options);
      const seconds = (run.clock.now() - started) / 1000;
      run.tell({ type: "restored", node: name, release: previous?.release ?? null, seconds });
    } catch (error) {
      run.signal.throwIfAborted();
      if (!isTrouble(error)) throw error;
      stuck.push({ node: name, reason: reasonOf(error, name) });
    }
  };
  const results = await Promise.allSettled(nodes.map((name) => limit(() => restore(name))));
  const broken = results.find((result) => result.status === "rejected");
  if (broken !== undefined) throw broken.reason;
  await run.note({ step: "rollback", phase: stuck.length === 0 ? "end" : "error", data: stuck });
  return stuck;
}
