// The three tests behind a judgement, each one-sided ("is the first sample larger?") and free of any distribution assumption.

/** Median of a list; NaN for an empty one. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? NaN) + (sorted[Math.floor(half)] ?? NaN)) / 2;
}

/** Hodges-Lehmann shift: the median of all differences x - y, in the unit of the samples (Hodges and Lehmann 1963). */
export function shift(x: readonly number[], y: readonly number[]): number {
  return median(x.flatMap((a) => y.map((b) => a - b)));
}

/** ln(n choose k). Sums of logarithms: the counts here are nodes, so an approximation of log-gamma would gain nothing. */
export function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i);
  return sum;
}

/**
 * Fisher's exact test, one-sided: the probability of `hits` or more among `n`, when hits + otherHits are dealt at random
 * over n + m (hypergeometric upper tail; Fisher 1934).
 */
export function fisherExact(hits: number, n: number, otherHits: number, m: number): number {
  const all = hits + otherHits;
  let p = 0;
  for (let k = hits; k <= Math.min(all, n); k++) {
    p += Math.exp(logChoose(n, k) + logChoose(m, all - k) - logChoose(n + m, all));
  }
  return Math.min(1, p);
}

/**
 * Mann-Whitney U, one-sided: p of "x is larger than y" (Mann and Whitney 1947), and U, the pairs with x > y plus half the
 * ties. Up to 120 values the distribution is exact, ties included; above that the normal approximation is used.
 */
export function mannWhitney(x: readonly number[], y: readonly number[]): { u: number; p: number } {
  const { doubledRanks, tieTerm } = rank([...x, ...y]);
  const n = x.length;
  const m = y.length;
  const doubledSum = doubledRanks.slice(0, n).reduce((sum, r) => sum + r, 0);
  const u = doubledSum / 2 - (n * (n + 1)) / 2;
  if (n === 0 || m === 0) return { u, p: 1 };
  const exact = n + m <= 120;
  return { u, p: exact ? exactTail(doubledRanks, n, doubledSum) : normalTail(u, n, m, tieTerm) };
}

/** Midranks times two, so that ties stay whole numbers, and the tie term: the sum of t^3 - t over the groups of ties. */
function rank(values: readonly number[]): { doubledRanks: number[]; tieTerm: number } {
  const order = values.map((_, i) => i).toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const doubledRanks = Array.from<number>({ length: values.length }).fill(0);
  let tieTerm = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && values[order[end] ?? -1] === values[order[start] ?? -1]) end++;
    for (const index of order.slice(start, end)) doubledRanks[index] = start + end + 1;
    tieTerm += (end - start) ** 3 - (end - start);
    start = end;
  }
  return { doubledRanks, tieTerm };
}

/**
 * P(rank sum of a random choice of n >= observed). ways[k][s] counts the choices of k ranks with sum s, one rank at a
 * time (the shift algorithm, Streitberg and Röhmel 1986): exact for ties too, where the usual tables are not.
 */
function exactTail(doubledRanks: readonly number[], n: number, observed: number): number {
  const largest = doubledRanks.toSorted((a, b) => b - a).slice(0, n);
  const top = largest.reduce((sum, r) => sum + r, 0);
  const ways = Array.from({ length: n + 1 }, () => new Float64Array(top + 1));
  const none = ways[0];
  if (none) none[0] = 1;
  for (const r of doubledRanks) {
    for (let k = n; k >= 1; k--) {
      const into = ways[k];
      const from = ways[k - 1];
      if (!into || !from) continue;
      for (let s = top; s >= r; s--) into[s] = (into[s] ?? 0) + (from[s - r] ?? 0);
    }
  }
  const counts = ways[n] ?? new Float64Array();
  const total = counts.reduce((sum, c) => sum + c, 0);
  return counts.subarray(observed).reduce((sum, c) => sum + c, 0) / total;
}

/**
 * z = (U - nm/2 - 1/2) / sd with sd^2 = nm/12 * ((N + 1) - tieTerm / (N (N - 1))): continuity and tie correction as in
 * Lehmann, Nonparametrics (1975), section 1.4.
 */
function normalTail(u: number, n: number, m: number, tieTerm: number): number {
  const all = n + m;
  const variance = ((n * m) / 12) * (all + 1 - tieTerm / (all * (all - 1)));
  return variance <= 0 ? 1 : upperTail((u - (n * m) / 2 - 0.5) / Math.sqrt(variance));
}

/** P(Z > z) by the Chebyshev fit of erfc in Numerical Recipes, section 6.2: relative error below 1.2e-7 everywhere. */
function upperTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const fit = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ];
  const tail = (t * Math.exp(-x * x + fit.reduceRight((sum, c) => sum * t + c, 0))) / 2;
  return z >= 0 ? tail : 1 - tail;
}
