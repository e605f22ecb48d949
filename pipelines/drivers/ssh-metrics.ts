// Metrics of nodes behind ssh: scraped by this very process over the connections that are open anyway.
import type { Service } from "../../environments/shape.ts";
import { Scraper } from "../../infra/platforms/local/watcher-scrape.ts";
import { currentWindow, summarize } from "../../infra/platforms/local/watcher-window.ts";
import type { Metrics } from "../rollout/fleet.ts";
import type { SshNode } from "./ssh-fleet.ts";
import { getThrough } from "./ssh-tunnel.ts";

const intervalSeconds = 1;
const scrapeSeconds = 1;
// A connection that was lost is begun again by whoever needs it; for a scrape alone not more often than this.
const pauseMilliseconds = 10_000;

export interface SshMetrics extends Metrics {
  close: () => void;
}

/** Begins to scrape the nodes of a service when it is first asked for them. */
export function sshMetrics(
  nodesOf: (service: string) => SshNode[],
  services: Record<string, Service>,
): SshMetrics {
  const known = new Map<string, SshNode>();
  const tried = new Map<string, number>();
  const fetch = async ({ name }: { name: string }, path: string): Promise<string> => {
    const node = known.get(name);
    if (node === undefined) throw new Error(`${name} is not known`);
    if (node.connection.tunnel() === undefined) {
      if (Date.now() - (tried.get(name) ?? 0) < pauseMilliseconds)
        throw new Error(`${name} is not connected`);
      tried.set(name, Date.now());
      await node.reach();
    }
    const { status, text } = await getThrough(node.connection.tunnel(), path, scrapeSeconds);
    if (status !== 200) throw new Error(`${name} answered ${status}`);
    return text;
  };
  const scraper = new Scraper(intervalSeconds, (name) => services[name], fetch);
  const apply = (type: "added" | "removed", { host }: SshNode): void => {
    const { name, service, zone, address, servicePort: port } = host;
    scraper.apply({ type, node: { name, service, zone, address, port } });
  };
  const watch = (service: string): void => {
    const now = nodesOf(service);
    for (const node of known.values()) {
      if (node.service !== service || now.includes(node)) continue;
      known.delete(node.name);
      apply("removed", node);
    }
    for (const node of now) {
      if (known.has(node.name)) continue;
      known.set(node.name, node);
      apply("added", node);
    }
  };
  return {
    summaries: async (service, from, to) => {
      watch(service);
      return scraper.nodes
        .filter(({ place }) => place.service === service)
        .map(({ place, series }) => {
          const told = known.get(place.name)?.known();
          return {
            node: place.name,
            zone: place.zone,
            release: told?.current ?? null,
            lastSeenMs: series.last?.at ?? null,
            restarts: told?.restarts ?? null,
            ...summarize(currentWindow(series.between(0, to), from)),
          };
        });
    },
    close: () => void scraper.close(),
  };
}
