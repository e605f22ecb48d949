// What the edge does with single requests: streams, headers, failures of nodes, retries.
import { once } from "node:events";
import { request as plainRequest } from "node:http";
import type { RequestListener } from "node:http";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { appConfig, startEdge } from "./edge-rig.ts";
import { newRoot, startNode } from "./process-rig.ts";

const echo: RequestListener = (request, response) => void request.pipe(response);

test("bodies are streamed both ways", async () => {
  const root = newRoot();
  await startNode(root, "app-0", { handler: echo });
  const edge = await startEdge(root);
  await edge.healthy("app-0");
  const call = plainRequest(`${edge.url}/`, { method: "POST" });
  call.write("first");
  const [response] = (await once(call, "response")) as [Readable];
  expect(String((await once(response, "data"))[0])).toBe("first");
  call.end("second");
  expect(String((await once(response, "data"))[0])).toBe("second");
  const large = Buffer.alloc(8 * 1024 * 1024, "x");
  expect((await edge.ask("/", { method: "PUT", body: large })).body.length).toBe(large.length);
});

test("hop-by-hop headers stay, forwarded ones are continued, host is kept", async () => {
  const root = newRoot();
  await startNode(root, "app-0", {
    handler: (request, response) => {
      response.writeHead(200, {
        connection: "x-private",
        "x-private": "1",
        "keep-alive": "timeout=9",
        "set-cookie": ["a=1", "b=2"],
      });
      response.end(JSON.stringify({ headers: request.headers, url: request.url }));
    },
  });
  const edge = await startEdge(root);
  await edge.healthy("app-0");
  const headers = {
    host: "shop.example",
    connection: "x-secret, keep-alive",
    "x-secret": "1",
    te: "trailers",
    "content-type": "nonsense",
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-host": "forged.example",
    "x-forwarded-proto": "https",
  };
  const call = plainRequest(`${edge.url}/a%20b?c=%2F&d`, { method: "POST", headers }).end("body");
  const [response] = (await once(call, "response")) as [Readable & { headers: object }];
  const seen = JSON.parse(Buffer.concat(await response.toArray()).toString()) as {
    headers: object;
    url: string;
  };
  expect(seen.url).toBe("/a%20b?c=%2F&d");
  expect(seen.headers).toMatchObject({
    host: "shop.example",
    "content-type": "nonsense",
    "x-forwarded-for": "203.0.113.7, 127.0.0.1",
    "x-forwarded-host": "shop.example",
    "x-forwarded-port": String(edge.address.port),
    "x-forwarded-proto": "http",
    via: "1.1 surefoot-edge",
  });
  expect(Object.keys(seen.headers)).not.toContain("x-secret");
  expect(Object.keys(seen.headers)).not.toContain("te");
  expect(response.headers).toMatchObject({ "set-cookie": ["a=1", "b=2"] });
  expect(Object.keys(response.headers)).not.toContain("x-private");
});

test("HEAD, 204, 304, expect and a GET with a body pass", async () => {
  const root = newRoot();
  await startNode(root, "app-0", {
    handler: (request, response) => {
      const status = Number(request.url?.slice(1));
      response.writeHead(status, status === 200 ? { "content-length": "5" } : {});
      request.resume().once("end", () => response.end(status === 200 ? "hello" : undefined));
    },
  });
  const edge = await startEdge(root);
  await edge.healthy("app-0");
  const head = await edge.ask("/200", { method: "HEAD" });
  expect([head.status, head.headers["content-length"], head.body]).toEqual([200, "5", ""]);
  expect((await edge.ask("/204", { method: "DELETE" })).status).toBe(204);
  expect((await edge.ask("/304")).status).toBe(304);
  expect((await edge.ask("/200", { method: "GET", body: "ignored" })).body).toBe("hello");
  expect((await edge.ask("/200", { method: "POST", headers: { "content-type": "text/plain" } })).body).toBe(
    "hello",
  );
  const call = plainRequest(`${edge.url}/200`, { method: "POST", headers: { expect: "100-continue" } });
  call.flushHeaders();
  await once(call, "continue");
  call.end("body");
  const [response] = (await once(call, "response")) as [{ statusCode: number; resume: () => void }];
  response.resume();
  expect(response.statusCode).toBe(200);
  expect(await edge.admin("/nodes/app-0?inflight=0&within=5")).toMatchObject({ status: 200 });
});

test("a node that dies in the middle of an answer breaks the client's connection", async () => {
  const root = newRoot();
  await startNode(root, "app-0", {
    handler: (request, response) => {
      response.writeHead(200, { "content-length": "100" });
      if (request.url === "/head") response.flushHeaders();
      else response.write("part");
      setImmediate(() => response.destroy());
    },
  });
  const edge = await startEdge(root);
  await edge.healthy("app-0");
  await expect(edge.ask("/part")).rejects.toThrow();
  await expect(edge.ask("/head")).rejects.toThrow();
  expect((await edge.admin("/nodes/app-0?inflight=0&within=5")).status).toBe(200);
});

test("a POST is never sent twice, a GET that was reset is tried elsewhere but not on every node", async () => {
  const root = newRoot();
  const names = ["a", "b", "c", "d", "e", "f"];
  const handler = (
    request: { url?: string },
    response: { destroy: () => void; end: (text: string) => void },
  ): void => {
    if (request.url === "/once" && nodes.filter(({ hits }) => hits > 0).length > 1) response.end("second");
    else response.destroy();
  };
  const nodes = await Promise.all(names.map((name) => startNode(root, name, { handler: handler as never })));
  const hits = (): number => nodes.reduce((sum, node) => sum + node.hits, 0);
  const edge = await startEdge(root);
  await edge.healthy(...names);
  expect(await edge.ask("/once", { method: "GET" })).toMatchObject({ status: 200, body: "second" });
  expect(hits()).toBe(2);
  const posted = await edge.ask("/", { method: "POST", body: "x" });
  expect([posted.status, posted.headers["x-surefoot-edge"], hits()]).toEqual([502, "node-failed", 3]);
  expect([(await edge.ask("/deadly")).status, hits()]).toEqual([502, 6]);
});

test("a silent node is answered for with 504, and a client that leaves frees the node", async () => {
  const root = newRoot();
  const arrived = Promise.withResolvers<void>();
  await startNode(root, "app-0", {
    handler: (request) => void (request.url === "/left" && arrived.resolve()),
  });
  const edge = await startEdge(root, { ...appConfig, upstreamTimeoutSeconds: 1 });
  await edge.healthy("app-0");
  const answer = await edge.ask("/");
  expect([answer.status, answer.headers["x-surefoot-edge"]]).toEqual([504, "timeout"]);
  const leaver = plainRequest(`${edge.url}/left`).end();
  leaver.on("error", () => {});
  await arrived.promise;
  expect(await edge.admin("/nodes/app-0")).toMatchObject({ node: { inflight: 1 } });
  leaver.destroy();
  expect((await edge.admin("/nodes/app-0?inflight=0&within=0.8")).status).toBe(200);
});

test("failing health twice puts a node out, one success takes it in", async () => {
  const root = newRoot();
  const node = await startNode(root, "app-0");
  let status = 200;
  let asked = 0;
  node.server.removeAllListeners("request").on("request", (_request, response) => {
    asked += 1;
    response.writeHead(status).end();
  });
  const edge = await startEdge(root);
  await edge.healthy("app-0");
  status = 500;
  asked = 0;
  expect([(await edge.admin("/nodes/app-0?healthy=false&within=5")).status, asked]).toEqual([200, 2]);
  status = 200;
  asked = 0;
  expect([(await edge.admin("/nodes/app-0?healthy=true&within=5")).status, asked]).toEqual([200, 1]);
});

test("a node that hangs is out after two silent checks, unless it still answers requests", async () => {
  const root = newRoot();
  const node = await startNode(root, "app-0");
  const health = { hang: false, asked: 0 };
  node.server.removeAllListeners("request").on("request", (request, response) => {
    if (request.url === "/healthz" && health.hang) health.asked += 1;
    else response.end();
  });
  const edge = await startEdge(root);
  await edge.healthy("app-0");
  health.hang = true;
  while (health.asked < 4) expect((await edge.ask("/")).status).toBe(200);
  expect((await edge.admin("/nodes/app-0")).node.healthy).toBe(true);
  health.asked = 0;
  const out = await edge.admin("/nodes/app-0?healthy=false&within=10");
  expect([out.status, health.asked > 0]).toEqual([200, true]);
});

test("a POST that finds nobody listening goes to another node with its whole body", async () => {
  const root = newRoot();
  const nodes = await Promise.all(["a", "b"].map((name) => startNode(root, name, { handler: echo })));
  const edge = await startEdge(root);
  for (let round = 0; round < 6; round += 1) {
    await edge.healthy("a", "b");
    await nodes[round % 2]?.kill();
    const bodies = [1, 2, 3, 4].map((at) => `${round}-${at} `.repeat(10_000));
    const answers = await Promise.all(
      bodies.map((body) => edge.ask("/", { method: "POST", body: Readable.from([body]) })),
    );
    expect(answers.map(({ body }, at) => body === bodies[at])).toEqual([true, true, true, true]);
    await nodes[round % 2]?.revive();
  }
});
