// The edge's public server: proxies each path to a node of its service, and names a node for each new session.
import type { IncomingMessage } from "node:http";
import replyFrom from "@fastify/reply-from";
import { fastify } from "fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { serviceFor } from "./edge-config.ts";
import type { EdgeService } from "./edge-config.ts";
import { NoNode } from "./edge-forward.ts";
import type { Forwarder } from "./edge-forward.ts";
import { endToEnd, requestHeaders } from "./edge-headers.ts";
import type { EdgeNodes } from "./edge-nodes.ts";

interface PublicServer {
  nodes: EdgeNodes;
  forwarder: Forwarder;
  /** The services as the config says now. */
  services: () => readonly EdgeService[];
}

const sentTypes = new WeakMap<IncomingMessage, string | undefined>();

type Proxy = (request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/** The public server, not listening yet. Its own answers carry the header `x-surefoot-edge` with the reason. */
export async function publicServer({ nodes, forwarder, services }: PublicServer): Promise<FastifyInstance> {
  // While closing, requests on open connections are still served, the last one with `connection: close`.
  const app = fastify({ return503OnClosing: false, exposeHeadRoutes: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  // fastify refuses bodies whose media type it cannot read; for a proxy that is the node's business. Restored in `proxy`.
  app.addHook("onRequest", (request, _reply, done) => {
    const { headers } = request.raw;
    sentTypes.set(request.raw, headers["content-type"]);
    if (headers["content-type"] !== undefined) headers["content-type"] = "application/octet-stream";
    done();
  });
  // reply-from's types know undici's pools only; any object with `request` will do, and is documented.
  await app.register(replyFrom, {
    undici: forwarder as never,
    disableCache: true,
    disableRequestLogging: true,
  });
  app.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) => {
    void refuse(reply, error.statusCode ?? 502, "refused", error.message);
  });
  app.get<{ Params: { service: string } }>("/_join/:service", (request, reply) => {
    const { service } = request.params;
    const known = services().some((each) => each.name === service && each.kind === "sessions");
    if (!known) return refuse(reply, 404, "no-service", `no service of kind sessions is called ${service}`);
    const node = nodes.join(service, performance.now());
    if (node === undefined) return refuse(reply, 503, "no-node", `no node of ${service} can take a session`);
    const { name, address, port } = node.place;
    return reply.header("cache-control", "no-store").send({ node: name, address, port });
  });
  app.all("/*", proxy(forwarder, services));
  return app;
}

function proxy(forwarder: Forwarder, services: () => readonly EdgeService[]): Proxy {
  return (request, reply) => {
    const { raw } = request;
    const path = request.url.split("?", 1)[0] ?? "/";
    const service = serviceFor(services(), path);
    if (service === undefined) return refuse(reply, 404, "no-route", `no service has a route for ${path}`);
    const hasBody = request.body !== undefined && bringsBody(request);
    const sentType = sentTypes.get(raw);
    if (sentType !== undefined) raw.headers["content-type"] = sentType;
    const abort = new AbortController();
    reply.raw.once("close", () => {
      if (!reply.raw.writableFinished) abort.abort();
    });
    const origin = forwarder.open({ service: service.name, hasBody, gone: abort.signal });
    const arrival = {
      client: raw.socket.remoteAddress ?? "unknown",
      port: raw.socket.localPort ?? 0,
      httpVersion: raw.httpVersion,
      host: raw.headers.host,
    };
    try {
      return reply.from(undefined as never, {
        getUpstream: () => origin,
        rewriteRequestHeaders: () => requestHeaders(raw.headers, hasBody, arrival),
        rewriteHeaders: (headers) => endToEnd(headers),
        // Retrying is the forwarder's; reply-from would repeat GETs answered 503, to no other node.
        retryDelay: () => null,
        onResponse: (_request, to, response) => passOn(to as FastifyReply, response as never),
        onError: (to, { error }) => void explain(to as FastifyReply, error),
      });
    } catch (error) {
      forwarder.giveBack(origin);
      throw error;
    }
  };
}

/** Streams the node's answer. If it breaks, so does the client's connection: nobody may take a part for the whole. */
function passOn(reply: FastifyReply, response: { stream: NodeJS.ReadableStream }): void {
  response.stream.once("error", () => reply.raw.destroy());
  void reply.send(response.stream);
}

function explain(reply: FastifyReply, error: Error): FastifyReply {
  const cause = (error.cause ?? error) as NodeJS.ErrnoException;
  // The client may still be sending: without this its connection would wait for a reader for ever.
  if (!reply.request.raw.complete) {
    reply.request.raw.resume();
    void reply.header("connection", "close");
  }
  if (cause instanceof NoNode) return refuse(reply, 503, "no-node", cause.message);
  if (cause.code === "UND_ERR_HEADERS_TIMEOUT")
    return refuse(reply, 504, "timeout", "the node did not answer in time");
  return refuse(
    reply,
    502,
    "node-failed",
    `the node failed while it had the request (${cause.code ?? cause.message})`,
  );
}

function refuse(reply: FastifyReply, status: number, reason: string, message: string): FastifyReply {
  return reply.code(status).header("x-surefoot-edge", reason).send({ error: reason, message });
}

function bringsBody({ raw }: FastifyRequest): boolean {
  return raw.headers["transfer-encoding"] !== undefined || Number(raw.headers["content-length"] ?? 0) > 0;
}
