// Moves one node to a release: drain, stop, switch, start, health, undrain. Used forwards and backwards.
import type { NodeStep, Run } from "./context.ts";
import { NodeTrouble } from "./fleet.ts";
import type { Deployable, FleetNode, NodeStatus } from "./fleet.ts";

/** The release's own fault on this node: it would not stop, start or get healthy. */
export class ReleaseTrouble extends Error {
  override name = "ReleaseTrouble";
}

/** True for what concerns one node alone; anything else ends the whole run. */
export function isTrouble(error: unknown): boolean {
  return error instanceof NodeTrouble || error instanceof ReleaseTrouble;
}

/** What to say of a node's failure beside its name, which the message may begin with. */
export function reasonOf(error: unknown, node: string): string {
  return (error as Error).message.replace(`${node}: `, "");
}

export interface UpdateOptions {
  /** Ends waiting for sessions or health early; the node is then left for the rollback. */
  signal: AbortSignal;
  /** What to do with sessions that outlast the drain limit; a rollback of a broken release does not park. */
  atLimit: "park" | "force" | "skip";
  /** A stop that needs a kill is the release's fault: set where the running release is the one on trial. */
  mustStop: boolean;
}

const pollSeconds = 0.1;
// The edge hears of a drain by a file event, within milliseconds; longer means that it is down.
const edgeSeconds = 5;

/** Resolves with "updated", or "parked" when the node keeps its sessions and its old release. `target` null: back to no release. */
export async function updateNode(
  run: Run,
  node: FleetNode,
  target: Deployable | null,
  options: UpdateOptions,
): Promise<"updated" | "parked"> {
  const { token } = run.lease;
  const step = (name: NodeStep, detail?: string): Promise<void> => begin(run, node.name, name, detail);
  if (target !== null) {
    await step("fetch", target.id);
    await node.fetch(token, target);
  }
  const { state, current } = await node.status();
  const serving = state === "running" && (await node.ready());
  // It runs what it should: at most it was drained on the way, and nobody's session need end for that.
  if (serving && target !== null && current === target.id) {
    await step("undrain");
    await node.undrain(token);
    await run.fleet.settled(node.name, false, edgeSeconds);
    return "updated";
  }
  await step("drain");
  await node.drain(token);
  if (serving && !(await drained(run, node, options))) {
    if (options.atLimit === "skip") await node.undrain(token);
    return "parked";
  }
  await step("stop");
  await stopNode(run, node, options.mustStop);
  if (target === null) {
    await step("clear");
    await node.clear(token);
    await node.undrain(token);
    return "updated";
  }
  await step("switch", target.id);
  await node.switch(token, target.id);
  await startNode(run, node, options.signal, step);
  await node.prune(token, run.service.retain);
  return "updated";
}

async function startNode(
  run: Run,
  node: FleetNode,
  signal: AbortSignal,
  step: (name: NodeStep) => Promise<void>,
): Promise<void> {
  await step("start");
  await node.start(run.lease.token);
  await step("health");
  await healthy(run, node, signal);
  await step("undrain");
  await node.undrain(run.lease.token);
  await run.fleet.settled(node.name, false, edgeSeconds);
}

async function begin(run: Run, node: string, step: NodeStep, detail?: string): Promise<void> {
  await run.lease.check();
  await run.note({ node, step, phase: "begin", ...(detail === undefined ? {} : { note: detail }) });
  run.tell({ type: "node", node, step, ...(detail === undefined ? {} : { detail }) });
}

/** True once the node holds nothing any more; false when it is to be parked. An abort puts the node back and throws. */
async function drained(run: Run, node: FleetNode, { signal, atLimit }: UpdateOptions): Promise<boolean> {
  const { sessions, limit } = run.policy.drain;
  const confirmed = await run.fleet.settled(node.name, true, edgeSeconds);
  // On the way back a dead edge is no reason to leave a broken release running: it sends nobody anywhere.
  if (!confirmed && atLimit !== "force") {
    await node.undrain(run.lease.token);
    const why =
      run.fleet.complaint?.(node.name) ?? `the edge did not confirm the drain within ${edgeSeconds} s`;
    throw new NodeTrouble(`${node.name}: ${why}`);
  }
  if (run.service.kind === "sessions" && sessions === "cut") return true;
  try {
    const empty = await until(run, async () => (await node.load()) === 0, limit, signal);
    return empty || atLimit === "force";
  } catch (error) {
    await node.undrain(run.lease.token);
    throw error;
  }
}

async function stopNode(run: Run, node: FleetNode, mustStop: boolean): Promise<void> {
  const { stopWithin } = run.service;
  const stopped = async (): Promise<boolean> => ["stopped", "idle"].includes((await node.status()).state);
  await node.stop(run.lease.token);
  if (await until(run, stopped, stopWithin)) return;
  await node.kill(run.lease.token);
  if (!(await until(run, stopped, 10))) throw new NodeTrouble(`${node.name}: the service survived SIGKILL`);
  if (mustStop) throw new ReleaseTrouble(`did not stop within ${stopWithin} s of SIGTERM and was killed`);
}

async function healthy(run: Run, node: FleetNode, signal: AbortSignal): Promise<void> {
  const { startWithin } = run.service;
  const limit = run.policy.guard.restarts;
  let status: NodeStatus | undefined;
  const ready = await until(
    run,
    async () => {
      status = await node.status();
      if (status.restarts > limit)
        throw new ReleaseTrouble(`crashed ${status.restarts} times before it was healthy`);
      return status.state === "running" && (await node.ready());
    },
    startWithin,
    signal,
  );
  if (!ready) throw new ReleaseTrouble(`not healthy within ${startWithin} s (${status?.state ?? "unknown"})`);
}

/** Polls until it holds; false after so many seconds. Throws the signal's reason when that is aborted. */
async function until(
  run: Run,
  holds: () => Promise<boolean>,
  seconds: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const end = run.clock.now() + seconds * 1000;
  for (;;) {
    signal?.throwIfAborted();
    if (await holds()) return true;
    if (run.clock.now() >= end) return false;
    await run.clock.sleep(pollSeconds, signal);
  }
}

/** Stops and starts the release that runs, drained first: proves that it survives it. */
export async function restartNode(
  run: Run,
  node: FleetNode,
  options: UpdateOptions,
): Promise<"updated" | "parked"> {
  const step = (name: NodeStep): Promise<void> => begin(run, node.name, name, "smoke restart");
  await step("drain");
  await node.drain(run.lease.token);
  if (!(await drained(run, node, options))) {
    await node.undrain(run.lease.token);
    return "parked";
  }
  await step("stop");
  await stopNode(run, node, options.mustStop);
  await startNode(run, node, options.signal, step);
  return "updated";
}
