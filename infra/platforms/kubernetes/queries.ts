// The parts that all queries to Prometheus share: which pods, which time, and counters of pods that have just begun.
import type { Service } from "../../../environments/shape.ts";

/** Filled in by Argo Rollouts when a run begins. `began`: epoch seconds of the deploy, empty where nobody said so. */
export const args = {
  latest: "{{args.latest-hash}}",
  stable: "{{args.stable-hash}}",
  window: "{{args.window}}",
  bake: "{{args.bake}}",
  began: "{{args.began}}",
} as const;

/** Whose metrics, and what they are called. */
export interface Watched {
  namespace: string;
  /** Name of the service and of its Kubernetes Service. */
  service: string;
  metrics: Pick<Service["metrics"], "requests" | "errors" | "latency">;
}

/** Matchers of all pods of the service, or of those with one template hash. */
export function podsOf({ namespace, service }: Watched, hash?: string): string {
  const own = `namespace="${namespace}",service="${service}"`;
  return hash === undefined ? own : `${own},rollouts_pod_template_hash="${hash}"`;
}

/**
 * What a counter gained within the window, one value per series. A series that was not there before counts from
 * nothing: increase() alone never sees the errors by which it came to be.
 */
export function gained(metric: string, pods: string, window: string): string {
  const series = `${metric}{${pods}}[${window}]`;
  return `((last_over_time(${series}) unless last_over_time(${series} offset ${window})) or increase(${series}))`;
}

/** A plain number where a query gives nothing. */
export function orElse(query: string, value: number): string {
  return `(${query} or vector(${value}))`;
}

/** How many pods Prometheus has as targets, up or not. */
export function targets(pods: string): string {
  return `count(count by (pod) (up{${pods}}))`;
}
