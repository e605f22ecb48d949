// One line of a judgement: the measured numbers, the limit they were held against, and the sentence a person reads.
export type Verdict = "pass" | "fail" | "inconclusive";

export type Measure = "traffic" | "latencyP95" | "errorRate" | "memory" | "memoryGrowth";

export interface Evidence {
  measure: Measure;
  verdict: Verdict;
  /** Median over the updated nodes in the measure's own unit; for errorRate the share over all their requests. */
  updated: number | null;
  control: number | null;
  /** Relative change (0.2 = +20 %); for errorRate the difference of shares (0.005 = +0.5 pp). */
  change: number | null;
  limit: number | null;
  p: number | null;
  /** Nodes with data: updated, control. */
  nodes: [updated: number, control: number];
  text: string;
}

/** Evidence that rests on no comparison, only on a sentence. */
export function remark(
  measure: Measure,
  verdict: Verdict,
  nodes: [updated: number, control: number],
  text: string,
): Evidence {
  return { measure, verdict, updated: null, control: null, change: null, limit: null, p: null, nodes, text };
}

/** A value of a measure as people write it: ms, %, MB. Latency comes in seconds, memory in bytes. */
export function written(measure: Measure, value: number): string {
  if (measure === "latencyP95") return `${digits(value * 1000)} ms`;
  if (measure === "errorRate") return `${digits(value * 100)} %`;
  return `${digits(value / 1e6)} MB`;
}

/** A change or limit with its sign: `+82 %`, or `+0.5 pp` for a share. */
export function writtenChange(measure: Measure, change: number): string {
  const sign = change < 0 ? "-" : "+";
  if (measure === "errorRate") return `${sign}${digits(Math.abs(change) * 100)} pp`;
  const percent = Math.abs(change) * 100;
  if (!Number.isFinite(change)) return "up from zero";
  return `${sign}${percent >= 10 ? percent.toFixed(0) : digits(percent)} %`;
}

/** A probability in plain decimals, never in powers of ten: 0.0000005. */
export function writtenP(p: number): string {
  if (p >= 0.001) return String(Number(p.toFixed(3)));
  if (p < 1e-12) return "below 0.000000000001";
  return p.toFixed(Math.ceil(-Math.log10(p)));
}

/** `5 updated nodes`, `1 updated node`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Two significant digits below ten, one decimal below a hundred, whole numbers above. */
function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  return String(Number(size >= 10 ? value.toFixed(1) : value.toPrecision(2)));
}
