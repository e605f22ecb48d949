// One wave: its nodes are moved in parallel, then watched for the bake, then judged against the nodes not yet updated.
import pLimit from "p-limit";
import { judge } from "../observe/judge.ts";
import type { Judgement } from "../observe/judge.ts";
import { verdict } from "../observe/verdict.ts";
import type { WaveVerdict } from "../observe/verdict.ts";
import { keepsContract } from "../promotion/contracts/canary.ts";
import { nodeOf } from "./context.ts";
import type { Run } from "./context.ts";
import { hasLeft, substitutes } from "./membership.ts";
import { isTrouble, reasonOf, ReleaseTrouble, restartNode, updateNode } from "./node-update.ts";
import type { UpdateOptions } from "./node-update.ts";
import type { PlannedWave } from "./request.ts";
import { fail } from "./watch.ts";
import type { Watch } from "./watch.ts";

/** Runs the wave to its verdict. Throws only what stops the whole run: Ctrl-C, a lost lease, a bug. */
export async function runWave(run: Run, wave: PlannedWave, watch: Watch): Promise<WaveVerdict> {
  const signal = AbortSignal.any([run.signal, watch.tripped]);
  const options: UpdateOptions = { signal, atLimit: run.policy.drain.then, mustStop: false };
  run.tell({ type: "wave", number: wave.number, of: run.plan.waves.length, nodes: wave.nodes });
  await each(run, wave.nodes, signal, (name) => update(run, name, options));
  // A canary whose machine was taken away has proven nothing: those that came in its place take its part.
  if (wave.nodes.every((name) => run.left.has(name))) {
    const instead = await substitutes(run, wave.nodes.length);
    await each(run, instead, signal, (name) => update(run, name, options));
  }
  await bake(run, wave, signal);
  const found = await keepsContract(run, wave, await decide(run, wave, watch));
  if (found.verdict !== "pass" || !wave.smokeRestart) return found;
  const failedBefore = run.failed.size;
  // After the judge, who needs the metrics of a process that ran through the whole bake.
  await each(run, wave.nodes, signal, (name) => restart(run, name, { ...options, mustStop: true }));
  run.signal.throwIfAborted();
  return run.failed.size === failedBefore ? found : decide(run, wave, watch);
}

async function each(
  run: Run,
  names: readonly string[],
  signal: AbortSignal,
  move: (name: string) => Promise<void>,
): Promise<void> {
  const limit = pLimit(run.plan.maxOut);
  const one = async (name: string): Promise<void> => {
    if (signal.aborted || spent(run) > run.policy.failureBudget || run.parked.size >= run.plan.maxOut) return;
    await move(name);
    // A parked node takes no new sessions: it is out of service for as long as it is parked.
    limit.concurrency = Math.max(1, run.plan.maxOut - run.parked.size);
  };
  const results = await Promise.allSettled(names.map((name) => limit(() => one(name))));
  run.signal.throwIfAborted();
  const broken = results.find((result) => result.status === "rejected");
  // A guard that tripped ends the moves under way: that is a verdict, not an error.
  if (broken !== undefined && !signal.aborted) throw broken.reason;
}

/** What counts in the failure budget: nodes that failed and nodes that are parked. */
function spent(run: Run): number {
  return run.failed.size + run.parked.size;
}

async function update(run: Run, name: string, options: UpdateOptions): Promise<void> {
  const started = run.clock.now();
  await attempt(run, name, async () => {
    run.touched.add(name);
    const result = await updateNode(run, nodeOf(run, name), run.plan.target, options);
    if (result === "parked") return park(run, name);
    run.upSince.set(name, run.clock.now());
    const seconds = (run.clock.now() - started) / 1000;
    run.tell({ type: "updated", node: name, release: run.plan.target.release, seconds });
  });
}

async function restart(run: Run, name: string, options: UpdateOptions): Promise<void> {
  if (run.parked.has(name) || run.failed.has(name)) return;
  // Not on duty while we restart it ourselves: the guards would take it for a crash.
  run.upSince.delete(name);
  await attempt(run, name, async () => {
    await restartNode(run, nodeOf(run, name), options);
    run.upSince.set(name, run.clock.now());
  });
}

function park(run: Run, name: string): void {
  const reason = `still holds sessions after ${run.policy.drain.limit} s`;
  run.touched.delete(name);
  run.parked.set(name, reason);
  run.tell({ type: "parked", node: name, reason });
}

/** A node that fails is put on record; only what concerns the whole run goes on up. */
async function attempt(run: Run, name: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!isTrouble(error)) throw error;
    if (await hasLeft(run, name)) return;
    const cause = error instanceof ReleaseTrouble ? "release" : "node";
    fail(run, { node: name, reason: reasonOf(error, name), cause });
  }
}

async function bake(run: Run, wave: PlannedWave, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await run.note({ step: "bake", phase: "begin", wave: wave.number });
  run.tell({ type: "bake", number: wave.number, seconds: wave.bakeSeconds });
  await run.clock.sleep(wave.bakeSeconds, signal).catch(() => undefined);
  run.signal.throwIfAborted();
}

async function decide(run: Run, wave: PlannedWave, watch: Watch): Promise<WaveVerdict> {
  run.signal.throwIfAborted();
  await failUnready(run);
  const left = wave.nodes.filter(
    (name) => !run.touched.has(name) && !run.parked.has(name) && !run.left.has(name),
  );
  const decided = watch.tripped.aborted || run.failed.size > run.policy.failureBudget;
  const none = decided || run.upSince.size === 0;
  const judged = none ? { judgement: null, blind: false } : await compare(run, wave, watch);
  const failedNodes = [...run.failed.values()];
  const facts = { failureBudget: run.policy.failureBudget, wave: wave.number, waveNodes: run.touched.size };
  const found = verdict({ ...facts, failedNodes, ...judged });
  const tooMany = spent(run) > run.policy.failureBudget;
  if (found.verdict === "fail" || (!tooMany && left.length === 0 && run.upSince.size > 0)) return found;
  const reason = `${run.parked.size} nodes are parked and ${failedNodes.length} failed (failure budget ${run.policy.failureBudget}); ${left.length} of the wave were not begun`;
  const evidence = [...run.parked].map(([node, why]) => `${node}: ${why}`);
  return { verdict: "inconclusive", reason, evidence, binding: true };
}

/** A process can hang without ending: at the verdict each updated node has to answer once more. */
async function failUnready(run: Run): Promise<void> {
  const names = [...run.upSince.keys()].filter((name) => !run.failed.has(name));
  await Promise.all(
    names.map(async (name) => {
      if ((await nodeOf(run, name).ready()) || (await hasLeft(run, name))) return;
      fail(run, {
        node: name,
        reason: "does not answer its health check at the end of the bake",
        cause: "release",
      });
    }),
  );
}

/** The judge's word on the bake. Metrics that are down get a second bake's time to come back, at least ten seconds. */
async function compare(
  run: Run,
  wave: PlannedWave,
  watch: Watch,
): Promise<{ judgement: Judgement | null; blind: boolean }> {
  const { rest } = run.policy.bake;
  const patience = Math.max(10, Math.min(rest, 60));
  for (const deadline = run.clock.now() + patience * 1000; ;) {
    try {
      return { judgement: await judgeNow(run, wave), blind: false };
    } catch {
      if (run.clock.now() >= deadline) return { judgement: null, blind: true };
      if (watch.tripped.aborted) return { judgement: null, blind: false };
    }
    await run.clock.sleep(1, run.signal);
  }
}

// A process that has just started is slower until its code is compiled and its caches are filled.
const warmUpSeconds = 5;

async function judgeNow(run: Run, wave: PlannedWave): Promise<Judgement> {
  const now = run.clock.now();
  // The youngest node sets the window, so that old and new are compared over the same time, once it is warm.
  const warmUpMs = Math.min(warmUpSeconds, wave.bakeSeconds / 4) * 1000;
  // A node that tripped a guard on the release's account is evidence; one that failed by itself is not.
  const byItself = (name: string): boolean => run.failed.get(name)?.cause === "node";
  const healthy = [...run.upSince].filter(([name]) => !byItself(name));
  const from = Math.max(
    ...healthy.map(([, since]) => since + warmUpMs).filter((warm) => now - warm > 1500),
    now - 60_000,
  );
  const all = await run.metrics.summaries(run.service.name, from, now);
  const names = new Set([...healthy.map(([name]) => name), ...run.plan.done]);
  const out = (name: string): boolean =>
    run.failed.has(name) || run.parked.has(name) || run.left.has(name) || run.plan.unreachable.includes(name);
  const control = run.plan.bootstrap ? [] : all.filter(({ node }) => !names.has(node) && !out(node));
  const judgement = judge(
    run.policy.judge,
    all.filter(({ node }) => names.has(node)),
    control,
  );
  await run.note({ step: "judge", phase: "end", data: judgement });
  return judgement;
}
