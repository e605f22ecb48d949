// Decides from one look at the cluster what has happened since the one before: waves that passed, pods that failed, the end.
import { verdict } from "../../observe/verdict.ts";
import type { WaveVerdict } from "../../observe/verdict.ts";
import type { Progress } from "../context.ts";
import { blindness, decisive, evidenceOf } from "./evidence.ts";
import type { Facts, Memory } from "./memory.ts";
import { podProgress } from "./pods.ts";
import { read } from "./reading.ts";
import type { Reading } from "./reading.ts";
import type { AnalysisRunObject, Snapshot } from "./rollouts.ts";

export interface Look {
  progress: Progress[];
  /** Waves that passed since the look before. */
  passed: { wave: number; verdict: WaveVerdict }[];
  /** Waves that began. */
  begun: number[];
  /** How it ended; `done` once every pod runs the release and all waves have passed. */
  end: "done" | WaveVerdict | undefined;
  reading: Reading;
}

/** Changes `memory`, and nothing else. */
export function look(snapshot: Snapshot, memory: Memory, facts: Facts): Look {
  const { plan, now } = facts;
  const reading = read(snapshot, plan.target.id);
  if (reading.fingerprint !== memory.fingerprint) memory.movedAt = now;
  memory.fingerprint = reading.fingerprint;
  memory.nodes = snapshot.rollout.spec.replicas;
  const progress = podProgress(snapshot, reading, memory, facts);
  const waves = waveProgress(reading, memory, facts);
  const blind = blindness(reading.runs);
  if (blind === undefined) memory.blindSince = undefined;
  else {
    if (memory.blindSince === undefined) progress.push({ type: "blind", reason: blind });
    memory.blindSince ??= now;
    memory.wasBlind = true;
  }
  return {
    progress: [...waves.progress, ...progress],
    passed: waves.passed,
    begun: waves.begun,
    end: endOf(reading, memory, facts),
    reading,
  };
}

function waveProgress(
  reading: Reading,
  memory: Memory,
  { plan, policy }: Facts,
): Pick<Look, "progress" | "passed" | "begun"> {
  const told: Pick<Look, "progress" | "passed" | "begun"> = { progress: [], passed: [], begun: [] };
  const { phase, wave } = reading;
  if (phase !== "updating" && phase !== "baking" && phase !== "done") return told;
  const last = plan.waves.length;
  const reached = phase === "done" ? last + 1 : Math.min(wave, last);
  while (memory.wave < reached) {
    if (memory.wave > 0)
      told.passed.push({
        wave: memory.wave,
        verdict: passed(stepRuns(reading.runs, memory.wave), memory, policy),
      });
    memory.wave += 1;
    memory.baking = false;
    if (memory.wave > last) break;
    told.begun.push(memory.wave);
    const { size = 0 } = plan.waves[memory.wave - 1] ?? {};
    told.progress.push({ type: "wave", number: memory.wave, of: last, nodes: [], size });
  }
  if (phase === "baking" && !memory.baking) {
    memory.baking = true;
    const seconds = plan.waves[memory.wave - 1]?.bakeSeconds ?? 0;
    told.progress.push({ type: "bake", number: memory.wave, seconds });
  }
  return told;
}

/** The runs that a wave's own step has made; the controller numbers steps from 0, two for each wave. */
const stepRuns = (runs: readonly AnalysisRunObject[], wave: number): AnalysisRunObject[] =>
  runs.filter(({ metadata }) => metadata.labels?.["step-index"] === String(2 * wave - 1));

function passed(
  runs: readonly AnalysisRunObject[],
  { failed, accepted, wave }: Memory,
  policy: Facts["policy"],
): WaveVerdict {
  const found = accepted.has(wave) ? "a person took it as good" : "the analysis found no harm";
  const nodes = failed.size === 0 ? "no node failed" : `${failed.size} failed`;
  return {
    verdict: "pass",
    reason: `${nodes}, ${found}`,
    evidence: evidenceOf(runs, policy),
  };
}

function endOf(reading: Reading, memory: Memory, facts: Facts): Look["end"] {
  const { phase, message, runs } = reading;
  const failedNodes = [...memory.failed.values()];
  const evidence = [
    ...failedNodes.map(({ node, reason }) => `${node}: ${reason}`),
    ...evidenceOf(runs, facts.policy),
  ];
  const wave = Math.max(1, memory.wave);
  const certain = verdict({
    failureBudget: facts.failureBudget,
    failedNodes,
    wave,
    waveNodes: memory.seen.size,
    judgement: null,
    blind: false,
  });
  if (certain.verdict === "fail") return { ...certain, evidence };
  const failing = decisive(runs, "Failed", facts.policy);
  // While it is paused as inconclusive, Argo does not act on a guard that fails.
  if (phase === "aborted" || phase === "invalid" || (phase === "inconclusive" && failing !== undefined))
    return { verdict: "fail", reason: failing ?? message, evidence };
  if (phase === "inconclusive")
    return {
      verdict: "inconclusive",
      reason: decisive(runs, "Inconclusive", facts.policy) ?? message,
      evidence,
    };
  if (phase === "foreign") {
    const reason = "another hand changed the Rollout: it is to run something else now";
    return { verdict: "inconclusive", reason, evidence, binding: true };
  }
  if (phase === "done") return "done";
  if (memory.blindSince !== undefined && facts.now - memory.blindSince > facts.patience * 1000) {
    const reason = "the source of metrics is down: neither promoted nor rolled back";
    return { verdict: "blind", reason, evidence };
  }
  const still = Math.round((facts.now - memory.movedAt) / 1000);
  if (memory.blindSince === undefined && still > facts.deadline) {
    const why = phase === "unseen" ? "its controller has not taken note of the change" : message || phase;
    const reason = `nothing has moved in the Rollout for ${still} s: ${why}. Is the controller of Argo Rollouts running?`;
    return { verdict: "inconclusive", reason, evidence, binding: true };
  }
  return undefined;
}
