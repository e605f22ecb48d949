// The judge: compares the updated nodes of a wave with the nodes not yet updated, at the same time, and says why.
import { compare } from "./compare.ts";
import { compareErrors } from "./error-rate.ts";
import { counted, remark } from "./evidence.ts";
import type { Evidence, Verdict } from "./evidence.ts";
import { median } from "./statistics.ts";
import type { NodeSummary } from "./summary.ts";

/** The `judge` part of a rollout policy: relative, absolute difference, relative, share. */
export interface JudgePolicy {
  latencyP95: number;
  errorRate: number;
  memory: number;
  confidence: number;
}

export interface Judgement {
  verdict: Verdict;
  evidence: Evidence[];
}

/** So many requests must have been due on the updated nodes before their absence means anything: exp(-10) is chance. */
const expectedRequests = 10;

/** A 95th percentile rests on the slowest twentieth: with fewer observations on a node it is one or two accidents. */
const observationsForP95 = 30;

/** Judges one wave. The unit of evidence is the node, so each summary counts once, however many requests it saw. */
export function judge(
  policy: JudgePolicy,
  updated: readonly NodeSummary[],
  control: readonly NodeSummary[],
): Judgement {
  const nodes: [number, number] = [updated.length, control.length];
  if (updated.length === 0) {
    return judgement([remark("traffic", "inconclusive", nodes, "no metrics of any updated node")]);
  }
  if (control.length === 0) {
    const text = `nothing to compare ${counted(updated.length, "updated node")} with: guards only`;
    return judgement([remark("traffic", "pass", nodes, text)]);
  }
  // The confidence is the judgement's, and two of its measures are noisy enough to be wrong by chance, latency and
  // errors: each gets half of the accepted false alarms (Bonferroni).
  const alpha = (1 - policy.confidence) / 2;
  const memory = compareMemory(updated, control, policy.memory, alpha);
  const idle = compareTraffic(updated, control);
  if (idle) return judgement([idle, ...memory]);
  const latency = compareLatency(updated.filter(isBusy), control.filter(isBusy), policy.latencyP95, alpha);
  return judgement([latency, compareErrors(updated, control, policy.errorRate, alpha), ...memory]);
}

/** Says why traffic measures cannot be compared; nothing when they can. */
function compareTraffic(
  updated: readonly NodeSummary[],
  control: readonly NodeSummary[],
): Evidence | undefined {
  const nodes: [number, number] = [updated.length, control.length];
  if (updated.some(isBusy)) {
    if (control.some(isBusy)) return undefined;
    return remark("traffic", "pass", nodes, "only the updated nodes have traffic: guards only");
  }
  const seen = control.reduce((sum, n) => sum + n.requests + n.latencyCount, 0);
  const expected = (seen / control.length) * updated.length;
  if (expected >= expectedRequests) {
    const text = `no traffic on ${counted(nodes[0], "updated node")}, where about ${expected.toFixed(0)} requests were due`;
    return remark("traffic", "inconclusive", nodes, text);
  }
  const text =
    seen === 0 ? "no traffic on any node" : "too little traffic to expect any on the updated nodes";
  return remark("traffic", "pass", nodes, `${text}: guards only`);
}

function compareLatency(
  updated: readonly NodeSummary[],
  control: readonly NodeSummary[],
  limit: number,
  alpha: number,
): Evidence {
  const any = (n: NodeSummary): number | null => (n.latencyCount > 0 ? n.latencyP95 : null);
  const gone = vanished(
    "latencyP95",
    [measured(updated.map(any)), updated.length],
    [measured(control.map(any)), control.length],
  );
  if (gone) return gone;
  const enough = (n: NodeSummary): boolean => n.latencyCount >= observationsForP95;
  const [ours, theirs] = [
    measured(updated.filter(enough).map(any)),
    measured(control.filter(enough).map(any)),
  ];
  if (ours.length === 0 || theirs.length === 0) {
    const text = `latencyP95 not compared: it takes ${observationsForP95} observations on a node`;
    return remark("latencyP95", "pass", [ours.length, theirs.length], text);
  }
  const base = median(theirs);
  return compare({ measure: "latencyP95", updated: ours, control: theirs, limit, base, alpha });
}

function compareMemory(
  updated: readonly NodeSummary[],
  control: readonly NodeSummary[],
  limit: number,
  alpha: number,
): Evidence[] {
  const ours = measured(updated.map((n) => n.memory));
  const theirs = measured(control.map((n) => n.memory));
  const gone = vanished("memory", [ours, updated.length], [theirs, control.length]);
  if (gone) return [gone];
  const base = median(theirs);
  const size = compare({ measure: "memory", updated: ours, control: theirs, limit, base, alpha });
  const growth = measured(updated.map((n) => n.memoryGrowth));
  const otherGrowth = measured(control.map((n) => n.memoryGrowth));
  // A fresh process grows up to the size of an old one: growth is a leak only beyond that size.
  if (growth.length === 0 || otherGrowth.length === 0 || median(ours) <= base) return [size];
  const samples = { updated: growth, control: otherGrowth, limit, base, alpha };
  return [size, compare({ ...samples, measure: "memoryGrowth" })];
}

/** A measure that most others report and the updated nodes do not must not pass in silence. */
function vanished(
  measure: "latencyP95" | "memory",
  [ours, updated]: [values: number[], nodes: number],
  [theirs, control]: [values: number[], nodes: number],
): Evidence | undefined {
  const nodes: [number, number] = [ours.length, theirs.length];
  if (theirs.length >= 0.9 * control && theirs.length > 0 && ours.length < updated / 2) {
    const text = `${measure} is reported by ${ours.length} of ${updated} updated nodes, by ${theirs.length} of ${control} others`;
    return remark(measure, "inconclusive", nodes, text);
  }
  if (ours.length > 0 && theirs.length > 0) return undefined;
  return remark(measure, "pass", nodes, `${measure} not compared: no data`);
}

/** The verdict of a judgement is its worst: one measure that fails is enough. */
function judgement(evidence: Evidence[]): Judgement {
  const verdicts = new Set(evidence.map((e) => e.verdict));
  const verdict = verdicts.has("fail") ? "fail" : verdicts.has("inconclusive") ? "inconclusive" : "pass";
  return { verdict, evidence };
}

const isBusy = (node: NodeSummary): boolean => node.requests > 0 || node.latencyCount > 0;
const measured = (values: readonly (number | null)[]): number[] =>
  values.filter((v): v is number => v !== null && Number.isFinite(v));
