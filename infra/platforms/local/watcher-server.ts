// The watcher's server: summaries of windows for the judge, and liveness of the nodes for a real Prometheus.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fastify } from "fastify";
import type { FastifyInstance } from "fastify";
import { Gauge, Registry } from "prom-client";
import { z } from "zod";
import type { Scraper, WatchedNode } from "./watcher-scrape.ts";
import { currentWindow, summarize } from "./watcher-window.ts";
import type { WindowSummary } from "./watcher-window.ts";

export interface NodeSummary extends WindowSummary {
  node: string;
  zone: string;
  /** The release in the node's `current` file. */
  release: string | null;
  /** When the node was last scraped with success, ms since the epoch, whether or not inside the window. */
  lastSeenMs: number | null;
  /** Restarts since the last switch, from the node's `run/restarts` file. */
  restarts: number | null;
}

export interface Summary {
  now: number;
  intervalSeconds: number;
  nodes: NodeSummary[];
}

interface WatcherServer {
  root: string;
  intervalSeconds: number;
  scraper: Scraper;
  knows: (service: string) => boolean;
}

/** The server, not listening yet: `GET /summary?service=&from=&to=` (ms since the epoch), `GET /healthz`, `GET /metrics`. */
export function watcherServer({ root, intervalSeconds, scraper, knows }: WatcherServer): FastifyInstance {
  const app = fastify();
  const registry = registryOf(scraper);
  const querySchema = z.strictObject({
    service: z.string(),
    from: z.coerce.number().default(0),
    to: z.coerce.number().default(Number.MAX_SAFE_INTEGER),
  });
  app.get("/healthz", () => ({ ok: true }));
  app.get("/metrics", async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  app.get("/summary", (request, reply) => {
    const query = querySchema.safeParse(request.query);
    if (!query.success)
      return reply.code(400).send({ error: "query", message: z.prettifyError(query.error) });
    const { service, from, to } = query.data;
    if (!knows(service)) {
      return reply.code(404).send({ error: "no-service", message: `no service is called ${service}` });
    }
    const nodes = scraper.nodes.filter(({ place }) => place.service === service);
    const summary: Summary = {
      now: Date.now(),
      intervalSeconds,
      nodes: nodes.map((node) => summaryOf(root, node, from, to)),
    };
    return reply.send(summary);
  });
  return app;
}

function summaryOf(root: string, { place, series }: WatchedNode, from: number, to: number): NodeSummary {
  const folder = join(root, "nodes", place.name);
  const restarts = textOf(join(folder, "run", "restarts"));
  return {
    node: place.name,
    zone: place.zone,
    release: textOf(join(folder, "current")),
    lastSeenMs: series.last?.at ?? null,
    restarts: restarts !== null && /^\d+$/.test(restarts) ? Number(restarts) : null,
    ...summarize(currentWindow(series.between(0, to), from)),
  };
}

function registryOf(scraper: Scraper): Registry {
  const registry = new Registry();
  const up = new Gauge({
    name: "surefoot_node_up",
    help: "Whether the last scrape of the node's metrics succeeded",
    labelNames: ["node", "service"],
    registers: [registry],
    collect: () => {
      up.reset();
      for (const { place, up: isUp } of scraper.nodes)
        up.set({ node: place.name, service: place.service }, isUp ? 1 : 0);
    },
  });
  return registry;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim() || null;
  } catch {
    return null;
  }
}
