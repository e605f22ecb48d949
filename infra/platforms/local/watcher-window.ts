// What happened on a node in a window of time: the arithmetic of Prometheus over the kept samples. Pure.
import type { Sample } from "./watcher-series.ts";
import { sameBounds } from "./watcher-series.ts";

export interface WindowSummary {
  samples: number;
  /** Distinct processes of the node among the samples; more than one means it restarted. */
  processes: number;
  requests: number;
  errors: number;
  /** Seconds; null if no request was measured. */
  latencyP95: number | null;
  latencyCount: number;
  /** Bytes, last seen. */
  memory: number | null;
  /** Bytes per second, over the last process only. */
  memoryGrowth: number | null;
  sessions: number | null;
  metrics: string[];
}

/**
 * What a summary since `from` is made of: the samples of the node's current process, and the one before them to count from. Of a
 * process that ended nothing is told: its failures are not those of the release that took its place. `all` is ordered by time.
 */
export function currentWindow(all: readonly Sample[], from: number): Sample[] {
  const process = all.at(-1)?.process;
  const first = all.findIndex((sample) => sample.at >= from && sample.process === process);
  return first === -1 ? [] : all.slice(Math.max(0, first - 1));
}

/** Sums a window up; `samples` are ordered by time. */
export function summarize(samples: readonly Sample[]): WindowSummary {
  const last = samples.at(-1);
  const ofLast = samples.filter(({ process }) => process === last?.process);
  const increases = bucketIncreases(samples);
  return {
    samples: samples.length,
    processes: new Set(samples.map(({ process }) => process)).size,
    requests: increase(samples, ({ requests }) => requests),
    errors: increase(samples, ({ errors }) => errors),
    latencyP95: quantile(0.95, increases.bounds, increases.counts),
    latencyCount: increases.counts.at(-1) ?? 0,
    memory: last?.memory ?? null,
    memoryGrowth: slope(
      ofLast.flatMap(({ at, memory }) => (memory === null ? [] : [{ x: at / 1000, y: memory }])),
    ),
    sessions: last?.sessions ?? null,
    metrics: [...new Set(samples.flatMap(({ metrics }) => metrics))],
  };
}

/**
 * How much a counter grew between the first and the last sample. A new process began at 0, so its first value counts whole; values
 * of two processes are never subtracted. This is Prometheus' increase() without its extrapolation to the edges of the window
 * (prometheus/promql/functions.go, extrapolatedRate).
 */
export function increase(samples: readonly Sample[], valueOf: (sample: Sample) => number): number {
  return samples.reduce((sum, sample, at) => {
    const before = samples[at - 1];
    if (before === undefined) return sum;
    return sum + valueOf(sample) - (before.process === sample.process ? valueOf(before) : 0);
  }, 0);
}

/** The increase of each bucket, by the same rule. Where the bounds changed, only what came after counts: it cannot be added. */
export function bucketIncreases(samples: readonly Sample[]): { bounds: readonly number[]; counts: number[] } {
  const bounds = samples.findLast((sample) => sample.bounds.length > 0)?.bounds ?? [];
  const since = samples.findLastIndex(
    (sample) => sample.bounds.length > 0 && !sameBounds(sample.bounds, bounds),
  );
  // The last sample with other bounds stays as the one before: its process differs, so nothing is subtracted.
  const from = since === -1 ? samples : samples.slice(since);
  const counts = bounds.map((_, bucket) => increase(from, (sample) => sample.buckets[bucket] ?? 0));
  return { bounds, counts };
}

/**
 * The quantile of a histogram by linear interpolation inside its bucket, as histogram_quantile() does it
 * (prometheus/promql/quantile.go, BucketQuantile): the lowest bucket starts at 0, the +Inf bucket answers the highest finite bound.
 * `counts` are cumulative; null if they count nothing.
 */
export function quantile(q: number, bounds: readonly number[], counts: readonly number[]): number | null {
  const total = counts.at(-1) ?? 0;
  if (total <= 0 || bounds.length < 2) return null;
  const rank = q * total;
  const at = counts.findIndex((count) => count >= rank);
  if (at === -1 || at === bounds.length - 1) return bounds.at(-2) ?? null;
  const upper = bounds[at] ?? 0;
  if (at === 0 && upper <= 0) return upper;
  const lower = at === 0 ? 0 : (bounds[at - 1] ?? 0);
  const below = at === 0 ? 0 : (counts[at - 1] ?? 0);
  return lower + ((upper - lower) * (rank - below)) / ((counts[at] ?? 0) - below);
}

/** Slope of the least-squares line, as Prometheus' deriv(); null for less than two places on the x axis. */
export function slope(points: ReadonlyArray<{ x: number; y: number }>): number | null {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  return spread > 0 ? points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread : null;
}
