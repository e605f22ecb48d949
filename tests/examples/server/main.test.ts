// The sample game server as a process: sessions, drain, stop, and each of its faults.
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
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

type Message = Record<string, unknown>;
interface Player {
  socket: WebSocket;
  heard: Message[];
  next(type: string): Promise<Message>;
}

let folder: string;
let main: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  await copySamples(folder);
  main = await buildSample(folder, "server", "3");
});
afterEach(endAll);
afterAll(() => remove(folder));

async function enter(running: Running, player = "ada"): Promise<Player> {
  const socket = new WebSocket(`ws://127.0.0.1:${running.port}/play?player=${player}`);
  const heard: Message[] = [];
  socket.on("message", (data) => heard.push(JSON.parse(String(data)) as Message));
  const next = (type: string): Promise<Message> =>
    until(() => {
      const at = heard.findIndex((message) => message["type"] === type);
      return at < 0 ? undefined : heard.splice(at, 1)[0];
    });
  await once(socket, "open");
  return { socket, heard, next };
}

async function refusal(
  running: Running,
  path: string,
): Promise<{ status: number; retryAfter: string | undefined }> {
  const socket = new WebSocket(`ws://127.0.0.1:${running.port}${path}`);
  socket.on("error", () => undefined);
  const [, response] = await once(socket, "unexpected-response");
  socket.terminate();
  return { status: response.statusCode, retryAfter: response.headers["retry-after"] };
}

const move = ({ socket }: Player): void => socket.send('{"type":"move"}');

test("a player is welcomed, moves, is answered and counted", async () => {
  const running = await run(main, { NODE_NAME: "server-7" });
  const player = await enter(running);
  expect(await player.next("welcome")).toMatchObject({
    player: "ada",
    node: "server-7",
    release: "r1",
    version: "3",
  });
  move(player);
  expect(await player.next("state")).toMatchObject({ moves: 1, tick: expect.any(Number) });
  expect(await metric(running, "game_sessions")).toBe(1);
  expect(await metric(running, "game_messages_total")).toBe(1);
  player.socket.close(1000);
  await until(async () => (await metric(running, "game_sessions")) === 0);
  expect(await metric(running, "game_sessions_cut_total")).toBe(0);
});

test("what is not a move is answered with an error that is not the server's", async () => {
  const running = await run(main, {});
  const player = await enter(running);
  for (const text of ["nonsense", "null", '{"type":"fly"}']) {
    player.socket.send(text);
    expect(await player.next("error")).toHaveProperty("message");
  }
  expect(await metric(running, "game_message_errors_total")).toBe(0);
});

test("ticks run at about 20 a second and take 1 to 3 ms of sampled work", async () => {
  const running = await run(main, {});
  await until(async () => (await metric(running, "game_tick_duration_seconds_count")) >= 20);
  const count = await metric(running, "game_tick_duration_seconds_count");
  const uptime = Date.now() / 1000 - (await metric(running, "process_start_time_seconds"));
  expect(count).toBeLessThanOrEqual((uptime + 1) * 21);
  const mean = (await metric(running, "game_tick_duration_seconds_sum")) / count;
  expect(mean).toBeGreaterThan(0.0012);
  expect(mean).toBeLessThan(0.0028);
});

test("while draining, players are told, stay, and new ones are sent away", async () => {
  const drainFile = join(folder, "drain-test", "drain");
  await mkdir(join(folder, "drain-test"));
  const running = await run(main, { DRAIN_FILE: drainFile });
  const player = await enter(running);
  await writeFile(drainFile, "");
  expect(await refusal(running, "/play?player=bob")).toEqual({ status: 503, retryAfter: "1" });
  await player.next("drain");
  move(player);
  await player.next("state");
  expect((await ask(running, "/healthz")).status).toBe(200);
  await rm(drainFile);
  await (await enter(running, "bob")).next("welcome");
});

test("the notice comes from the file alone, also when the folder is not there at the start", async () => {
  const running = await run(main, { DRAIN_FILE: join(folder, "comes-later", "drain") });
  const player = await enter(running);
  await mkdir(join(folder, "comes-later"));
  await writeFile(join(folder, "comes-later", "drain"), "");
  await player.next("drain");
});

test("joins that are no joins are refused", async () => {
  const running = await run(main, {});
  expect((await refusal(running, "/elsewhere?player=ada")).status).toBe(404);
  expect((await refusal(running, "/play")).status).toBe(400);
  expect((await ask(running, "/play")).status).toBe(404);
});

test("SIGTERM cuts sessions with bye and 1012, and the log names the players", async () => {
  const path = join(folder, "server.log");
  const running = await run(main, { ACCESS_LOG: path, NODE_NAME: "server-1" });
  const [ada, bob] = [await enter(running, "ada"), await enter(running, "bob")];
  move(ada);
  await ada.next("state");
  bob.socket.close(1000);
  await until(async () => (await metric(running, "game_sessions")) === 1);
  const closed = once(ada.socket, "close");
  running.child.kill("SIGTERM");
  expect((await closed)[0]).toBe(1012);
  await ada.next("bye");
  expect(await running.exited).toBe(0);
  const lines = (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Message);
  expect(lines).toEqual([
    expect.objectContaining({ player: "bob", reason: "left", messages: 0 }),
    expect.objectContaining({ player: "ada", reason: "cut", messages: 1, release: "r1", node: "server-1" }),
  ]);
});

test("a player whose connection breaks is lost, not cut", async () => {
  const path = join(folder, "lost.log");
  const running = await run(main, { ACCESS_LOG: path });
  (await enter(running)).socket.terminate();
  await until(async () => (await metric(running, "game_sessions")) === 0);
  expect(await metric(running, "game_sessions_cut_total")).toBe(0);
  running.child.kill("SIGTERM");
  await running.exited;
  expect(await readFile(path, "utf8")).toContain('"reason":"lost"');
});

test("fault crash-on-start ends it before it listens", async () => {
  expect(await (await run(main, { FAULT: "crash-on-start" })).exited).toBe(1);
});

test("fault crash-after breaks running sessions", async () => {
  const running = await run(main, { FAULT: "crash-after:1s" });
  const { socket } = await enter(running);
  expect((await once(socket, "close"))[0]).toBe(1006);
  expect(await running.exited).toBe(1);
});

test("fault errors fails its share of messages and counts it", async () => {
  const running = await run(main, { FAULT: "errors:50%" });
  const player = await enter(running);
  for (let index = 0; index < 200; index += 1) move(player);
  await until(() => player.heard.length === 201);
  const failed = player.heard.filter((message) => message["type"] === "error").length;
  expect(failed).toBeGreaterThan(50);
  expect(failed).toBeLessThan(150);
  expect(await metric(running, "game_message_errors_total")).toBe(failed);
});

test("fault slow stretches the observed work", async () => {
  const running = await run(main, { FAULT: "slow:80%" });
  await until(async () => (await metric(running, "game_tick_duration_seconds_count")) >= 20);
  const count = await metric(running, "game_tick_duration_seconds_count");
  const mean = (await metric(running, "game_tick_duration_seconds_sum")) / count;
  expect(mean).toBeGreaterThan(0.003);
  expect(mean).toBeLessThan(0.0045);
});

test("fault leak makes resident memory grow", async () => {
  const running = await run(main, { FAULT: "leak:200MiB" });
  const before = await metric(running, "process_resident_memory_bytes");
  await until(
    async () => (await metric(running, "process_resident_memory_bytes")) > before + 150 * 1024 ** 2,
  );
});

test("fault never-ready is never healthy", async () => {
  expect((await ask(await run(main, { FAULT: "never-ready" }), "/healthz")).status).toBe(503);
});

test("fault hang-on-stop keeps serving after SIGTERM", async () => {
  const running = await run(main, { FAULT: "hang-on-stop" });
  const player = await enter(running);
  running.child.kill("SIGTERM");
  move(player);
  await player.next("state");
});
