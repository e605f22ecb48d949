// Carries a plan out: wave after wave, and back again when a wave fails.
import { freezeText, frozen } from "./freeze.ts";
import { rollBack } from "../rollback/run.ts";
import type { FreezeWindow } from "../../environments/shape.ts";
import type { WaveVerdict } from "../observe/verdict.ts";
import type { Run } from "./context.ts";
import { fleetFacts } from "./facts.ts";
import type { PlanFacts } from "./request.ts";
import { refreshMembers, updateJoined } from "./membership.ts";
import { startWatch } from "./watch.ts";
import { runWave } from "./wave.ts";

export interface Outcome {
  /** `incomplete`: it was rolled back, but not every node is back. */
  outcome: "deployed" | "rolled-back" | "incomplete" | "paused";
  /** One sentence; why it ended so. */
  reason: string;
  evidence: string[];
  /** Wave in which it ended; 0 when there was nothing to do. */
  wave: number;
  touchedNodes: string[];
  failedNodes: { node: string; reason: string }[];
  parkedNodes: { node: string; reason: string }[];
  /** Seconds from the verdict until every touched node served the old release again. */
  rollbackSeconds: number | null;
}

export interface RunOptions {
  freeze: readonly FreezeWindow[];
  /** Freeze windows are passed over; the reason is in the ledger. */
  breakGlass: boolean;
  /** Takes an inconclusive verdict of the first wave to come as a pass: a person looked at it. */
  acceptWave: boolean;
}

/** Runs every wave of the plan. Throws on Ctrl-C and on a lost lease; the journal then says where to go on. */
export async function runRollout(run: Run, options: RunOptions): Promise<Outcome> {
  let current = run.plan.waves[0]?.number ?? 0;
  let accept = options.acceptWave;
  const watch = startWatch(run, () => current);
  try {
    for (const wave of run.plan.waves) {
      current = wave.number;
      const window = options.breakGlass ? undefined : frozen(options.freeze, run.clock.now());
      if (window !== undefined) return outcome(run, "paused", current, frozenVerdict(window));
      const found = await runWave(run, wave, watch);
      await run.note({ step: "verdict", phase: found.verdict, wave: current, note: found.reason });
      run.tell({ type: "verdict", number: current, verdict: found });
      if (found.verdict === "fail") {
        await watch.stop();
        return await goBack(run, current, found);
      }
      if (found.verdict !== "pass" && (!accept || found.binding))
        return outcome(run, "paused", current, found);
      if (found.verdict !== "pass") accept = false;
    }
    await run.bootOn(run.plan.target);
    await updateJoined(run);
    if (run.failed.size > run.policy.failureBudget) {
      await watch.stop();
      await run.bootOn(run.plan.previous);
      const reason = `${run.failed.size} nodes failed (failure budget ${run.policy.failureBudget})`;
      return await goBack(run, current, { verdict: "fail", reason, evidence: [] });
    }
    const end = run.parked.size > 0 ? "paused" : "deployed";
    return outcome(run, end, current, { verdict: "pass", reason: summary(run), evidence: [] });
  } finally {
    await watch.stop();
  }
}

/** Takes every node that does not serve the release before back to it: touched, left over from an earlier run, or half drained. */
export async function goBack(run: Run, wave: number, found: WaveVerdict): Promise<Outcome> {
  const started = run.clock.now();
  await refreshMembers(run);
  const facts = await fleetFacts(run.fleet);
  const lost = facts
    .filter(({ name, status }) => status.state === "unreachable" && !run.plan.unreachable.includes(name))
    .map(({ name }) => name);
  const off = facts.filter((node) => !settledOn(run.plan.previous?.id ?? null, node)).map(({ name }) => name);
  const touched = [...off.filter((name) => !run.touched.has(name)), ...run.touched];
  const stuck = await rollBack(
    run,
    touched.filter((name) => !lost.includes(name)),
    found.reason,
  );
  stuck.push(...lost.map((node) => ({ node, reason: "unreachable" })));
  const seconds = (run.clock.now() - started) / 1000;
  const evidence = [...found.evidence, ...stuck.map(({ node, reason }) => `${node} is not back: ${reason}`)];
  return {
    ...outcome(run, stuck.length === 0 ? "rolled-back" : "incomplete", wave, { ...found, evidence }),
    rollbackSeconds: seconds,
    touchedNodes: touched,
  };
}

/** Serves the release, or has none where there was none. What cannot be reached is told apart from what can be mended. */
function settledOn(id: string | null, { status, ready }: PlanFacts): boolean {
  if (status.state === "unreachable") return true;
  return status.current === id && !status.draining && (id === null || ready);
}

function outcome(run: Run, name: Outcome["outcome"], wave: number, found: WaveVerdict): Outcome {
  const pairs = (map: ReadonlyMap<string, string>): { node: string; reason: string }[] =>
    [...map].map(([node, reason]) => ({ node, reason }));
  return {
    outcome: name,
    reason: found.reason,
    evidence: found.evidence,
    wave,
    touchedNodes: [...run.touched],
    failedNodes: [...run.failed.values()].map(({ node, reason }) => ({ node, reason })),
    parkedNodes: pairs(run.parked),
    rollbackSeconds: null,
  };
}

function summary(run: Run): string {
  const { touched, failed, parked, plan } = run;
  if (touched.size === 0 && parked.size === 0)
    return `all ${plan.done.length} nodes already ran ${plan.target.release}`;
  const left = [
    failed.size > 0 && `${failed.size} failed`,
    parked.size > 0 && `${parked.size} parked`,
  ].filter(Boolean);
  const all = plan.done.length + touched.size - failed.size;
  return `${all} of ${plan.fleetSize} nodes run ${plan.target.release}${left.length > 0 ? `; ${left.join(", ")}` : ""}`;
}

function frozenVerdict(window: FreezeWindow): WaveVerdict {
  return { verdict: "inconclusive", reason: `frozen: ${freezeText(window)}`, evidence: [] };
}
