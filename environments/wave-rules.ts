// Rules of one rollout policy against the size of its fleet: waves, canary, minHealthy, failure budget, judge.
import type { Finding } from "./complaint.ts";
import type { Rollout } from "./shape.ts";
import { nodesAllowedOut, percentText, waveNodes, waveText } from "./waves.ts";
import type { Wave } from "./waves.ts";

/** What is impossible in a rollout of `nodes` nodes; paths are relative to the rollout. */
export function rolloutRules(rollout: Rollout, nodes: number): Finding[] {
  return [...waveRules(rollout.waves, nodes), ...capacityRules(rollout, nodes)];
}

function waveRules(waves: readonly Wave[], nodes: number): Finding[] {
  const findings: Finding[] = [];
  let before = 0;
  for (const [index, wave] of waves.entries()) {
    const size = waveNodes(wave, nodes);
    const problem = sizeProblem(wave, index, nodes) ?? growthProblem(waves, index, size, before);
    if (problem) findings.push({ path: ["waves", index], ...problem });
    // A wave beyond the fleet is complained of once, not by every wave after it.
    if (size <= nodes) before = Math.max(before, size);
  }
  const last = waves.at(-1);
  const complete = last !== undefined && (typeof last === "number" ? last >= nodes : last.share >= 1);
  if (last !== undefined && !complete) {
    const message = `the last wave is ${waveText(last)}: end with 100%, or with all ${nodes} nodes`;
    findings.push({ path: ["waves", waves.length - 1], rule: "waves-incomplete", message });
  }
  return findings;
}

type Problem = Omit<Finding, "path"> | undefined;

function sizeProblem(wave: Wave, index: number, nodes: number): Problem {
  if (typeof wave !== "number") {
    if (wave.share <= 1) return undefined;
    return { rule: "wave-over-100", message: `${waveText(wave)} is more than 100% of the fleet` };
  }
  if (wave <= nodes) return undefined;
  if (index > 0)
    return { rule: "wave-over-fleet", message: `${wave} nodes are more than the fleet of ${nodes}` };
  const message = `the first wave (canary) of ${wave} nodes is larger than the fleet of ${nodes}`;
  return { rule: "canary-over-fleet", message };
}

function growthProblem(waves: readonly Wave[], index: number, size: number, before: number): Problem {
  if (size > before) return undefined;
  const wave = waveText(waves[index] ?? 0);
  if (size < 1) return { rule: "waves-not-increasing", message: `${wave} is not even one node` };
  const message = `${wave} (${nodesText(size)}) does not go beyond the ${nodesText(before)} updated before it: waves count from the start of the rollout`;
  return { rule: "waves-not-increasing", message };
}

function capacityRules(rollout: Rollout, nodes: number): Finding[] {
  const findings: Finding[] = [];
  if (nodesAllowedOut(nodes, rollout.minHealthy) < 1) {
    const most = `${Math.floor((1 - 1 / nodes) * 100 + 1e-9)}%`;
    const message = `${percentText(rollout.minHealthy)} of ${nodesText(nodes)} lets not even one node be out for its update: at most ${most} works here`;
    findings.push({ path: ["minHealthy"], rule: "min-healthy-unreachable", message });
  }
  if (rollout.failureBudget >= nodes) {
    const message = `${rollout.failureBudget} of ${nodesText(nodes)} may fail, so the whole fleet could: at most ${nodes - 1} makes sense`;
    findings.push({ path: ["failureBudget"], rule: "failure-budget-too-large", message });
  }
  return findings;
}

/** Warns where the second wave, the first that is compared, cannot reach the judge's confidence in this fleet. */
export function judgeWarnings({ waves, judge }: Rollout, nodes: number): Finding[] {
  const second = waves[1];
  if (second === undefined) return [];
  const sizes = waves.map((wave) => waveNodes(wave, nodes));
  // The judge gives each of its two noisy measures half of the accepted false alarms, and needs less than that.
  const can = (size: number) => smallestP(size, nodes - size) < (1 - judge.confidence) / 2 - 1e-9;
  if (can(sizes[1] ?? 0)) return [];
  const updated = sizes[1] ?? 0;
  const best = Math.max(0, 1 - 2 * smallestP(updated, nodes - updated));
  const later = sizes.findIndex((size, index) => index > 1 && can(size));
  const reach =
    updated < nodes
      ? `less than ${percentText(best)} can be reached with ${updated} updated and ${nodesText(nodes - updated)} left`
      : "no node is left to compare with";
  const until = later > 0 ? `until wave ${later + 1}` : "in every wave";
  const message = `${percentText(judge.confidence)} is out of reach after wave 2: ${reach}; ${until} only the guards protect this rollout`;
  return [{ path: ["judge", "confidence"], rule: "judge-too-few-nodes", message }];
}

/** The smallest p of an exact one-sided Mann-Whitney test: all n above all m is one of C(n+m, n) orders (Mann and Whitney, 1947). */
export function smallestP(n: number, m: number): number {
  let p = 1;
  for (let i = 1; i <= n; i++) p *= i / (m + i);
  return p;
}

function nodesText(count: number): string {
  return count === 1 ? "1 node" : `${count} nodes`;
}
