// The share of failed requests, compared by node: ranks where errors are common, an exact count test where they are rare.
import { compare } from "./compare.ts";
import type { Samples } from "./compare.ts";
import { remark } from "./evidence.ts";
import type { Evidence } from "./evidence.ts";
import { fisherExact, mannWhitney } from "./statistics.ts";
import type { NodeSummary } from "./summary.ts";

/**
 * The change is the difference of the shares over all requests, in fractions (0.005 = 0.5 pp). Requests are never
 * pooled for p: those of one node are alike, and pooling them would fake confidence.
 */
export function compareErrors(
  updated: readonly NodeSummary[],
  control: readonly NodeSummary[],
  limit: number,
  alpha: number,
): Evidence {
  const [ours, theirs] = [updated, control].map((nodes) => nodes.filter((n) => n.requests > 0)) as [
    NodeSummary[],
    NodeSummary[],
  ];
  if (ours.length === 0 || theirs.length === 0) {
    const where = ours.length === 0 ? "updated" : "other";
    const text = `errorRate not compared: no request on the ${where} nodes`;
    return remark("errorRate", "pass", [ours.length, theirs.length], text);
  }
  const typical = { updated: pooled(ours), control: pooled(theirs) };
  const samples: Samples = {
    measure: "errorRate",
    updated: ours.map(share),
    control: theirs.map(share),
    limit,
    base: 1,
    alpha,
    typical,
    change: typical.updated - typical.control,
  };
  const bad = ours.filter(hasErrors).length;
  const otherBad = theirs.filter(hasErrors).length;
  const sparse = bad + otherBad < (ours.length + theirs.length) / 2;
  if (!sparse) return compare(samples);
  const fisher = fisherExact(bad, ours.length, otherBad, theirs.length);
  // Counting nodes alone misses a heavy share where the others have a stray error each, so ranks are asked as well;
  // two questions, so each may use half of alpha (Bonferroni).
  const p = Math.min(1, 2 * Math.min(fisher, mannWhitney(samples.updated, samples.control).p));
  const seen = `, errors on ${bad} of ${ours.length} against ${otherBad} of ${theirs.length} nodes`;
  return compare({ ...samples, p, remark: seen });
}

const hasErrors = (node: NodeSummary): boolean => node.errors > 0;
const share = (node: NodeSummary): number => node.errors / node.requests;

function pooled(nodes: readonly NodeSummary[]): number {
  const requests = nodes.reduce((sum, n) => sum + n.requests, 0);
  return nodes.reduce((sum, n) => sum + n.errors, 0) / requests;
}
