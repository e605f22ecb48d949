// Scrapes the metrics of every node on time and keeps what was read.
import { Agent, request } from "undici";
import type { InventoryChange, InventoryNode } from "./inventory.ts";
import type { WatchedService } from "./watcher-config.ts";
import { readingOf } from "./watcher-reading.ts";
import { Series } from "./watcher-series.ts";

const timeoutMilliseconds = 1000;
const bodyBytesMost = 4 * 1024 * 1024;

export interface WatchedNode {
  place: ScrapedPlace;
  series: Series;
  /** Whether the last scrape succeeded. */
  up: boolean;
}

/** The place of a node, as far as scraping needs it. */
export type ScrapedPlace = Pick<InventoryNode, "name" | "service" | "zone" | "address" | "port">;

/** Reads the metrics text of a node; rejects when it cannot be had. */
export type FetchMetrics = (place: ScrapedPlace, path: string) => Promise<string>;

interface Watched extends WatchedNode {
  timer: NodeJS.Timeout | undefined;
}

/** The nodes being scraped. A node that leaves the inventory takes its samples with it. */
export class Scraper {
  readonly #nodes = new Map<string, Watched>();
  readonly #intervalSeconds: number;
  readonly #serviceOf: (name: string) => WatchedService | undefined;
  readonly #fetch: FetchMetrics;
  #end = async (): Promise<void> => {};

  /** Without `fetch` the nodes are asked at their own address. */
  constructor(
    intervalSeconds: number,
    serviceOf: (name: string) => WatchedService | undefined,
    fetch?: FetchMetrics,
  ) {
    this.#intervalSeconds = intervalSeconds;
    this.#serviceOf = serviceOf;
    this.#fetch = fetch ?? this.#directly();
  }

  get nodes(): WatchedNode[] {
    return [...this.#nodes.values()].toSorted((a, b) => a.place.name.localeCompare(b.place.name));
  }

  /** Takes a change of the inventory over. */
  apply({ type, node: place }: { type: InventoryChange["type"]; node: ScrapedPlace }): void {
    const known = this.#nodes.get(place.name);
    if (type === "removed") {
      clearTimeout(known?.timer);
      this.#nodes.delete(place.name);
    } else if (known === undefined) {
      const node = { place, series: new Series(this.#intervalSeconds), up: false, timer: undefined };
      this.#nodes.set(place.name, node);
      this.#schedule(node);
    } else known.place = place;
  }

  async close(): Promise<void> {
    for (const node of this.#nodes.values()) clearTimeout(node.timer);
    this.#nodes.clear();
    await this.#end();
  }

  #schedule(node: Watched): void {
    const wait = untilTurn(node.place.name, this.#intervalSeconds * 1000, Date.now());
    node.timer = setTimeout(() => void this.#turn(node), wait);
  }

  async #turn(node: Watched): Promise<void> {
    const at = Date.now();
    const service = this.#serviceOf(node.place.service);
    if (service !== undefined) {
      try {
        node.series.push(at, readingOf(await this.#fetch(node.place, service.metricsPath), service.metrics));
        node.up = true;
      } catch {
        // Down, slow or broken is one thing here: there is no sample, and whoever judges sees the gap.
        node.up = false;
      }
    }
    if (this.#nodes.get(node.place.name) === node) this.#schedule(node);
  }

  #directly(): FetchMetrics {
    const agent = new Agent({ connect: { timeout: timeoutMilliseconds }, maxResponseSize: bodyBytesMost });
    this.#end = () => agent.destroy();
    return async ({ address, port }, path) => {
      const signal = AbortSignal.timeout(timeoutMilliseconds);
      const url = `http://${address}:${port}${path}`;
      const { statusCode, body } = await request(url, { dispatcher: agent, signal });
      if (statusCode === 200) return body.text();
      await body.dump();
      throw new Error(`${url} answered ${statusCode}`);
    };
  }
}

/** Milliseconds until a node's next turn. Its name fixes its place inside the interval, so that fifty nodes are not asked at once. */
export function untilTurn(name: string, interval: number, now: number): number {
  let hash = 0;
  for (const letter of name) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  const phase = (Math.imul(hash, 2_654_435_761) >>> 0) / 2 ** 32;
  const wait = (phase * interval - (now % interval) + interval) % interval;
  // A timer may fire a moment early; that moment must not become a second turn.
  return wait < interval / 10 ? wait + interval : wait;
}
