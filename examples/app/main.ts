// The sample app: a stateless HTTP service that needs the config key IMAGE_HOST.
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { openAccessLog } from "../access-log.ts";
import { httpUrl, readConfig } from "../config.ts";
import { answerEndpoint, sendJson } from "../endpoints.ts";
import { drawsError, startFaults } from "../faults.ts";
import { listen, onStop } from "../lifetime.ts";
import { sampleWorkMs, wholeMs } from "../simulated-work.ts";
import { createAppMetrics } from "./metrics.ts";
import { route } from "./route.ts";

const STOP_LIMIT_MS = 5000;

const config = readConfig(process.env, { IMAGE_HOST: httpUrl });
startFaults(config.faults);
const log = openAccessLog(config.accessLog);
const metrics = createAppMetrics(config.version, config.release);
let stopping = false;

const server = createServer((request, response) => {
  const ready = !config.faults.neverReady && !stopping;
  if (answerEndpoint(request, response, metrics.registry, ready)) return;
  const startedAt = performance.now();
  response.once("close", () => record(request, response, startedAt));
  setTimeout(respond, wholeMs(sampleWorkMs(2, 4, config.faults.slowFactor)), request, response);
});

function respond(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("x-release", config.release);
  if (stopping) response.setHeader("connection", "close");
  if (drawsError(config.faults)) sendJson(response, 500, { error: "injected fault" });
  else {
    const { status, body } = route(request.method ?? "GET", request.url ?? "/", config);
    sendJson(response, status, body);
  }
}

function record(request: IncomingMessage, response: ServerResponse, startedAt: number): void {
  const seconds = (performance.now() - startedAt) / 1000;
  // A client that left before the answer is nobody's error: 499, as nginx writes it.
  const status = response.writableFinished ? response.statusCode : 499;
  metrics.count(status, seconds);
  log.write({
    method: request.method,
    path: request.url,
    status,
    ms: Number((seconds * 1000).toFixed(2)),
    node: config.node,
    release: config.release,
  });
}

onStop(config.faults.hangOnStop, async () => {
  stopping = true;
  const closed = new Promise((done) => {
    server.close(done);
  });
  // Node 18 leaves idle keep-alive connections open on close().
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), STOP_LIMIT_MS).unref();
  await closed;
  await log.close();
});

listen(server, `app ${config.version} (${config.release})`, config);
