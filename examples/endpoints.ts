// What every service answers beside its own work: GET /healthz and GET /metrics.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Registry } from "prom-client";

/** Answers the request when it asks for health or metrics and says whether it did. */
export function answerEndpoint(
  request: IncomingMessage,
  response: ServerResponse,
  registry: Registry,
  ready: boolean,
): boolean {
  if (request.url === "/healthz") {
    sendJson(response, ready ? 200 : 503, { ready });
    return true;
  }
  if (request.url === "/metrics") {
    registry.metrics().then(
      (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
      (error: unknown) => sendJson(response, 500, { error: String(error) }),
    );
    return true;
  }
  return false;
}

/** Sends one JSON document. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
}
