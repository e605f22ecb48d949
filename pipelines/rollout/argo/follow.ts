// Starts a release in the cluster, or finds it under way, and follows it to its end.
import { canarySteps } from "../../../infra/platforms/kubernetes/strategy.ts";
import { Refusal } from "../../errors.ts";
import type { WaveVerdict } from "../../observe/verdict.ts";
import type { Way } from "../engine.ts";
import { freezeText, frozen } from "../freeze.ts";
import type { Outcome, RunOptions } from "../run.ts";
import type { Argo } from "./engine.ts";
import { look } from "./look.ts";
import type { Look } from "./look.ts";
import { newMemory } from "./memory.ts";
import type { Facts, Memory } from "./memory.ts";
import { countsOf } from "./plan.ts";
import { read } from "./reading.ts";
import { goBack } from "./restore.ts";
import { annotation } from "./rollouts.ts";
import type { Snapshot } from "./rollouts.ts";
import { insist, watchUntil } from "./watching.ts";

/** Ends with a verdict; on Ctrl-C the Rollout is paused, so that nothing goes on that nobody follows. */
export async function follow(argo: Argo, way: Way, options: RunOptions): Promise<Outcome> {
  const { plan } = way;
  if (plan.waves.length === 0)
    return outcome(newMemory(0), "deployed", 0, {
      verdict: "pass",
      reason: `all ${plan.done.length} nodes already ran ${plan.target.release}`,
      evidence: [],
    });
  try {
    const { found } = await begin(argo, way);
    return await toTheEnd(argo, way, options, found);
  } catch (error) {
    if (way.signal.aborted && (way.signal.reason as Partial<Refusal>).code === "E_INTERRUPTED")
      await argo.rollouts.apply({ paused: true }, way.lease.token).catch(() => undefined);
    throw error;
  }
}

/** Applies the release, unless the Rollout is under way to it already: after a kill, or a pause. */
async function begin(argo: Argo, way: Way): Promise<{ found: boolean }> {
  const { rollouts, service } = argo;
  const { plan, lease, signal } = way;
  const snapshot = await insist(argo, signal, rollouts.read);
  const under = snapshot?.rollout.spec.template;
  const phase = snapshot === undefined ? "foreign" : read(snapshot, plan.target.id).phase;
  const same = under?.metadata?.annotations?.[annotation.shape] === snapshot?.shape;
  if (same && phase !== "foreign" && phase !== "aborted" && phase !== "invalid") {
    await insist(argo, signal, () => rollouts.apply({ paused: false }, lease.token));
    return { found: true };
  }
  const template = await rollouts.render(plan.target, signal);
  const steps = canarySteps(countsOf(plan), plan.fleetSize, service);
  await insist(argo, signal, () => rollouts.apply({ template, steps, paused: false }, lease.token));
  // The same release once more, after Argo gave it up: it is tried again from its first wave.
  if (phase === "aborted") await rollouts.steer({ abort: false });
  return { found: false };
}

async function toTheEnd(argo: Argo, way: Way, options: RunOptions, found: boolean): Promise<Outcome> {
  const { rollouts, clock } = argo;
  const { signal, tell, lease, workspace } = way;
  const memory = newMemory(clock.now());
  let accept = options.acceptWave;
  // What was found undecided, or measured while metrics came back, is judged once more over a whole bake.
  let again = found;
  let end: End | undefined;
  await watchUntil(argo, signal, async (snapshot) => {
    const seen = look(snapshot, memory, factsFor(argo, way, snapshot));
    for (const progress of seen.progress) tell(progress);
    for (const { wave, verdict } of seen.passed) await conclude(way, wave, verdict);
    await hurry(argo, way, snapshot, seen);
    const window = options.breakGlass ? undefined : frozen(options.freeze, clock.now());
    if (window !== undefined && seen.begun.some((wave) => wave > 1) && seen.end === undefined) {
      end = { verdict: "inconclusive", reason: `frozen: ${freezeText(window)}`, evidence: [] };
      return true;
    }
    if (seen.end === undefined) return false;
    if (seen.end === "done" || seen.end.verdict !== "inconclusive" || seen.end.binding) {
      end = seen.end;
      return true;
    }
    if (again || memory.wasBlind) {
      again = false;
      memory.wasBlind = false;
      // Without `controllerPause`: with it, Argo takes up the old run again.
      await rollouts.steer({ pauseConditions: null });
      return false;
    }
    if (!accept) {
      end = seen.end;
      return true;
    }
    accept = false;
    await conclude(way, memory.wave, seen.end);
    await rollouts.steer(promoted(seen));
    return false;
  });
  const wave = Math.max(1, memory.wave);
  if (end === undefined || end === "done") {
    await rollouts.prune(kept(way));
    return outcome(memory, "deployed", wave - 1, {
      verdict: "pass",
      reason: summary(way, memory),
      evidence: [],
    });
  }
  await conclude(way, wave, end);
  if (end.verdict !== "fail") {
    await insist(argo, signal, () => rollouts.apply({ paused: true }, lease.token));
    return outcome(memory, "paused", wave, end);
  }
  await workspace.platform.bootOn(argo.service.name, way.plan.previous);
  const failed = [...memory.failed.values()].map(({ node, reason }) => ({ node, reason }));
  return goBack(argo, way, { wave, found: end, seen: [...memory.seen.keys()], failed });
}

type End = Exclude<Look["end"], undefined>;

/** A person's word replaces the judgement of the step; what a guard in the background could not decide has no step. */
function promoted({ reading: { step } }: Look): Record<string, unknown> {
  if (step % 2 === 0) return { pauseConditions: null };
  return { pauseConditions: null, controllerPause: false, currentStepIndex: step + 1 };
}

/** Where nothing serves there is nothing to keep and nothing to compare with: Argo need not walk the steps. */
async function hurry(
  { rollouts }: Argo,
  { plan }: Way,
  { rollout }: Snapshot,
  { reading }: Look,
): Promise<void> {
  const { stableRS = "", currentPodHash, promoteFull } = rollout.status ?? {};
  const walks = reading.phase === "updating" || reading.phase === "baking";
  if (plan.bootstrap && walks && stableRS !== "" && stableRS !== currentPodHash && promoteFull !== true)
    await rollouts.steer({ promoteFull: true });
}

async function conclude({ workspace, plan, tell }: Way, wave: number, verdict: WaveVerdict): Promise<void> {
  await workspace.journal.append(plan.id, {
    step: "verdict",
    phase: verdict.verdict,
    wave,
    note: verdict.reason,
  });
  tell({ type: "verdict", number: wave, verdict });
}

// Beyond what Argo itself waits for: then Argo is what does not move.
const marginSeconds = 30;

function factsFor({ service, clock }: Argo, { plan }: Way, { rollout }: Snapshot): Facts {
  const { rollout: policy, startWithin } = service;
  const longest = Math.max(...plan.waves.map(({ bakeSeconds }) => bakeSeconds));
  return {
    plan,
    restarts: policy.guard.restarts,
    failureBudget: plan.failureBudget,
    policy,
    startWithin,
    patience: Math.max(10, Math.min(policy.bake.rest, 60)),
    deadline: Math.max(rollout.spec.progressDeadlineSeconds ?? 600, longest) + marginSeconds,
    now: clock.now(),
  };
}

/** What is pinned, what was good, and what has just been rolled out. */
function kept({ workspace, service, plan }: Way): string[] {
  const { current, history } = workspace.pins.of(service.name);
  return [plan.target, current, plan.previous, ...history].flatMap((one) =>
    one === null ? [] : [one.configHash],
  );
}

function summary({ plan }: Way, { ready, failed }: Memory): string {
  const all = Math.max(ready.size, plan.fleetSize);
  return `${all} of ${plan.fleetSize} nodes run ${plan.target.release}${failed.size > 0 ? `; ${failed.size} failed` : ""}`;
}

function outcome(memory: Memory, name: Outcome["outcome"], wave: number, found: WaveVerdict): Outcome {
  return {
    outcome: name,
    reason: found.reason,
    evidence: found.evidence,
    wave,
    touchedNodes: [...memory.seen.keys()],
    failedNodes: [...memory.failed.values()].map(({ node, reason }) => ({ node, reason })),
    parkedNodes: [],
    rollbackSeconds: null,
  };
}
