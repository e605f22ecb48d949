// One scrape of one node, turned from metrics text into the few numbers the watcher keeps.
import type { MetricNames } from "./watcher-config.ts";
import { parseMetrics, parseValue } from "./watcher-parse.ts";
import type { MetricSample } from "./watcher-parse.ts";

/** Counters count from the start of the process; a metric that is not there reads 0 or null. */
export interface Reading {
  requests: number;
  errors: number;
  sessions: number | null;
  /** Resident memory, bytes. */
  memory: number | null;
  /** When the process started, seconds since the epoch. */
  startedAt: number | null;
  /** Upper bounds in seconds, ascending, the last one Infinity; empty if the histogram has no samples (yet). */
  bounds: readonly number[];
  /** Cumulative counts, one per bound. */
  buckets: readonly number[];
  /** Which of requests, errors, latency and sessions were there. */
  metrics: string[];
}

// A histogram finer than this is an attack or a mistake; it would also be 900 times as much memory.
const bucketsMost = 200;

/** Reads a body of metrics text. Label sets are summed. Throws if a wanted metric breaks the format or a counter is not a count. */
export function readingOf(text: string, names: MetricNames): Reading {
  const bucket = `${names.latency}_bucket`;
  const memory = "process_resident_memory_bytes";
  const start = "process_start_time_seconds";
  const wanted = new Set([
    names.requests,
    names.errors,
    names.latency,
    names.sessions,
    bucket,
    memory,
    start,
  ]);
  const { declared, samples } = parseMetrics(text, wanted);
  const valuesOf = (name: string): number[] =>
    samples.filter((each) => each.name === name).map(({ value }) => value);
  const sampled = new Set(samples.map(({ name }) => name));
  const present = {
    requests: names.requests,
    errors: names.errors,
    latency: names.latency,
    sessions: names.sessions,
  };
  return {
    requests: count(valuesOf(names.requests)),
    errors: count(valuesOf(names.errors)),
    sessions: gauge(valuesOf(names.sessions)),
    memory: gauge(valuesOf(memory)),
    startedAt: gauge(valuesOf(start)),
    ...histogram(samples.filter(({ name }) => name === bucket)),
    metrics: Object.entries(present)
      .filter(([key, name]) => declared.has(name) || sampled.has(key === "latency" ? bucket : name))
      .map(([key]) => key),
  };
}

function count(values: readonly number[]): number {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (!Number.isFinite(total) || values.some((value) => value < 0))
    throw new Error("a counter is not a finite count");
  return total;
}

function gauge(values: readonly number[]): number | null {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.length > 0 && Number.isFinite(total) ? total : null;
}

function histogram(samples: readonly MetricSample[]): Pick<Reading, "bounds" | "buckets"> {
  const byBound = new Map<number, number>();
  for (const { labels, value } of samples) {
    const bound = parseValue(labels.get("le") ?? "");
    if (Number.isNaN(bound)) throw new Error("a bucket has no bound");
    byBound.set(bound, (byBound.get(bound) ?? 0) + count([value]));
    if (byBound.size > bucketsMost) throw new Error(`a histogram has more than ${bucketsMost} buckets`);
  }
  const bounds = [...byBound.keys()].toSorted((a, b) => a - b);
  if (bounds.length > 0 && bounds.at(-1) !== Number.POSITIVE_INFINITY)
    throw new Error("a histogram has no +Inf bucket");
  return { bounds, buckets: bounds.map((bound) => byBound.get(bound) ?? 0) };
}
