// The edge's view of its nodes: who may take a request or a session, who takes the next one, and how busy each is.
import { Pool } from "undici";
import type { InventoryChange, InventoryNode } from "./inventory.ts";

export interface EdgeNode {
  place: InventoryNode;
  pool: Pool;
  /** True once the edge itself sends nothing new to the node. */
  draining: boolean;
  healthy: boolean;
  inflight: number;
  requests: number;
  /** When a proxied response last came from the node, on the monotonic clock, in ms. */
  answeredAt: number;
  /** The number of the last choice that fell on the node: equals take turns by it. */
  turn: number;
  sessions: { score: number; at: number };
}

/** A node as the admin server tells it. */
export interface NodeView {
  name: string;
  service: string;
  zone: string;
  port: number;
  healthy: boolean;
  draining: boolean;
  inflight: number;
  requests: number;
}

// A node that just came back takes new sessions before the others, but not for longer than a minute or so.
const sessionHalfLifeMilliseconds = 30_000;

/** The nodes by name. Everything happens in one thread: a flag set here holds for every choice made after it. */
export class EdgeNodes {
  readonly #nodes = new Map<string, EdgeNode>();
  readonly #byService = new Map<string, EdgeNode[]>();
  readonly #timeoutMilliseconds: number;
  #turns = 0;
  /** Called after any change of a node's state, its in-flight count included. */
  onState: (name: string) => void = () => {};

  constructor(upstreamTimeoutSeconds: number) {
    this.#timeoutMilliseconds = upstreamTimeoutSeconds * 1000;
  }

  get(name: string): EdgeNode | undefined {
    return this.#nodes.get(name);
  }

  views(): NodeView[] {
    return [...this.#nodes.values()].map(viewOf).toSorted((a, b) => a.name.localeCompare(b.name));
  }

  countOf(service: string): number {
    return this.#byService.get(service)?.length ?? 0;
  }

  /** Takes a change of the inventory over. Returns the node that now stands for that name, if any. */
  apply({ type, node: place }: InventoryChange): EdgeNode | undefined {
    const known = this.#nodes.get(place.name);
    if (known !== undefined && type !== "removed" && samePlace(known.place, place)) {
      known.place = place;
      known.draining = place.draining;
      this.onState(place.name);
      return known;
    }
    this.#nodes.delete(place.name);
    // Closing is graceful: requests on their way finish first.
    known?.pool.close().catch(() => {});
    const node = type === "removed" ? undefined : this.#newNode(place);
    if (node !== undefined) this.#nodes.set(place.name, node);
    this.#byService.clear();
    for (const each of this.#nodes.values()) {
      const { service } = each.place;
      this.#byService.set(service, [...(this.#byService.get(service) ?? []), each]);
    }
    this.onState(place.name);
    return node;
  }

  /** Chooses the node with the fewest requests in flight and counts one more; one not in `tried` where there is one. */
  take(service: string, tried: ReadonlySet<EdgeNode>): EdgeNode | undefined {
    const fit = this.#fit(service);
    const fresh = tried.size === 0 ? fit : fit.filter((node) => !tried.has(node));
    const node = this.#least(fresh.length > 0 ? fresh : fit, (each) => each.inflight);
    if (node === undefined) return undefined;
    node.inflight += 1;
    node.requests += 1;
    return node;
  }

  /** Counts a taken request as finished. */
  release(node: EdgeNode): void {
    node.inflight -= 1;
    this.onState(node.place.name);
  }

  /** Chooses the node with the fewest sessions given lately and counts one more. `at` is on the monotonic clock, in ms. */
  join(service: string, at: number): EdgeNode | undefined {
    const scoreOf = ({ sessions }: EdgeNode): number =>
      sessions.score * 0.5 ** ((at - sessions.at) / sessionHalfLifeMilliseconds);
    const node = this.#least(this.#fit(service), scoreOf);
    if (node !== undefined) node.sessions = { score: scoreOf(node) + 1, at };
    return node;
  }

  setHealthy(node: EdgeNode, healthy: boolean): void {
    if (node.healthy === healthy) return;
    node.healthy = healthy;
    this.onState(node.place.name);
  }

  #fit(service: string): EdgeNode[] {
    return (this.#byService.get(service) ?? []).filter((node) => node.healthy && !node.draining);
  }

  #least(nodes: readonly EdgeNode[], loadOf: (node: EdgeNode) => number): EdgeNode | undefined {
    let best: EdgeNode | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const node of nodes) {
      const load = loadOf(node);
      if (load < least || (load === least && node.turn < (best?.turn ?? 0))) {
        best = node;
        least = load;
      }
    }
    if (best !== undefined) best.turn = this.#turns += 1;
    return best;
  }

  #newNode(place: InventoryNode): EdgeNode {
    const timeout = this.#timeoutMilliseconds;
    // No keep-alive hint means an unknown server: reuse its connections briefly, so that it does not close one under a request.
    const options = {
      connect: { timeout: 1000 },
      keepAliveTimeout: 1000,
      headersTimeout: timeout,
      bodyTimeout: timeout,
    };
    return {
      place,
      pool: new Pool(`http://${place.address}:${place.port}`, options),
      draining: place.draining,
      healthy: false,
      inflight: 0,
      requests: 0,
      answeredAt: 0,
      turn: 0,
      sessions: { score: 0, at: 0 },
    };
  }
}

export function viewOf({ place, healthy, draining, inflight, requests }: EdgeNode): NodeView {
  const { name, service, zone, port } = place;
  return { name, service, zone, port, healthy, draining, inflight, requests };
}

function samePlace(a: InventoryNode, b: InventoryNode): boolean {
  return a.address === b.address && a.port === b.port && a.service === b.service && a.kind === b.kind;
}
