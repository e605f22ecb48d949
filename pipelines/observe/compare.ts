// One dense measure on updated nodes against the others: Mann-Whitney for "is it real", the limit for "does it matter".
import { counted, written, writtenChange, writtenP } from "./evidence.ts";
import type { Evidence, Measure } from "./evidence.ts";
import { smallestP } from "../../environments/wave-rules.ts";
import { mannWhitney, median, shift } from "./statistics.ts";

/** Fewer updated nodes than this are a smoke test: one slow node may be a slow host, and two are not a sample. */
export const comparisonStartsAt = 3;

export interface Samples {
  measure: Measure;
  /** One value per node. */
  updated: readonly number[];
  control: readonly number[];
  /** The change that is still allowed, relative to `base`. */
  limit: number;
  /** What a change is relative to: the control median, or 1 where the measure is a share already. */
  base: number;
  /** The accepted share of false alarms. */
  alpha: number;
  /** Where median, shift and Mann-Whitney are not the right ones for this measure. */
  typical?: { updated: number; control: number };
  change?: number;
  p?: number;
  remark?: string;
}

/**
 * Fails when the change exceeds the limit and p < alpha; both, because a tiny steady change is no reason to stop and a
 * large one on noisy nodes is no proof. Where so few nodes could never reach alpha it passes, but is inconclusive when
 * every updated node is worse than every other by more than three times the limit.
 */
export function compare(samples: Samples): Evidence {
  const { measure, updated, control, limit, base, alpha } = samples;
  const typical = samples.typical ?? { updated: median(updated), control: median(control) };
  const change = samples.change ?? relative(shift(updated, control), base);
  const nodes: [number, number] = [updated.length, control.length];
  const sentence =
    `${measure} ${written(measure, typical.updated)} on ${counted(nodes[0], "updated node")} against ` +
    `${written(measure, typical.control)} on ${counted(nodes[1], "other")}: ` +
    `${writtenChange(measure, change)} (limit ${writtenChange(measure, limit)})${samples.remark ?? ""}`;
  const evidence = { measure, ...typical, change, limit, p: null, nodes };
  if (nodes[0] < comparisonStartsAt) {
    const text = `smoke test: ${counted(nodes[0], "node")}, comparison starts at ${comparisonStartsAt}; ${sentence}`;
    return { ...evidence, verdict: "pass", text };
  }
  if (!isBelow(smallestP(...nodes), alpha)) {
    const apart = Math.min(...updated) - Math.max(...control);
    const verdict = relative(apart, base) > 3 * limit ? "inconclusive" : "pass";
    const far =
      verdict === "pass" ? "" : ", yet every updated node is worse by more than three times the limit";
    return { ...evidence, verdict, text: `${sentence}, too few nodes to decide${far}` };
  }
  const p = samples.p ?? mannWhitney(updated, control).p;
  const verdict = change > limit && isBelow(p, alpha) ? "fail" : "pass";
  return { ...evidence, verdict, p, text: `${sentence}, p = ${writtenP(p)}` };
}

/** p < alpha; the margin is for 1 - 0.98, which a computer holds as slightly more than 0.02. */
function isBelow(p: number, alpha: number): boolean {
  return p < alpha - 1e-9;
}

function relative(difference: number, base: number): number {
  if (difference === 0) return 0;
  return base > 0 ? difference / base : Math.sign(difference) * Infinity;
}
