// What one simulated pod tells Prometheus: the counters of the samples, which rise with time as its release makes them.
import { LATENCY_BUCKETS } from "../../../examples/metrics.ts";

export interface Behaviour {
  /** Requests or messages a second. */
  rate: number;
  /** Share of them that fail, 0 to 1. */
  errorRate: number;
  /** 95th percentile, in seconds. */
  latency: number;
  /** Bytes. */
  memory: number;
  sessions: number;
  /** The process starts anew every so many seconds: its start time moves, its counters begin at nothing. 0: never. */
  restarts: number;
  /** The page is there, and empty. */
  silent: boolean;
  /** The page answers 500. */
  down: boolean;
}

export const well: Behaviour = {
  rate: 20,
  errorRate: 0,
  latency: 0.01,
  memory: 64 * 1024 * 1024,
  sessions: 4,
  restarts: 0,
  silent: false,
  down: false,
};

/** Of one pod. All sums since its process started. */
export interface Sums {
  started: number;
  seen: number;
  count: number;
  errors: number;
  seconds: number;
  /** How many took at most as long as each bucket's bound. */
  below: number[];
}

/** A process that starts now, in Unix seconds. */
export const startSums = (now: number): Sums => ({
  started: now,
  seen: now,
  count: 0,
  errors: 0,
  seconds: 0,
  below: LATENCY_BUCKETS.map(() => 0),
});

// Durations are spread evenly from 40 % of the 95th percentile upwards: exact in any bucket, and without a die.
const fastest = 0.4;
const shareBelow = (bound: number, latency: number): number =>
  Math.min(1, Math.max(0, ((bound / latency - fastest) / (1 - fastest)) * 0.95));

/** Lets time pass until `now`. `own` is the pod's difference from its like: 1 is none. */
export function advance(sums: Sums, behaviour: Behaviour, own: number, now: number): Sums {
  const { restarts } = behaviour;
  const turns = restarts > 0 ? Math.floor((now - sums.started) / restarts) : 0;
  const from = turns > 0 ? startSums(sums.started + turns * restarts) : sums;
  const count = behaviour.rate * own * Math.max(0, now - from.seen);
  const latency = behaviour.latency * own;
  return {
    started: from.started,
    seen: now,
    count: from.count + count,
    errors: from.errors + count * behaviour.errorRate,
    seconds: from.seconds + count * latency * 0.7,
    below: from.below.map((sum, at) => sum + count * shareBelow(LATENCY_BUCKETS[at] ?? 0, latency)),
  };
}

/** The page in Prometheus' text format: the names of both samples, whatever the service is. */
export function pageOf(sums: Sums, { memory, sessions }: Behaviour, own: number): string {
  const plain = {
    game_messages_total: sums.count,
    game_message_errors_total: sums.errors,
    game_sessions: sessions,
    'http_requests_total{code="200"}': sums.count - sums.errors,
    'http_requests_total{code="500"}': sums.errors,
    http_request_errors_total: sums.errors,
    process_resident_memory_bytes: Math.round(memory * own),
    process_start_time_seconds: sums.started,
  };
  const histograms = ["game_tick_duration_seconds", "http_request_duration_seconds"].flatMap((name) => [
    ...LATENCY_BUCKETS.map((bound, at) => `${name}_bucket{le="${bound}"} ${sums.below[at]}`),
    `${name}_bucket{le="+Inf"} ${sums.count}`,
    `${name}_sum ${sums.seconds}`,
    `${name}_count ${sums.count}`,
  ]);
  const lines = Object.entries(plain).map(([name, value]) => `${name} ${value}`);
  return `${[...lines, ...histograms].join("\n")}\n`;
}
