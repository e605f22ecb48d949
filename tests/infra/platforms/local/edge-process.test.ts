// The edge as a real process: no request lost while nodes come and go, draining in order, ports, end.
import { once } from "node:events";
import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setImmediate as turn, setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { startEdge } from "./edge-rig.ts";
import type { Edge } from "./edge-rig.ts";
import { newRoot, startNode, until } from "./process-rig.ts";
import type { RigNode } from "./process-rig.ts";

const sessionsConfig = { port: 0, services: [{ name: "server", kind: "sessions" }] };

interface Load {
  count: number;
  failures: string[];
  stop: () => Promise<void>;
}

/** Sends requests from `clients` at once until stopped; counts them and notes what went wrong. */
function load(edge: Edge, clients: number, methods: string[]): Load {
  const running = { on: true, count: 0, failures: [] as string[] };
  const client = async (): Promise<void> => {
    while (running.on) {
      const method = methods[running.count % methods.length] ?? "GET";
      const body = method === "POST" ? `body ${running.count}` : undefined;
      running.count += 1;
      try {
        const answer = await edge.ask("/work", { method, body });
        const well = answer.status === 200 && answer.body === (body ?? "done");
        if (!well) running.failures.push(`${method} ${answer.status} ${answer.body}`);
      } catch (error) {
        running.failures.push(`${method} ${String(error)}`);
      }
    }
  };
  const done = Promise.all(Array.from({ length: clients }, client));
  const stop = async (): Promise<void> => {
    running.on = false;
    await done;
  };
  return Object.assign(running, { stop });
}

async function workers(root: string, count: number): Promise<RigNode[]> {
  const names = Array.from({ length: count }, (_, at) => `app-${at}`);
  return Promise.all(
    names.map((name) =>
      startNode(root, name, {
        handler: async (request, response) => {
          const chunks: Buffer[] = [];
          for await (const chunk of request) chunks.push(chunk as Buffer);
          await delay(5);
          response.end(request.method === "POST" ? Buffer.concat(chunks) : "done");
        },
      }),
    ),
  );
}

test("no request is lost while nodes drain, restart and undrain in a loop", async () => {
  const root = newRoot();
  const nodes = await workers(root, 4);
  const edge = await startEdge(root);
  await edge.healthy(...nodes.map(({ name }) => name));
  const running = load(edge, 16, ["GET", "POST"]);
  for (let round = 0; round < 24 || running.count < 1000; round += 1) {
    const node = nodes[round % nodes.length] as RigNode;
    node.drain(true);
    const drained = await edge.admin(`/nodes/${node.name}?draining=true&inflight=0&within=10`);
    expect(drained).toMatchObject({ status: 200, node: { draining: true, inflight: 0 } });
    const { hits } = node;
    await node.kill();
    await node.revive();
    expect(node.hits).toBe(hits);
    node.drain(false);
    expect((await edge.admin(`/nodes/${node.name}?draining=false&healthy=true&within=10`)).status).toBe(200);
  }
  await running.stop();
  expect(running.failures).toEqual([]);
  expect(nodes.every(({ hits }) => hits > 50)).toBe(true);
});

test("no GET is lost while nodes die without notice, and no POST that finds nobody listening", async () => {
  const root = newRoot();
  const nodes = await workers(root, 4);
  const edge = await startEdge(root);
  await edge.healthy(...nodes.map(({ name }) => name));
  const running = load(edge, 16, ["GET"]);
  for (let round = 0; round < 16 || running.count < 1000; round += 1) {
    const node = nodes[round % nodes.length] as RigNode;
    await node.kill();
    const posted = await Promise.all(
      ["x", "y", "z", "u", "v"].map((body) => edge.ask("/", { method: "POST", body })),
    );
    expect(posted.map(({ status, body }) => `${status} ${body}`)).toEqual([
      "200 x",
      "200 y",
      "200 z",
      "200 u",
      "200 v",
    ]);
    await node.revive();
    await edge.healthy(node.name);
  }
  await running.stop();
  expect(running.failures).toEqual([]);
});

test("once the edge says draining, no later request and no later join goes to the node", async () => {
  const root = newRoot();
  const nodes = await Promise.all(
    ["s-0", "s-1"].map((name) => startNode(root, name, { service: "server", kind: "sessions" })),
  );
  const edge = await startEdge(root, sessionsConfig);
  await edge.healthy("s-0", "s-1");
  const state: { on: boolean; acknowledged: string | undefined; late: number } = {
    on: true,
    acknowledged: undefined,
    late: 0,
  };
  const joiner = async (): Promise<void> => {
    while (state.on) {
      const before = state.acknowledged;
      const { body } = await edge.ask("/_join/server");
      if (before !== undefined && before === state.acknowledged && body.includes(`"${before}"`))
        state.late += 1;
    }
  };
  const joiners = Promise.all([joiner(), joiner(), joiner(), joiner()]);
  for (let round = 0; round < 30; round += 1) {
    const node = nodes[round % 2] as RigNode;
    node.drain(true);
    expect((await edge.admin(`/nodes/${node.name}?draining=true&within=5`)).status).toBe(200);
    state.acknowledged = node.name;
    for (let at = 0; at < 20; at += 1) await turn();
    state.acknowledged = undefined;
    node.drain(false);
    expect((await edge.admin(`/nodes/${node.name}?draining=false&within=5`)).status).toBe(200);
  }
  state.on = false;
  await joiners;
  expect(state.late).toBe(0);
});

test("sessions are spread evenly, and refused when no node is left", async () => {
  const root = newRoot();
  const names = ["s-0", "s-1", "s-2"];
  const nodes = await Promise.all(
    names.map((name) => startNode(root, name, { service: "server", kind: "sessions" })),
  );
  const edge = await startEdge(root, sessionsConfig);
  await edge.healthy(...names);
  const answers: Array<{ node: string; port: number }> = [];
  for (let at = 0; at < 30; at += 1)
    answers.push(JSON.parse((await edge.ask("/_join/server")).body) as { node: string; port: number });
  expect(names.map((name) => answers.filter(({ node }) => node === name).length)).toEqual([10, 10, 10]);
  expect(answers[0]).toMatchObject({
    address: "127.0.0.1",
    port: nodes.find(({ name }) => name === answers[0]?.node)?.port,
  });
  for (const node of nodes) node.drain(true);
  await Promise.all(names.map((name) => edge.admin(`/nodes/${name}?draining=true&within=5`)));
  const refused = await edge.ask("/_join/server");
  expect([refused.status, refused.headers["x-surefoot-edge"]]).toEqual([503, "no-node"]);
  expect((await edge.ask("/_join/other")).status).toBe(404);
});

test("a request in flight on a draining node finishes, and the long poll waits for it", async () => {
  const root = newRoot();
  const arrived = Promise.withResolvers<() => void>();
  const node = await startNode(root, "app-0", {
    handler: (_request, response) => arrived.resolve(() => response.end("late")),
  });
  const edge = await startEdge(root);
  await edge.healthy("app-0");
  const answer = edge.ask("/");
  const finish = await arrived.promise;
  node.drain(true);
  expect(await edge.admin("/nodes/app-0?draining=true&within=5")).toMatchObject({
    status: 200,
    node: { inflight: 1 },
  });
  expect(await edge.admin("/nodes/app-0?draining=true&inflight=0&within=0.1")).toMatchObject({
    status: 408,
    node: { inflight: 1 },
  });
  const refused = await edge.ask("/");
  expect([refused.status, refused.headers["x-surefoot-edge"]]).toEqual([503, "no-node"]);
  const drained = edge.admin("/nodes/app-0?draining=true&inflight=0&within=5");
  finish();
  expect(await answer).toMatchObject({ status: 200, body: "late" });
  expect(await drained).toMatchObject({ status: 200, node: { inflight: 0, requests: 1 } });
  expect((await edge.admin("/nodes/none?within=0")).status).toBe(404);
  expect((await edge.admin("/nodes/app-0?drain=yes")).status).toBe(400);
});

test("a busy preferred port gives way to a free one, and the config is read again when it changes", async () => {
  const root = newRoot();
  const blocker = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void blocker.close());
  await once(blocker, "listening");
  const { port } = blocker.address() as AddressInfo;
  await startNode(root, "app-0");
  const edge = await startEdge(root, { port, services: [] });
  expect(edge.address.port).not.toBe(port);
  expect((await edge.ask("/")).headers["x-surefoot-edge"]).toBe("no-route");
  await edge.healthy("app-0");
  writeFileSync(
    join(root, "edge-config.part"),
    JSON.stringify({ port, services: [{ name: "app", kind: "http", route: "/" }] }),
  );
  renameSync(join(root, "edge-config.part"), join(root, "edge-config.json"));
  let answer = await edge.ask("/");
  while (answer.status === 404) answer = await edge.ask("/");
  expect(answer).toMatchObject({ status: 200, body: "app-0" });
});

test("SIGTERM lets what is in flight finish and exits 0", async () => {
  const root = newRoot();
  const arrived = Promise.withResolvers<() => void>();
  await startNode(root, "app-0", {
    handler: (_request, response) => arrived.resolve(() => response.end("last")),
  });
  const edge = await startEdge(root);
  await edge.healthy("app-0");
  const answer = edge.ask("/");
  const finish = await arrived.promise;
  edge.child.kill("SIGTERM");
  await until(root, () => !existsSync(join(root, "edge.json")));
  finish();
  const finishedAt = performance.now();
  expect([(await answer).body, await edge.exit]).toEqual(["last", 0]);
  // What falls idle is closed at once: after ten seconds the edge would end anyway.
  expect(performance.now() - finishedAt).toBeLessThan(9_000);
});

test("the edge ends by itself when its root is removed", async () => {
  const root = newRoot();
  const edge = await startEdge(root);
  rmSync(root, { recursive: true });
  expect(await edge.exit).toBe(0);
});
