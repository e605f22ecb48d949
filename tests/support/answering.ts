// A small server for tests of contracts: answers what it is told to, over HTTP and WebSocket, and remembers what it was asked.
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import type { Sample } from "../../pipelines/promotion/contracts/sample.ts";
import { parseSample } from "../../pipelines/promotion/contracts/sample.ts";

export interface Reply {
  status?: number;
  type?: string;
  /** Text as it is, anything else as JSON. */
  body?: unknown;
}

export interface Answering {
  base: string;
  /** `GET /path` with the body, in order. */
  asked: string[];
  /** Close codes of sessions that have ended. */
  closed: number[];
}

/** Listens on a free port, or on a Unix socket, until the test is over. `session` null: it knows no WebSockets. */
export async function answering(
  reply: (request: IncomingMessage, body: string) => Reply | undefined,
  session: ((socket: WebSocket) => void) | null = () => {},
  socketPath?: string,
): Promise<Answering> {
  const [asked, closed]: [string[], number[]] = [[], []];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      asked.push(`${request.method} ${request.url}${body === "" ? "" : ` ${body}`}`);
      const answer = reply(request, body);
      // Nothing at all: the question stays open.
      if (answer === undefined) return;
      const { status = 200, type = "application/json", body: sent = {} } = answer;
      response.writeHead(status, { "content-type": type });
      response.end(typeof sent === "string" ? sent : JSON.stringify(sent));
    });
  });
  const sockets = new WebSocketServer(session === null ? { noServer: true } : { server });
  sockets.on("connection", (socket, request) => {
    asked.push(`JOIN ${request.url}`);
    socket.on("close", (code) => closed.push(code));
    session?.(socket);
  });
  await new Promise<void>((resolve) => {
    if (socketPath === undefined) server.listen(0, "127.0.0.1", resolve);
    else server.listen(socketPath, resolve);
  });
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = (socketPath === undefined ? server.address() : { port: 0 }) as AddressInfo;
  return { base: socketPath === undefined ? `http://127.0.0.1:${port}` : "http://localhost", asked, closed };
}

/** A sample as its file would give it. */
export function aSample(given: object): Sample {
  const parsed = parseSample({ name: "one", ...given });
  if (!parsed.success) throw parsed.error;
  return { ...parsed.data, file: "contracts/one.yaml" } as Sample;
}
