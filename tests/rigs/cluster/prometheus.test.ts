// What Debian's Prometheus tells of pods whose pages a test writes: counts, durations, restarts, silence, and blindness.
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stringify } from "yaml";
import { claimPort } from "../../../infra/platforms/local/ports.ts";
import { quantile } from "../../../infra/platforms/local/watcher-window.ts";
import { openPrometheus, prometheusGet } from "../../../pipelines/drivers/kube-prometheus.ts";
import type { NodeSummary } from "../../../pipelines/observe/summary.ts";
import { listening } from "./listening.ts";
import { openProcesses } from "./processes.ts";
import type { Processes, Program } from "./processes.ts";
import { prometheusFolder } from "./prometheus.ts";

const pods = ["shop/app-a", "shop/app-b", "shop/app-c", "shop/app-d", "other/app-z"];
const metrics = {
  requests: "http_requests_total",
  errors: "http_request_errors_total",
  latency: "http_request_duration_seconds",
  sessions: "game_sessions",
};
const bounds = [0.01, 0.1, 1, Infinity];
const pages = new Map<string, string | undefined>();
const asked = new Map<string, () => void>();
let [server, processes, prometheus, address]: [Server?, Processes?, Program?, string?] = [];

interface Page {
  requests: number;
  errors?: string;
  buckets?: number[];
  memory?: number;
  started?: number;
}

/** A page as a client library writes it; requests under two sets of labels. */
function page({ requests, errors = "", buckets, memory = 1e8, started = 1e9 }: Page): string {
  return [
    `http_requests_total{code="200"} ${requests - 1}`,
    'http_requests_total{code="201"} 1',
    "# TYPE http_request_errors_total counter",
    errors,
    ...(buckets ?? []).map(
      (count, at) =>
        `http_request_duration_seconds_bucket{le="${String(bounds[at]).replace("Infinity", "+Inf")}"} ${count}`,
    ),
    `process_resident_memory_bytes ${memory}`,
    `process_start_time_seconds ${started}`,
    "game_sessions 3",
    "",
  ].join("\n");
}

/** Resolves once Prometheus has asked every pod `times` times more: the page before is stored for sure. */
async function scraped(times: number): Promise<void> {
  for (let left = times; left > 0; left -= 1)
    await Promise.all(pods.map((pod) => new Promise<void>((resolve) => asked.set(pod, resolve))));
}

const open = (get = prometheusGet(address!, { proxy: () => Promise.reject(new Error("not this way")) })) =>
  openPrometheus({
    namespace: "shop",
    services: {
      app: { name: "app", metrics },
      odd: { name: "app", metrics: { ...metrics, errors: "1 + " } },
    },
    get,
  });

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-prometheus-"));
  processes = openProcesses(folder);
  server = createServer((request, response) => {
    const pod = request.url?.slice(1) ?? "";
    const text = pages.get(pod);
    asked.get(pod)?.();
    response.writeHead(text === undefined ? 500 : 200, { "content-type": "text/plain; version=0.0.4" });
    response.end(text ?? "");
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const jobs = pods.map((name) => {
    const [namespace, pod] = name.split("/");
    const labels = { namespace, pod, service: "app", surefoot_dev_release: "r2" };
    return { job_name: name, metrics_path: `/${name}`, static_configs: [{ targets: [target], labels }] };
  });
  const global = { scrape_interval: "200ms", scrape_timeout: "200ms" };
  writeFileSync(join(folder, "prometheus.yaml"), stringify({ global, scrape_configs: jobs }));
  for (const pod of pods) pages.set(pod, page({ requests: 1000, buckets: [10, 20, 20, 20] }));
  const port = await claimPort(folder, process.pid * 16 + 4);
  prometheus = processes.start("prometheus", join(prometheusFolder(), "prometheus"), [
    `--config.file=${join(folder, "prometheus.yaml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  await listening(port, prometheus);
  address = `http://127.0.0.1:${port}`;
  await scraped(8);
});
afterAll(async () => {
  await processes?.end();
  server?.closeAllConnections();
  server?.close();
});

const near = (value: number | null | undefined, wanted: number, share = 0.05): void => {
  expect(value).toBeGreaterThan(wanted * (1 - share));
  expect(value).toBeLessThan(wanted * (1 + share));
};

it("tells of each pod what it served within the window", async () => {
  const from = Date.now();
  await scraped(3);
  const buckets = [60, 170, 220, 220];
  pages.set("shop/app-a", page({ requests: 1200, buckets, memory: 2e8 }));
  // The first errors of the pod make series that were not there before; the process of the third begins anew.
  pages.set(
    "shop/app-b",
    page({
      requests: 1300,
      errors: 'http_request_errors_total{code="500"} 40\nhttp_request_errors_total{code="503"} 10',
    }),
  );
  pages.set("shop/app-c", page({ requests: 50, started: 2e9 }));
  pages.set("shop/app-d", undefined);
  pages.set("other/app-z", page({ requests: 9_000_000, errors: "http_request_errors_total 1000000" }));
  const silent = Date.now();
  await scraped(15);
  const found = await open().summaries("app", from, Date.now());
  expect(found.map(({ node }) => node)).toEqual(["app-a", "app-b", "app-c", "app-d"]);
  const [a, b, c, d] = found as [NodeSummary, NodeSummary, NodeSummary, NodeSummary];
  near(a.requests, 200);
  near(b.requests, 300);
  near(b.errors, 50);
  near(c.requests, 50);
  expect([a.errors, c.errors, d.errors, d.requests]).toEqual([0, 0, 0, 0]);
  near(a.latencyP95, quantile(0.95, bounds, [50, 150, 200, 200]) ?? 0, 0.01);
  near(a.latencyCount, 200);
  expect([b.latencyP95, b.latencyCount]).toEqual([null, 0]);
  expect([a.memory, b.memory]).toEqual([2e8, 1e8]);
  expect(a.memoryGrowth).toBeGreaterThan(1e6);
  expect([b.memoryGrowth, a.sessions, a.release]).toEqual([0, 3, "r2"]);
  expect([a.restarts, b.restarts, c.restarts]).toEqual([0, 0, 1]);
  near(a.samples, 18, 0.4);
  expect(d.samples).toBeLessThan(a.samples / 2);
  expect(a.lastSeenMs).toBeGreaterThan(silent);
  expect(d.lastSeenMs).toBeLessThan(silent + 1000);
  expect(b.metrics.toSorted()).toEqual(["errors", "latency", "requests", "sessions"]);
  expect(a.metrics.toSorted()).toEqual(["latency", "requests", "sessions"]);
});

it("tells of a metric that is announced but was never counted, and not of one that is not", async () => {
  for (const pod of pods) pages.set(pod, page({ requests: 10 }));
  await scraped(9);
  const now = Date.now();
  const found = await open().summaries("app", now - 1000, now);
  for (const { metrics: told } of found) expect(told.toSorted()).toEqual(["errors", "requests", "sessions"]);
});

it("counts nothing anew when pages fail for a while", async () => {
  for (const pod of pods) pages.set(pod, page({ requests: 5000 }));
  await scraped(3);
  const from = Date.now();
  await scraped(3);
  pages.set("shop/app-a", undefined);
  await scraped(8);
  pages.set("shop/app-a", page({ requests: 5010 }));
  await scraped(8);
  const [a] = await open().summaries("app", from, Date.now());
  expect(a?.requests).toBe(10);
});

it("throws where the query is refused, where nobody answers, and where the answer is another's", async () => {
  const now = Date.now();
  await expect(open().summaries("odd", now - 1000, now)).rejects.toThrow("Prometheus refused: ");
  const elsewhere = prometheusGet(`${address}/nowhere`, { proxy: () => Promise.reject(new Error("no")) });
  await expect(open(elsewhere).summaries("app", now - 1000, now)).rejects.toThrow("it answered 404");
  await prometheus?.stop();
  await expect(open().summaries("app", now - 1000, now)).rejects.toThrow("cannot be asked");
});
