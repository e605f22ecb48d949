// The watcher as a real process, and the bounding of logs.
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { boundLogs } from "../../../../infra/platforms/local/watcher-logs.ts";
import type { NodeSummary, Summary } from "../../../../infra/platforms/local/watcher-server.ts";
import { newRoot, startNode, startProcess } from "./process-rig.ts";

const metrics = {
  requests: "reqs_total",
  errors: "errs_total",
  latency: "lat_seconds",
  sessions: "sessions",
};
const config = { intervalSeconds: 0.2, services: [{ name: "server", metricsPath: "/metrics", metrics }] };

interface Watcher {
  get: (path: string) => Promise<Response>;
  /** Asks for summaries until one fits. */
  summary: (query: string, fits: (nodes: NodeSummary[]) => boolean) => Promise<Summary>;
  stop: () => void;
  exit: Promise<number | null>;
}

async function startWatcher(root: string): Promise<Watcher> {
  const { child, exit, address } = await startProcess<{ pid: number; port: number }>("watcher", root, config);
  expect(address.pid).toBe(child.pid);
  const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${address.port}${path}`);
  const summary: Watcher["summary"] = async (query, fits) => {
    for (;;) {
      const answer = (await (await get(`/summary?${query}`)).json()) as Summary;
      if (fits(answer.nodes)) return answer;
      await delay(20);
    }
  };
  return { get, summary, exit, stop: () => void child.kill("SIGTERM") };
}

test("scrapes become summaries, with release and restarts from the node folder", async () => {
  const began = Date.now();
  const root = newRoot();
  let scrapes = 0;
  const text = (): string =>
    [
      `reqs_total ${(scrapes += 1) * 10}`,
      "# TYPE errs_total counter",
      "sessions 4",
      "process_resident_memory_bytes 5e6",
    ].join("\n");
  const files = { current: "r7\n", "run/restarts": "2\n" };
  const answering = {
    service: "server",
    zone: "b",
    files,
    handler: (_request: unknown, response: { end: (text: string) => void }) => response.end(text()),
  };
  await startNode(root, "s-0", answering as never);
  await startNode(root, "s-1", {
    service: "server",
    handler: (_request, response) => response.writeHead(500).end("reqs_total 5"),
  });
  await startNode(root, "other");
  const watcher = await startWatcher(root);
  const { now, intervalSeconds, nodes } = await watcher.summary(
    "service=server",
    ([first]) => (first?.samples ?? 0) >= 3,
  );
  const [first, second] = nodes;
  expect([nodes.length, intervalSeconds]).toEqual([2, 0.2]);
  expect(first).toMatchObject({
    node: "s-0",
    zone: "b",
    release: "r7",
    restarts: 2,
    errors: 0,
    memory: 5e6,
    sessions: 4,
  });
  expect(first?.requests).toBe(((first?.samples ?? 0) - 1) * 10);
  expect(first?.metrics.toSorted()).toEqual(["errors", "requests", "sessions"]);
  expect(first?.lastSeenMs).toBeGreaterThanOrEqual(began);
  expect(first?.lastSeenMs).toBeLessThanOrEqual(now);
  expect(second).toMatchObject({
    node: "s-1",
    samples: 0,
    lastSeenMs: null,
    release: null,
    restarts: null,
    metrics: [],
  });
  const future = await watcher.summary(`service=server&from=${now + 1e6}`, () => true);
  expect(future.nodes[0]).toMatchObject({
    samples: 0,
    requests: 0,
    lastSeenMs: expect.any(Number) as number,
  });
  const exposition = await (await watcher.get("/metrics")).text();
  expect(exposition).toContain('surefoot_node_up{node="s-0",service="server"} 1');
  expect(exposition).toContain('surefoot_node_up{node="s-1",service="server"} 0');
  expect([
    (await watcher.get("/healthz")).status,
    (await watcher.get("/summary?service=none")).status,
  ]).toEqual([200, 404]);
  expect((await watcher.get("/summary?service=server&from=soon")).status).toBe(400);
});

test("hostile bodies cost their node its sample and nobody else's", async () => {
  const root = newRoot();
  const good = await startNode(root, "good", {
    service: "server",
    handler: (_request, response) => response.end("reqs_total 1"),
  });
  const line = `x${"y".repeat(1023)}\n`;
  const bad = {
    endless: () => line.repeat(5 * 1024),
    nonsense: () => "reqs_total 1\nerrs_total{",
    silent: undefined,
  };
  for (const [name, body] of Object.entries(bad)) {
    await startNode(root, name, {
      service: "server",
      handler: (_request, response) => void (body && response.end(body())),
    });
  }
  const watcher = await startWatcher(root);
  const { nodes } = await watcher.summary("service=server", (all) =>
    all.some(({ node, samples }) => node === "good" && samples >= 10),
  );
  expect(nodes.map(({ node, samples }) => [node, samples > 0])).toEqual([
    ["endless", false],
    ["good", true],
    ["nonsense", false],
    ["silent", false],
  ]);
  await good.kill();
  rmSync(join(root, "nodes", "good"), { recursive: true });
  expect((await watcher.summary("service=server", (all) => all.length === 3)).nodes.length).toBe(3);
});

test("the watcher ends with its root, and at SIGTERM", async () => {
  const roots = [newRoot(), newRoot()] as const;
  const watchers = await Promise.all([startWatcher(roots[0]), startWatcher(roots[1])]);
  rmSync(roots[0], { recursive: true });
  watchers[1].stop();
  expect(await Promise.all(watchers.map(({ exit }) => exit))).toEqual([0, 0]);
  expect(existsSync(join(roots[1], "watcher.json"))).toBe(false);
});

test("large logs keep their last lines, and their writers go on at the end", () => {
  const root = newRoot();
  const folder = join(root, "nodes", "s-0", "log");
  mkdirSync(folder, { recursive: true });
  const large = join(folder, "access.log");
  const lines = Array.from({ length: 40_000 }, (_, at) => `line ${String(at).padStart(80, "0")}\n`);
  writeFileSync(large, lines.join(""));
  const outside = join(root, "outside.log");
  writeFileSync(outside, "x".repeat(3 * 1024 * 1024));
  symlinkSync(outside, join(folder, "link.log"));
  writeFileSync(join(folder, "small.log"), "small\n");
  writeFileSync(join(folder, "large.txt"), "x".repeat(3 * 1024 * 1024));
  const writer = openSync(large, "a");
  boundLogs(root);
  writeSync(writer, "after\n");
  closeSync(writer);
  const kept = readFileSync(large, "utf8");
  expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(256 * 1024 + 6);
  expect(kept.length).toBeGreaterThan(255 * 1024);
  expect(kept.startsWith("line 0")).toBe(true);
  expect(kept.endsWith(`${lines.at(-1) ?? ""}after\n`)).toBe(true);
  expect([readFileSync(join(folder, "small.log"), "utf8"), statSync(outside).size]).toEqual([
    "small\n",
    3 * 1024 * 1024,
  ]);
  appendFileSync(large, "more\n");
  boundLogs(root);
  expect(readFileSync(large, "utf8")).toBe(`${kept}more\n`);
});
