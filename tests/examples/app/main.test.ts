// The sample app as a process: answers, metrics, stop, and each of its faults.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { Agent, type IncomingMessage, get } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  type Running,
  ask,
  buildSample,
  copySamples,
  endAll,
  metric,
  remove,
  run,
  temporaryFolder,
  until,
} from "../running.ts";

const HOST = { IMAGE_HOST: "https://images.example/" };
let folder: string;
let main: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  await copySamples(folder);
  main = await buildSample(folder, "app", "3");
});
afterEach(endAll);
afterAll(() => remove(folder));

const start = (fault = ""): Promise<Running> => run(main, { ...HOST, FAULT: fault });
const meanMs = async (running: Running): Promise<number> => {
  const count = await metric(running, "http_request_duration_seconds_count");
  return ((await metric(running, "http_request_duration_seconds_sum")) / count) * 1000;
};

test("it answers with its release and the configured image host", async () => {
  const running = await start();
  const home = await ask(running, "/");
  expect(home.headers.get("x-release")).toBe("r1");
  expect(await home.json()).toMatchObject({
    release: "r1",
    version: "3",
    images: ["https://images.example/logo.png", expect.any(String)],
  });
  expect(await (await ask(running, "/images/a.png?size=2")).json()).toMatchObject({
    url: "https://images.example/a.png",
  });
  expect((await ask(running, "/images/../secret")).status).toBe(404);
  expect((await fetch(`http://127.0.0.1:${running.port}/`, { method: "POST" })).status).toBe(405);
});

test("it counts its requests, not those for health and metrics", async () => {
  const running = await start();
  expect(await metric(running, 'http_requests_total{code="200"}')).toBe(0);
  for (const path of ["/", "/", "/nothing", "/healthz"]) await (await ask(running, path)).text();
  await until(async () => (await metric(running, "http_request_duration_seconds_count")) === 3);
  expect(await metric(running, 'http_requests_total{code="200"}')).toBe(2);
  expect(await metric(running, 'http_requests_total{code="404"}')).toBe(1);
  expect(await metric(running, "http_request_errors_total")).toBe(0);
  expect(await metric(running, 'app_info{version="3",release="r1"}')).toBe(1);
  expect(await metric(running, "process_resident_memory_bytes")).toBeGreaterThan(10e6);
});

test("it writes one access line a request", async () => {
  const path = join(folder, "access.log");
  const running = await run(main, { ...HOST, ACCESS_LOG: path, NODE_NAME: "app-1" });
  await (await ask(running, "/images/a.png")).text();
  running.child.kill("SIGTERM");
  expect(await running.exited).toBe(0);
  const line: unknown = JSON.parse(await readFile(path, "utf8"));
  expect(line).toMatchObject({
    method: "GET",
    path: "/images/a.png",
    status: 200,
    node: "app-1",
    release: "r1",
  });
  expect(line).toMatchObject({ ms: expect.any(Number), time: expect.any(String) });
});

test("a log that cannot be written costs no answer", async () => {
  const running = await run(main, { ...HOST, ACCESS_LOG: join(folder, "missing/access.log") });
  await (await ask(running, "/")).text();
  await until(() => running.stderr().includes("access log"));
  expect((await ask(running, "/")).status).toBe(200);
});

test.each([
  [{}, "IMAGE_HOST is missing"],
  [{ IMAGE_HOST: "images" }, 'IMAGE_HOST must be an http(s) URL, not "images"'],
  [{ ...HOST, PORT: "http" }, 'PORT must be a port number, not "http"'],
  [{ ...HOST, FAULT: "explode" }, 'FAULT "explode" is unknown'],
  [
    { FAULT: "slow", PORT: "" },
    'FAULT "slow" is malformed, write it like slow:80%; PORT is missing; IMAGE_HOST is missing',
  ],
])("bad config %j ends it with 78 and one line", async (env: Record<string, string>, says) => {
  const running = await run(main, env);
  expect(await running.exited).toBe(78);
  expect(running.stderr()).toContain(says);
  expect(running.stderr().trim().split("\n")).toHaveLength(1);
});

test("a port that is taken is told", async () => {
  const first = await start();
  const second = await run(main, { ...HOST, PORT: String(first.port) });
  expect(await second.exited).toBe(1);
  expect(second.stderr()).toContain(`cannot listen on 127.0.0.1:${first.port}`);
});

test("on SIGTERM requests in flight are answered and connections end", async () => {
  const running = await start("slow:10000%");
  const agent = new Agent({ keepAlive: true });
  const request = get({ port: running.port, host: "127.0.0.1", agent });
  const answered = once(request, "response") as Promise<[IncomingMessage]>;
  const [socket] = await once(request, "socket");
  await once(socket, "connect");
  // Something answered on a second connection proves that the first one's request has been read.
  await (await ask(running, "/healthz")).text();
  running.child.kill("SIGTERM");
  const [response] = await answered;
  expect(response.statusCode).toBe(200);
  expect(response.headers.connection).toBe("close");
  response.resume();
  expect(await running.exited).toBe(0);
  agent.destroy();
});

test("fault crash-on-start ends it before it listens", async () => {
  const running = await start("crash-on-start");
  expect(await running.exited).toBe(1);
  expect(running.stdout()).toBe("");
  expect(running.stderr()).toContain("crash-on-start");
});

test("fault crash-after ends it later", async () => {
  const running = await start("crash-after:300ms");
  expect((await ask(running, "/healthz")).status).toBe(200);
  expect(await running.exited).toBe(1);
});

test("fault errors fails its share and counts it", async () => {
  const running = await start("errors:50%");
  const statuses = await Promise.all(
    Array.from({ length: 200 }, async () => (await ask(running, "/")).status),
  );
  const failed = statuses.filter((status) => status === 500).length;
  expect(failed).toBeGreaterThan(50);
  expect(failed).toBeLessThan(150);
  await until(async () => (await metric(running, "http_request_errors_total")) === failed);
});

test("fault slow stretches the work", async () => {
  const [normal, slow] = [await start(), await start("slow:900%")];
  for (let index = 0; index < 20; index += 1) await Promise.all([normal, slow].map((each) => ask(each, "/")));
  expect(await meanMs(slow)).toBeGreaterThan(20);
  expect(await meanMs(slow)).toBeGreaterThan(2 * (await meanMs(normal)));
});

test("fault leak makes resident memory grow", async () => {
  const running = await start("leak:200MiB");
  const before = await metric(running, "process_resident_memory_bytes");
  await until(
    async () => (await metric(running, "process_resident_memory_bytes")) > before + 150 * 1024 ** 2,
  );
});

test("fault never-ready answers, but is not healthy", async () => {
  const running = await start("never-ready");
  expect((await ask(running, "/healthz")).status).toBe(503);
  expect((await ask(running, "/")).status).toBe(200);
});

test("fault hang-on-stop survives SIGTERM", async () => {
  const running = await start("hang-on-stop");
  running.child.kill("SIGTERM");
  expect((await ask(running, "/healthz")).status).toBe(200);
  running.child.kill("SIGKILL");
  expect(await running.exited).toBe("SIGKILL");
});
