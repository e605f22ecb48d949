// Follows a release in the cluster from its beginning to its end.
import { Refusal } from "../../errors.ts";
import type { WaveVerdict } from "../../observe/verdict.ts";
import type { Way } from "../engine.ts";
import { freezeText, frozen } from "../freeze.ts";
import type { Outcome, RunOptions } from "../run.ts";
import { begin } from "./begin.ts";
import type { Argo } from "./engine.ts";
import { look } from "./look.ts";
import type { Look } from "./look.ts";
import { newMemory } from "./memory.ts";
import type { Facts, Memory } from "./memory.ts";
import { deployableIn } from "./reading.ts";
import { goBack, marginSeconds } from "./restore.ts";
import type { Snapshot } from "./rollouts.ts";
import { insist, watchUntil } from "./watching.ts";

type End = Exclude<Look["end"], undefined>;

/** Ends with a verdict; on Ctrl-C the Rollout is paused, so that nothing goes on that nobody follows. */
export async function follow(argo: Argo, way: Way, options: RunOptions): Promise<Outcome> {
  const { plan } = way;
  if (plan.waves.length === 0)
    return outcome(newMemory(0), "deployed", 0, {
      verdict: "pass",
      reason: `all ${plan.done.length} nodes already ran ${plan.target.release}`,
      evidence: [],
    });
  const memory = newMemory(argo.clock.now());
  let end: End;
  try {
    const { found } = await begin(argo, way);
    end = await toTheEnd(argo, way, { ...options, found, memory });
  } catch (error) {
    if (way.signal.aborted && (way.signal.reason as Partial<Refusal>).code === "E_INTERRUPTED")
      await halt(argo, way).catch(() => undefined);
    throw error;
  }
  const wave = Math.max(1, memory.wave);
  if (end === "done") return deployed(argo, way, memory);
  await conclude(way, wave, end);
  if (end.verdict !== "fail") {
    await insist(argo, way.signal, () => argo.rollouts.apply({ paused: true }, way.lease.token));
    return outcome(memory, "paused", wave, end);
  }
  const failed = [...memory.failed.values()].map(({ node, reason }) => ({ node, reason }));
  // Not paused on Ctrl-C: a way back that was begun ends by itself, and is better ended.
  return goBack(argo, way, { wave, found: end, seen: [...memory.seen.keys()], failed });
}

/** Not what ran before, where the release was not applied yet: a Rollout that is paused is not scaled either. */
async function halt({ rollouts }: Argo, { plan, lease }: Way): Promise<void> {
  const template = (await rollouts.read())?.rollout.spec.template;
  if (template !== undefined && deployableIn(template) === plan.target.id)
    await rollouts.apply({ paused: true }, lease.token);
}

interface Following extends RunOptions {
  /** It was under way already. */
  found: boolean;
  memory: Memory;
}

async function toTheEnd(
  argo: Argo,
  way: Way,
  { found, memory, freeze, breakGlass, acceptWave }: Following,
): Promise<End> {
  const { clock } = argo;
  const steer = (status: Record<string, unknown>): Promise<void> =>
    insist(argo, way.signal, () => argo.rollouts.steer(status, way.lease.token));
  const told = found ? await passedBefore(way) : new Set<number>();
  let accept = acceptWave;
  // What was found undecided, or measured while metrics came back, is judged once more over a whole bake.
  let again = found;
  let end: End | undefined;
  await watchUntil(argo, way.signal, async (snapshot) => {
    const seen = look(snapshot, memory, factsFor(argo, way, snapshot));
    for (const progress of seen.progress) way.tell(progress);
    for (const { wave, verdict } of seen.passed) if (!told.has(wave)) await conclude(way, wave, verdict);
    if (walksForNothing(way, snapshot, seen)) await steer({ promoteFull: true });
    const window = breakGlass ? undefined : frozen(freeze, clock.now());
    if (window !== undefined && seen.begun.some((wave) => wave > 1) && seen.end === undefined) {
      end = { verdict: "inconclusive", reason: `frozen: ${freezeText(window)}`, evidence: [] };
      return true;
    }
    if (seen.end === undefined) return false;
    end = seen.end;
    if (end === "done" || end.verdict !== "inconclusive" || end.binding) return true;
    if (again || memory.wasBlind) {
      again = false;
      memory.wasBlind = false;
      // Without `controllerPause`: with it, Argo takes up the old run again.
      await steer({ pauseConditions: null });
      return false;
    }
    if (!accept) return true;
    accept = false;
    memory.accepted.add(memory.wave);
    await conclude(way, memory.wave, end);
    await steer(promoted(seen));
    return false;
  });
  return end ?? "done";
}

/** A person's word replaces the judgement of the step; what a guard in the background could not decide has no step. */
function promoted({ reading: { step } }: Look): Record<string, unknown> {
  if (step % 2 === 0) return { pauseConditions: null };
  return { pauseConditions: null, controllerPause: false, currentStepIndex: step + 1 };
}

/** Where nothing serves there is nothing to keep and nothing to compare with: Argo need not walk the steps. */
function walksForNothing({ plan }: Way, { rollout }: Snapshot, { reading }: Look): boolean {
  const { stableRS = "", currentPodHash, promoteFull } = rollout.status ?? {};
  const walks = reading.phase === "updating" || reading.phase === "baking";
  return plan.bootstrap && walks && stableRS !== "" && stableRS !== currentPodHash && promoteFull !== true;
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

/** Waves whose pass is in the journal already. */
async function passedBefore({ workspace, plan }: Way): Promise<Set<number>> {
  const { steps = [] } = (await workspace.journal.read(plan.id)) ?? {};
  const passed = steps.filter(({ step, phase }) => step === "verdict" && phase === "pass");
  return new Set(passed.flatMap(({ wave }) => wave ?? []));
}

function factsFor({ service, clock }: Argo, { plan }: Way, { rollout }: Snapshot): Facts {
  const { rollout: policy, startWithin } = service;
  const longest = Math.max(...plan.waves.map(({ bakeSeconds }) => bakeSeconds));
  const { progressDeadlineSeconds = 600 } = rollout.spec;
  return {
    plan,
    restarts: policy.guard.restarts,
    failureBudget: plan.failureBudget,
    policy,
    startWithin,
    placeWithin: progressDeadlineSeconds,
    patience: Math.max(10, Math.min(policy.bake.rest, 60)),
    deadline: Math.max(progressDeadlineSeconds, longest) + marginSeconds,
    now: clock.now(),
  };
}

/** The release is in place whether or not it can be tidied up after it. */
async function deployed(argo: Argo, way: Way, memory: Memory): Promise<Outcome> {
  const evidence = await insist(argo, way.signal, () => argo.rollouts.prune(kept(way))).then(
    () => [],
    (error: unknown) => {
      if (!(error instanceof Refusal) || way.signal.aborted) throw error;
      return [`configs of old releases are still there: ${error.message}`];
    },
  );
  return outcome(memory, "deployed", Math.max(1, memory.wave) - 1, {
    verdict: "pass",
    reason: summary(way, memory),
    evidence,
  });
}

/** What is pinned, what was good, and what has just been rolled out. */
function kept({ workspace, service, plan }: Way): string[] {
  const { current, history } = workspace.pins.of(service.name);
  return [plan.target, current, plan.previous, ...history].flatMap((one) =>
    one === null ? [] : [one.configHash],
  );
}

function summary({ plan }: Way, { nodes, failed }: Memory): string {
  const all = nodes ?? plan.fleetSize;
  return `${all} of ${all} nodes run ${plan.target.release}${failed.size > 0 ? `; ${failed.size} failed` : ""}`;
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
