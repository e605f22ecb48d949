// Which way leads to Prometheus, what is asked there, and that a source that fails is never taken for a healthy fleet.
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openPrometheus, prometheusGet } from "../../../pipelines/drivers/kube-prometheus.ts";

const metrics = { requests: "requests_total", errors: "errors_total", latency: "seconds", sessions: "" };
const services = { app: { name: "app", metrics } };
const vector = (...measures: string[]): string =>
  JSON.stringify({
    status: "success",
    data: {
      resultType: "vector",
      result: measures.map((measure) => ({ metric: { pod: "a", measure }, value: [1, "5"] })),
    },
  });

let server: Server;
let reply: { status: number; type: string; body: string };
let asked: string[];
let address: string;
beforeEach(async () => {
  [reply, asked] = [{ status: 200, type: "application/json", body: vector() }, []];
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(reply.status, { "content-type": reply.type, location: "/login" }).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));

const proxied: unknown[][] = [];
const kube = { proxy: (...words: unknown[]) => (proxied.push(words), Promise.resolve("through")) };

it.each([
  ["http://prometheus-operated.monitoring:9090", ["prometheus-operated", "monitoring", 9090, "/x"]],
  ["http://prom.monitoring.svc", ["prom", "monitoring", 80, "/x"]],
  ["https://prom.monitoring.svc.cluster.local/base/", ["https:prom", "monitoring", 443, "/base/x"]],
])("goes to %s through the API server", async (url, words) => {
  expect(await prometheusGet(url, kube)("/x")).toBe("through");
  expect(proxied.pop()).toEqual(words);
});

it("goes to any other address directly", async () => {
  expect(await prometheusGet(`${address}/base/`, kube)("/x?y=1")).toBe(vector());
  expect([asked, proxied]).toEqual([["/base/x?y=1"], []]);
});

it("asks once, at the end of the window", async () => {
  reply.body = vector("samples", "tells requests", "tells errors", "tells latency");
  const source = openPrometheus({ namespace: "shop", services, get: prometheusGet(address, kube) });
  expect(await source.summaries("app", 1_000_000, 1_030_500)).toMatchObject([{ node: "a", samples: 5 }]);
  const [{ pathname, searchParams }] = asked.map((path) => new URL(path, address)) as [URL];
  expect([asked.length, pathname, searchParams.get("time")]).toEqual([1, "/api/v1/query", "1030.5"]);
  expect(searchParams.get("query")).toContain('namespace="shop",service="app"');
});

it("looks for a metric without series by its declaration, and does without where that cannot be had", async () => {
  const bodies: Record<string, string> = {
    "/api/v1/query": vector("samples", "tells requests"),
    errors_total: '{"status":"success","data":[{"target":{"pod":"a"}}]}',
  };
  const get = (path: string): Promise<string> => {
    const { pathname, searchParams } = new URL(path, address);
    const body = bodies[searchParams.get("metric") ?? pathname];
    return body === undefined ? Promise.reject(new Error("404")) : Promise.resolve(body);
  };
  const source = openPrometheus({ namespace: "shop", services, get });
  expect(await source.summaries("app", 0, 30_000)).toMatchObject([{ metrics: ["requests", "errors"] }]);
});

it.each([
  [302, "text/html", "", "it answered 302"],
  [503, "text/plain", "starting", "it answered 503"],
  [200, "text/html", "<html>", "no JSON"],
  [
    422,
    "application/json",
    '{"status":"error","error":"query timed out"}',
    "Prometheus refused: query timed out",
  ],
  [200, "application/json", " ".repeat(33 * 1024 ** 2), "too large"],
])("throws for an answer %s %s", async (status, type, body, words) => {
  reply = { status, type, body };
  const source = openPrometheus({ namespace: "shop", services, get: prometheusGet(address, kube) });
  await expect(source.summaries("app", 0, 30_000)).rejects.toThrow(words);
});

it("throws where nobody listens or the API server refuses, without a password in the message", async () => {
  const url = new URL(address);
  await new Promise((resolve) => server.close(resolve));
  const direct = prometheusGet(`http://ann:hunter2@${url.host}`, kube)("/x");
  await expect(direct).rejects.toThrow(`Prometheus at ${url.host} cannot be asked: `);
  await expect(direct).rejects.not.toThrow("hunter2");
  const refusing = { proxy: () => Promise.reject(new Error("no endpoints available")) };
  await expect(prometheusGet("http://prom.monitoring", refusing)("/x")).rejects.toThrow("no endpoints");
  const source = openPrometheus({ namespace: "shop", services, get: () => Promise.resolve("") });
  await expect(source.summaries("other", 0, 1)).rejects.toThrow("no service other");
});
