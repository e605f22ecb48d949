// Node summaries for tests of the judge: a healthy node, and fleets with seeded noise.
import type { NodeSummary } from "../../pipelines/observe/summary.ts";

/** Numbers in [0, 1), the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** exp(N(0, sigma)) by Box and Muller. */
export function lognormal(random: () => number, sigma: number): number {
  return Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

export function summary(change: Partial<NodeSummary> = {}): NodeSummary {
  return {
    node: "server-1",
    zone: "a",
    release: "r1",
    samples: 30,
    lastSeenMs: 1_000_000,
    requests: 1000,
    errors: 0,
    latencyP95: 0.002,
    latencyCount: 1000,
    memory: 80e6,
    memoryGrowth: 0,
    sessions: 4,
    restarts: 0,
    metrics: ["http_requests_total"],
    ...change,
  };
}

/** `count` nodes, each made from its number. */
export function fleet(count: number, make: (i: number) => Partial<NodeSummary> = () => ({})): NodeSummary[] {
  return Array.from({ length: count }, (_, i) => summary({ node: `server-${i + 1}`, ...make(i) }));
}
