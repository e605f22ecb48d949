// The contract samples in the first wave: a canary that answers in another shape has failed, whatever its metrics say.
import type { WaveVerdict } from "../../observe/verdict.ts";
import type { Run } from "../../rollout/context.ts";
import { nodeOf } from "../../rollout/context.ts";
import type { PlannedWave } from "../../rollout/request.ts";
import { differenceText } from "./difference.ts";
import { runSamples } from "./run.ts";
import type { Target } from "./run.ts";
import { allowed } from "./sample.ts";

// All nodes of a wave run the same bytes: a few speak for a first rollout that has them all in its first wave.
const mostNodes = 3;

/** The verdict on the first wave once its nodes were asked; any other verdict as it is. Journalled. */
export async function keepsContract(run: Run, wave: PlannedWave, found: WaveVerdict): Promise<WaveVerdict> {
  if (wave.number !== 1 || found.verdict === "fail") return found;
  const { run: samples } = allowed(run.samples ?? [], { canary: true, protection: true });
  const targets = canaries(run, wave);
  if (samples.length === 0 || targets.length === 0) return found;
  const asked = await Promise.all(targets.map((target) => runSamples(samples, target, run)));
  const differences = asked.flat();
  const first = differences[0];
  const facts = { nodes: targets.map(({ where }) => where), samples: samples.length, differences };
  await run.note({ step: "contract", phase: first ? "error" : "end", wave: wave.number, data: facts });
  if (first === undefined) return found;
  const failed = new Set(differences.map(({ sample }) => sample)).size;
  return {
    verdict: "fail",
    reason: `${failed} of ${samples.length} contract ${samples.length === 1 ? "sample" : "samples"} failed on the canary: ${differenceText(first)}`,
    evidence: [...found.evidence, ...differences.map(differenceText)],
  };
}

function canaries(run: Run, { nodes }: PlannedWave): Target[] {
  const up = nodes.filter((name) => run.upSince.has(name) && !run.failed.has(name));
  // A wave that is only judged again has no nodes of its own left.
  const names = up.length > 0 ? up : [...run.upSince.keys()].filter((name) => !run.failed.has(name));
  return names.slice(0, mostNodes).flatMap((where) => {
    const { address } = nodeOf(run, where);
    return address === undefined ? [] : [{ where, address: () => address() }];
  });
}
