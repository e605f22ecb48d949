// The metrics of the app: requests by code, errors, duration.
import { Counter, Histogram, type Registry } from "prom-client";
import { LATENCY_BUCKETS, createRegistry } from "../metrics.ts";

export interface AppMetrics {
  registry: Registry;
  /** Counts one answered request; `seconds` is from arrival to the last byte. */
  count(code: number, seconds: number): void;
}

/** Metrics whose series exist from the start, so that a query never finds nothing. */
export function createAppMetrics(version: string, release: string): AppMetrics {
  const registry = createRegistry(version, release);
  const registers = [registry];
  const requests = new Counter({
    name: "http_requests_total",
    help: "Requests answered, by status code.",
    labelNames: ["code"],
    registers,
  });
  requests.inc({ code: "200" }, 0);
  const errors = new Counter({
    name: "http_request_errors_total",
    help: "Requests answered with a 5xx status.",
    registers,
  });
  const duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from arrival to the last byte.",
    buckets: LATENCY_BUCKETS,
    registers,
  });
  return {
    registry,
    count(code, seconds) {
      requests.inc({ code: String(code) });
      if (code >= 500) errors.inc();
      duration.observe(seconds);
    },
  };
}
