// The generator's own /metrics: the tally, read when somebody scrapes.
import { type Server, createServer } from "node:http";
import { Counter, Gauge } from "prom-client";
import { answerEndpoint, sendJson } from "../endpoints.ts";
import { createRegistry } from "../metrics.ts";
import type { Tally } from "./tally.ts";

const COUNTERS = {
  requests: "traffic_requests_total",
  failedRequests: "traffic_failed_requests_total",
  sessions: "traffic_sessions_total",
  cutSessions: "traffic_cut_sessions_total",
  redirected: "traffic_redirected_total",
  failedJoins: "traffic_failed_joins_total",
  failedMessages: "traffic_failed_messages_total",
} as const;

/** A server, not yet listening, that answers /healthz and /metrics. */
export function createMetricsServer(tally: Tally): Server {
  const registry = createRegistry("dev", "none");
  for (const [key, name] of Object.entries(COUNTERS)) {
    const field = key as keyof typeof COUNTERS;
    const collect = function collect(this: Counter): void {
      this.reset();
      this.inc(tally[field]);
    };
    registry.registerMetric(new Counter({ name, help: `The generator's ${field}.`, registers: [], collect }));
  }
  const active = new Gauge({
    name: "traffic_active_sessions",
    help: "Sessions open now.",
    registers: [],
    collect() {
      this.set(tally.activeSessions);
    },
  });
  registry.registerMetric(active);
  return createServer((request, response) => {
    if (!answerEndpoint(request, response, registry, true))
      sendJson(response, 404, { error: "ask /metrics" });
  });
}
