// Scrapes through a socket, as a tunnel gives one: the same numbers as the watcher's, silence where nothing answers.
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { nodeSummarySchema } from "../../../pipelines/observe/summary.ts";
import type { SshNode } from "../../../pipelines/drivers/ssh-fleet.ts";
import { sshMetrics } from "../../../pipelines/drivers/ssh-metrics.ts";
import { getThrough } from "../../../pipelines/drivers/ssh-tunnel.ts";
import { describedFor } from "../../infra/platforms/ssh/described.ts";
import { temporaryFolder } from "../../support/store.ts";

const { services } = describedFor({ hosts: [] }, 1);

/** A service behind a socket; `answer` gives the body, or undefined for none at all. */
async function behindSocket(answer: (path: string) => string | undefined): Promise<string> {
  const path = join(temporaryFolder(), "t");
  const server = createServer((request, response) => {
    const text = answer(request.url ?? "");
    if (text !== undefined) response.end(text);
  });
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return path;
}

function node(name: string, tunnel: string | undefined, reached: () => void = () => {}): SshNode {
  const host = { name, service: "server", address: "10.0.0.1", port: 22, zone: "b", servicePort: 8080 };
  const known = { state: "running", current: "r2+ab", restarts: 1, draining: false, retained: [] };
  const parts = { name, service: "server", zone: "b", host, connection: { tunnel: () => tunnel } };
  return { ...parts, known: () => known, reach: async () => reached() } as unknown as SshNode;
}

it("gives summaries in the watcher's shape, of the release that the node last told", async () => {
  const began = Date.now();
  let requests = 0;
  const socket = await behindSocket(() => `http_requests_total ${(requests += 10)}\ngame_sessions 3\n`);
  const nodes = [node("server-01", socket)];
  const metrics = sshMetrics(() => nodes, services);
  onTestFinished(metrics.close);
  const ask = async () => (await metrics.summaries("server", 0, Date.now() + 1000))[0];
  await expect.poll(async () => (await ask())?.samples, { timeout: 15_000 }).toBeGreaterThan(2);
  const summary = nodeSummarySchema.parse(await ask());
  expect(summary).toMatchObject({ node: "server-01", zone: "b", release: "r2+ab", restarts: 1, sessions: 3 });
  expect(summary.requests).toBe((summary.samples - 1) * 10);
  expect(summary.lastSeenMs).toBeGreaterThanOrEqual(began);
});

it("tells a node that does not answer as unseen, and tries its connection again only now and then", async () => {
  let tries = 0;
  const nodes = [node("server-01", undefined, () => (tries += 1))];
  const metrics = sshMetrics(() => nodes, services);
  onTestFinished(metrics.close);
  await metrics.summaries("server", 0, Date.now());
  await expect.poll(() => tries, { timeout: 10_000 }).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(tries).toBe(1);
  expect(await metrics.summaries("server", 0, Date.now())).toMatchObject([{ samples: 0, lastSeenMs: null }]);
});

it("forgets a node that left the fleet", async () => {
  const socket = await behindSocket(() => "http_requests_total 1\n");
  let nodes = [node("server-01", socket), node("server-02", socket)];
  const metrics = sshMetrics(() => nodes, services);
  onTestFinished(metrics.close);
  expect((await metrics.summaries("server", 0, 1)).map((one) => one.node)).toEqual([
    "server-01",
    "server-02",
  ]);
  nodes = nodes.slice(1);
  expect((await metrics.summaries("server", 0, 1)).map((one) => one.node)).toEqual(["server-02"]);
});

it("gives up on an answer that does not come, or does not end", async () => {
  const silent = await behindSocket(() => undefined);
  await expect(getThrough(silent, "/", 0.2)).rejects.toThrow(/abort|timeout/i);
  const endless = await behindSocket(() => "x".repeat(5 * 1024 * 1024));
  await expect(getThrough(endless, "/", 5)).rejects.toThrow("the answer is too long");
  await expect(getThrough(undefined, "/", 1)).rejects.toThrow("there is no connection");
});
