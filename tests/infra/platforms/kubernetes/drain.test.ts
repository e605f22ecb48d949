// The script that empties a pod, run as a process beside the real sample server; and how long pods are given.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { drainCommand, drainSeconds, graceSeconds } from "../../../../infra/platforms/kubernetes/drain.ts";
import {
  type Running,
  buildSample,
  copySamples,
  endAll,
  metric,
  remove,
  run,
  temporaryFolder,
  until,
} from "../../../examples/running.ts";
import { inCluster, serviceOf } from "./mocks.ts";

const SETTLE = 0;
let folder: string;
let main: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  await copySamples(folder);
  main = await buildSample(folder, "server");
});
afterEach(endAll);
afterAll(() => remove(folder));

interface Drain {
  child: ChildProcess;
  log: () => string;
  ended: Promise<number>;
  /** Seconds since it began. */
  took: () => number;
}

interface Wanted {
  limit: number;
  gauge?: string;
  path?: string;
  env?: Record<string, string>;
}

/** Starts the script exactly as a pod does, but with a short time for balancers and its log on stdout. */
function drain(port: number, file: string, { limit, gauge = "game_sessions", path, env }: Wanted): Drain {
  const [program = "", ...argv] = drainCommand(serviceOf(inCluster(), "server"));
  const script = argv.slice(0, 3);
  const child = spawn(program, [...script, String(limit), gauge, path ?? "/metrics", String(SETTLE)], {
    env: { PATH: process.env["PATH"], PORT: String(port), DRAIN_FILE: file, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let log = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (log += text));
  const began = performance.now();
  const ended = once(child, "close").then(([code]) => Number(code));
  return { child, log: () => log, ended, took: () => (performance.now() - began) / 1000 };
}

async function server(
  name: string,
): Promise<{ running: Running; file: string; enter: () => Promise<WebSocket> }> {
  const home = join(folder, name);
  await mkdir(home);
  const file = join(home, "drain");
  const running = await run(main, { DRAIN_FILE: file });
  const enter = async (): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${running.port}/play?player=ada`);
    await once(socket, "open");
    return socket;
  };
  return { running, file, enter };
}

/** A PATH with only these programs on it, of what the script may find in an image. */
async function pathWith(name: string, programs: readonly string[]): Promise<string> {
  const bin = join(folder, name);
  await mkdir(bin);
  for (const program of programs) {
    const real = execFileSync("sh", ["-c", `command -v ${program}`])
      .toString()
      .trim();
    await symlink(real, join(bin, program));
  }
  return bin;
}

test.each(["curl", "wget", "node"])(
  "waits for the open session and ends with it, by %s alone",
  async (tool) => {
    const { running, file, enter } = await server(`waits-${tool}`);
    const player = await enter();
    const PATH = await pathWith(`bin-${tool}`, ["sh", "date", "sleep", tool]);
    const emptied = drain(running.port, file, { limit: 100, env: { PATH } });
    await until(() => emptied.log().includes("waiting for sessions: 1"));
    expect(existsSync(file)).toBe(true);
    // Nobody new comes in while the open session is waited for.
    await expect(enter()).rejects.toThrow("503");
    expect(emptied.child.exitCode).toBeNull();
    player.close(1000);
    expect(await emptied.ended).toBe(0);
    expect(emptied.log()).toContain("no session is open");
    expect(await metric(running, "game_sessions_cut_total")).toBe(0);
  },
);

test("ends at the limit, with the session still open", async () => {
  const { running, file, enter } = await server("limit");
  const player = await enter();
  const emptied = drain(running.port, file, { limit: 2 });
  expect(await emptied.ended).toBe(0);
  expect(emptied.took()).toBeGreaterThan(1);
  expect(emptied.log()).toContain("still open after 2s: 1");
  expect(player.readyState).toBe(WebSocket.OPEN);
});

test("without sessions to wait for it only lets balancers notice", async () => {
  const { running, file, enter } = await server("short");
  await enter();
  const emptied = drain(running.port, file, { limit: 0, gauge: "" });
  expect(await emptied.ended).toBe(0);
  expect(emptied.log()).toBe("");
  expect(existsSync(file)).toBe(true);
});

test("does not wait for a process that is gone", async () => {
  const { running, file } = await server("gone");
  running.child.kill("SIGKILL");
  await running.exited;
  const emptied = drain(running.port, file, { limit: 100 });
  expect(await emptied.ended).toBe(0);
  expect(emptied.log()).toContain("the service does not answer");
});

test("waits the whole limit where nothing in the image can ask, or the answer has no such metric", async () => {
  const { running, file } = await server("blind");
  const PATH = await pathWith("bin-none", ["sh", "date", "sleep"]);
  const blind = drain(running.port, file, { limit: 2, env: { PATH } });
  const unknown = drain(running.port, file, { limit: 2, gauge: "players" });
  expect(await Promise.all([blind.ended, unknown.ended])).toEqual([0, 0]);
  expect(blind.log()).toContain("neither curl, wget nor node");
  expect(unknown.log()).toContain("missing");
  for (const one of [blind, unknown]) expect(one.took()).toBeGreaterThan(1);
});

test("adds up series with labels, takes no other metric for it, and minds no proxy", async () => {
  const text = (open: number): string =>
    `# HELP seats 9\nseats_max 7\nseats{room="a b} 5 {",zone="x"} 0\nseats{room="b"} ${open} 1700000000\n`;
  let open = 2;
  const fake = createServer((_request, response) => response.end(text(open))).listen(0, "127.0.0.1");
  onTestFinished(() => void fake.close());
  await once(fake, "listening");
  const proxy = { http_proxy: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9" };
  const { port } = fake.address() as AddressInfo;
  const emptied = drain(port, join(folder, "fake"), { limit: 100, gauge: "seats", env: proxy });
  await until(() => emptied.log().includes("waiting for sessions: 2"));
  open = 0;
  expect(await emptied.ended).toBe(0);
});

test("a pod's time is that of settling, sessions, stopping and a margin; none for sessions that are cut", () => {
  const description = inCluster();
  const [app, game] = [serviceOf(description, "app"), serviceOf(description, "server")];
  expect([drainSeconds(app), drainSeconds(game)]).toEqual([0, 300]);
  expect([graceSeconds(app), graceSeconds(game)]).toEqual([20, 320]);
  expect(drainCommand(game).slice(3)).toEqual([
    "drain",
    "300",
    "game_sessions",
    "/metrics",
    "5",
    "/proc/1/fd/1",
  ]);
  game.rollout.drain.sessions = "cut";
  expect(graceSeconds(game)).toBe(20);
  expect(drainCommand(game).slice(3, 6)).toEqual(["drain", "0", ""]);
});
