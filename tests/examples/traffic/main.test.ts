// The traffic generator as a process, against a small edge and real sample servers.
import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { WebSocketServer } from "ws";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type Running,
  TRAFFIC,
  buildSample,
  copySamples,
  endAll,
  remove,
  run,
  temporaryFolder,
  until,
} from "../running.ts";

type Line = Record<string, unknown> & { requests: number; sessions: number; activeSessions: number };

let folder: string;
let main: string;
let edge: Server;
/** What the edge answers: a status for users, a port for players. */
let answers: { status: number; launched: boolean; place: number | undefined };

beforeAll(async () => {
  folder = await temporaryFolder();
  await copySamples(folder);
  main = await buildSample(folder, "server");
});
beforeEach(async () => {
  answers = { status: 200, launched: true, place: undefined };
  edge = createServer((request, response) => {
    if (request.url === "/_join/server") {
      const place =
        answers.place && JSON.stringify({ node: "server-1", address: "127.0.0.1", port: answers.place });
      response.writeHead(place ? 200 : 503).end(place);
    } else if (answers.launched) response.writeHead(answers.status, { "x-release": "r9" }).end("ok");
    else response.writeHead(503, { "x-surefoot-edge": "no-node" }).end();
  });
  await new Promise<void>((listening) => {
    edge.listen(0, "127.0.0.1", listening);
  });
});
afterEach(async () => {
  await endAll();
  edge.closeAllConnections();
  edge.close();
});
afterAll(() => remove(folder));

const traffic = (
  players: number,
  users: number,
  session = "200ms..400ms",
  more: string[] = [],
): Promise<Running> => {
  const url = `http://127.0.0.1:${(edge.address() as AddressInfo).port}`;
  const counts = ["--players", `${players}`, "--users", `${users}`];
  return run(TRAFFIC, {}, ["--edge", url, ...counts, "--session", session, "--rate", "20", ...more]);
};
const lines = (running: Running): Line[] =>
  running
    .stdout()
    .split("\n")
    .filter((text) => text.endsWith("}"))
    .map((text) => JSON.parse(text) as Line);
const when = (running: Running, holds: (line: Line) => boolean): Promise<Line> =>
  until(() => lines(running).findLast(holds));
const finish = async (running: Running): Promise<Line> => {
  running.child.kill("SIGTERM");
  expect(await running.exited).toBe(0);
  return lines(running).at(-1) as Line;
};

test("users and players that are served have nothing to complain about", async () => {
  answers.place = (await run(main, {})).port;
  const running = await traffic(5, 3);
  await when(running, (line) => line.sessions > 10 && line.requests > 30);
  const last = await finish(running);
  expect(last).toMatchObject({
    final: true,
    failedRequests: 0,
    cutSessions: 0,
    failedJoins: 0,
    activeSessions: 0,
    samples: [],
  });
  expect(last).toMatchObject({ releases: { app: { r9: last.requests }, server: { r1: last.sessions } } });
  expect(last["p95Ms"]).toBeGreaterThan(0);
});

test("before the launch nothing fails, afterwards the same answers do", async () => {
  answers.launched = false;
  const running = await traffic(2, 2);
  const early = await until(() => lines(running)[2]);
  expect(early).toMatchObject({ requests: 0, failedRequests: 0, failedJoins: 0 });
  answers.launched = true;
  const server = await run(main, {});
  answers.place = server.port;
  await when(running, (line) => line.sessions > 0 && line.requests > 0);
  answers.launched = false;
  answers.place = undefined;
  await when(running, (line) => Number(line["failedRequests"]) > 0 && Number(line["failedJoins"]) > 0);
  expect((await finish(running))["samples"]).toContainEqual({
    at: expect.any(String),
    what: expect.stringMatching(/status 503/),
  });
});

test("errors of the app are failed requests, with at most 20 samples", async () => {
  answers.status = 500;
  const running = await traffic(0, 5);
  await when(running, (line) => Number(line["failedRequests"]) > 30);
  const last = await finish(running);
  expect(last["failedRequests"]).toBe(last.requests);
  expect(last["samples"]).toHaveLength(20);
});

test("a server that stops cuts sessions, and joins fail until it is back", async () => {
  const server = await run(main, {});
  answers.place = server.port;
  const running = await traffic(4, 0, "1m");
  await when(running, (line) => line.activeSessions === 4);
  server.child.kill("SIGTERM");
  await when(running, (line) => line["cutSessions"] === 4 && Number(line["failedJoins"]) > 0);
  answers.place = (await run(main, { RELEASE: "r2" })).port;
  const back = await when(running, (line) => line.sessions === 8);
  expect(back).toMatchObject({ sessions: 8, cutSessions: 4, releases: { server: { r1: 4, r2: 4 } } });
  expect(JSON.stringify((await finish(running))["samples"])).toContain("closed with 1012");
});

test("a draining server redirects new players and lets the others finish", async () => {
  await mkdir(join(folder, "drain"));
  const drainFile = join(folder, "drain", "drain");
  answers.place = (await run(main, { DRAIN_FILE: drainFile })).port;
  const running = await traffic(6, 0, "1s..2s");
  await when(running, (line) => line.activeSessions > 3);
  await writeFile(drainFile, "");
  const drained = await when(running, (line) => line.activeSessions === 0 && Number(line["redirected"]) > 0);
  expect(drained).toMatchObject({ cutSessions: 0, failedJoins: 0 });
  await rm(drainFile);
  await when(running, (line) => line.sessions > drained.sessions);
  expect(await finish(running)).toMatchObject({ cutSessions: 0, failedJoins: 0 });
});

test("a session without answers counts as cut", async () => {
  const silent = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(silent, "listening");
  silent.on("connection", (socket) => socket.send('{"type":"welcome","release":"mute"}'));
  answers.place = (silent.address() as AddressInfo).port;
  const running = await traffic(1, 0, "1m");
  await when(running, (line) => line["cutSessions"] === 1);
  expect(JSON.stringify((await finish(running))["samples"])).toContain("no answer for 5 s");
  silent.close();
});

test("it stops when stdin closes, if asked to", async () => {
  const running = await traffic(0, 1, "1s", ["--until-stdin-closes"]);
  await when(running, (line) => line.requests > 0);
  running.child.stdin?.end();
  expect(await running.exited).toBe(0);
  expect(lines(running).at(-1)).toMatchObject({ final: true });
});

test("it exposes its own metrics and writes an access log", async () => {
  const path = join(folder, "traffic.log");
  const url = `http://127.0.0.1:${(edge.address() as AddressInfo).port}`;
  const running = await run(TRAFFIC, { ACCESS_LOG: path }, ["--edge", url, "--players", "0", "--users", "2"]);
  const { metricsPort } = lines(running)[0] as Line;
  await when(running, (line) => line.requests > 0);
  const text = await (await fetch(`http://127.0.0.1:${String(metricsPort)}/metrics`)).text();
  expect(text).toMatch(/^traffic_requests_total [1-9]/m);
  const last = await finish(running);
  const logged = (await readFile(path, "utf8")).trim().split("\n");
  expect(logged).toHaveLength(last.requests);
});

test.each([[["--edge", "nowhere"]], [["--edge", "http://127.0.0.1:1", "--session", "long"]], [[]]])(
  "arguments %j are refused",
  async (argv) => {
    const running = await run(TRAFFIC, {}, argv);
    expect(await running.exited).toBe(1);
    expect(running.stderr()).toContain("error:");
  },
);
