// Nodes that come and go while a rollout is under way: a group replaces a broken machine, or grows, by itself.
import pLimit from "p-limit";
import type { Run } from "./context.ts";
import { isTrouble, reasonOf, updateNode } from "./node-update.ts";

/** Reads the fleet again: who left counts no more, who joined waits for the end of the rollout. `whole`: waits for nodes that are still booting. */
export async function refreshMembers(run: Run, whole = false): Promise<void> {
  const { joined, left } = await run.fleet.refresh(whole);
  for (const node of joined) {
    run.nodes.set(node.name, node);
    run.joined.add(node.name);
  }
  for (const name of left) {
    if (run.left.has(name)) continue;
    run.left.add(name);
    for (const record of [run.touched, run.joined, run.upSince, run.failed, run.parked]) record.delete(name);
    run.tell({ type: "left", node: name });
  }
}

/** True when a node that gives trouble is no node of the fleet any more: that is no failure of the release or of the node. */
export async function hasLeft(run: Run, name: string): Promise<boolean> {
  await refreshMembers(run);
  return run.left.has(name);
}

/** Nodes that joined and are ready, to stand where others left; fewer than asked for when fewer came. */
export async function substitutes(run: Run, count: number): Promise<string[]> {
  await refreshMembers(run, true);
  return [...run.joined].filter((name) => !run.touched.has(name)).slice(0, count);
}

/** Puts nodes that joined on the target once every wave has passed: they booted on the release before. */
export async function updateJoined(run: Run): Promise<void> {
  await refreshMembers(run, true);
  const limit = pLimit(run.plan.maxOut);
  const options = { signal: run.signal, atLimit: run.policy.drain.then, mustStop: false } as const;
  const update = async (name: string): Promise<void> => {
    const node = run.nodes.get(name);
    if (node === undefined || run.left.has(name)) return;
    const started = run.clock.now();
    try {
      run.touched.add(name);
      const moved = await updateNode(run, node, run.plan.target, options);
      const seconds = (run.clock.now() - started) / 1000;
      if (moved === "updated")
        run.tell({ type: "updated", node: name, release: run.plan.target.release, seconds });
      else run.parked.set(name, "joined during the rollout and still holds sessions");
    } catch (error) {
      if (!isTrouble(error)) throw error;
      if (await hasLeft(run, name)) return;
      const reason = `joined during the rollout: ${reasonOf(error, name)}`;
      run.failed.set(name, { node: name, reason, cause: "node" });
      run.tell({ type: "failed", node: name, reason });
    }
  };
  await Promise.all([...run.joined].map((name) => limit(() => update(name))));
}
