// Sends a request to a node, and to another one where the first cannot have taken it.
import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { EdgeNode, EdgeNodes } from "./edge-nodes.ts";

/** One client request on its way through the edge. */
export interface Exchange {
  service: string;
  hasBody: boolean;
  /** Aborted when the client went away before its answer was complete. */
  gone: AbortSignal;
}

/** No healthy node that is not draining: nothing was sent. */
export class NoNode extends Error {
  override readonly name = "NoNode";
}

type Options = Dispatcher.RequestOptions;
type Callback = (error: Error | null, data: Dispatcher.ResponseData) => void;
type Retry = "never-sent" | "reset" | "no";

// A request that kills each node it meets must not walk through the whole fleet.
const resetRetries = 2;
const nodeAway = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const resets = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/**
 * The requester that reply-from is given in place of an undici pool. reply-from asks it for an origin, and the origin is the only
 * thing it passes on untouched: so each exchange gets an origin of its own.
 */
export class Forwarder {
  readonly #nodes: EdgeNodes;
  readonly #suspect: (node: EdgeNode) => void;
  readonly #exchanges = new Map<string, Exchange>();
  #opened = 0;

  /** `suspect` is told of each node that failed a request. */
  constructor(nodes: EdgeNodes, suspect: (node: EdgeNode) => void) {
    this.#nodes = nodes;
    this.#suspect = suspect;
  }

  /** Registers an exchange; the returned origin must be requested once, or given back. */
  open(exchange: Exchange): string {
    const origin = `http://${exchange.service}.${(this.#opened += 1)}x`;
    this.#exchanges.set(origin, exchange);
    return origin;
  }

  giveBack(origin: string): void {
    this.#exchanges.delete(origin);
  }

  request(options: Options, callback: Callback): void {
    const origin = String(options.origin);
    const exchange = this.#exchanges.get(origin);
    if (exchange === undefined) throw new Error(`no exchange is open for ${origin}`);
    this.#exchanges.delete(origin);
    options.body = exchange.hasBody ? lazyBody(options.body as Readable) : null;
    this.#attempt(exchange, options, callback, new Set(), 0);
  }

  #attempt(
    exchange: Exchange,
    options: Options,
    callback: Callback,
    tried: Set<EdgeNode>,
    resetsBefore: number,
  ): void {
    const fail = (error: Error): void => callback(error, undefined as never);
    const node = this.#nodes.take(exchange.service, tried);
    if (node === undefined) return fail(new NoNode(`no node of ${exchange.service} can take a request`));
    const { origin: _ownOrigin, ...rest } = options;
    node.pool.request({ ...rest, signal: exchange.gone }, (error, data) => {
      if (error === null) {
        node.answeredAt = performance.now();
        data.body.once("close", () => this.#nodes.release(node));
        callback(null, data);
        return;
      }
      this.#nodes.release(node);
      if (exchange.gone.aborted) return fail(error);
      const retry = this.#judge(node, error);
      const again =
        retry === "never-sent"
          ? tried.size <= this.#nodes.countOf(exchange.service)
          : resetsBefore < resetRetries;
      const safe =
        retry === "never-sent" ||
        (retry === "reset" && (options.method === "GET" || options.method === "HEAD"));
      if (!safe || !again) return fail(error);
      this.#attempt(exchange, options, callback, tried.add(node), resetsBefore + (retry === "reset" ? 1 : 0));
    });
  }

  #judge(node: EdgeNode, error: NodeJS.ErrnoException): Retry {
    const code = error.code ?? "";
    // undici reports a failed connection with the error of connect(2); until then not a byte of the request has left.
    if (error.syscall === "connect" || code === "UND_ERR_CONNECT_TIMEOUT") {
      // Being out of ports or descriptors is the edge's own trouble, no reason to give the node up.
      if (nodeAway.has(code)) this.#nodes.setHealthy(node, false);
      this.#suspect(node);
      return "never-sent";
    }
    if (code === "UND_ERR_CLOSED") return "never-sent";
    if (!resets.has(code)) return "no";
    this.#suspect(node);
    return "reset";
  }
}

/** The body as a thing that is not read before it is written: an attempt that never connected leaves it whole for the next one. */
function lazyBody(stream: Readable): Readable {
  // undici takes any async iterable; its types know only the stream.
  return { [Symbol.asyncIterator]: () => stream.iterator({ destroyOnReturn: false }) } as unknown as Readable;
}
