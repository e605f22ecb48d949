// Samples on the wire: through a socket on this machine, without following anybody elsewhere, and with limits.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { askHttp, holdSession } from "../../../pipelines/drivers/sample-call.ts";
import { answering } from "../../support/answering.ts";

const limits = { within: 5, signal: new AbortController().signal };
const get = { method: "GET", path: "/", headers: {} };

test("a Unix socket leads to a node behind a tunnel, for requests and sessions", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sf-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const socketPath = join(folder, "t");
  const node = await answering(
    () => ({ body: "hi", type: "Text/Plain; charset=utf-8" }),
    (socket) => socket.send("hello"),
    socketPath,
  );
  const address = { base: node.base, socketPath };
  expect(await askHttp(address, get, limits)).toEqual({ status: 200, contentType: "text/plain", text: "hi" });
  const call = {
    path: "/play",
    headers: {},
    send: [],
    enough: (heard: readonly unknown[]) => heard.length > 0,
  };
  expect(await holdSession(address, call, limits)).toEqual(["hello"]);
  expect(node.asked).toEqual(["GET /", "JOIN /play"]);
});

test("a redirection is an answer, not a way to somewhere else", async () => {
  const { base, asked } = await answering(() => ({ status: 302 }));
  expect((await askHttp({ base }, get, limits)).status).toBe(302);
  expect(asked).toHaveLength(1);
});

test("an answer without an end is cut off", async () => {
  const { base } = await answering(() => ({ body: "x".repeat(1024 * 1024 + 1) }));
  await expect(askHttp({ base }, get, limits)).rejects.toThrow("longer than 1 MiB");
});

test("silence after the last message is enough where somebody says so; bytes are told apart from text", async () => {
  const game = await answering(
    () => ({}),
    (socket) => {
      socket.send("one");
      socket.send(Buffer.from([1, 2]));
    },
  );
  const call = { path: "/", headers: {}, send: [], enough: () => false, quiet: 0.05 };
  expect(await holdSession(game, call, limits)).toEqual(["one", null]);
  expect(game.closed).toEqual([1000]);
});

test("a session that sends without an end is cut off", async () => {
  const loud = await answering(
    () => ({}),
    (socket) => {
      for (let count = 0; count < 17; count += 1) socket.send("x".repeat(1024 * 1024));
    },
  );
  const call = { path: "/", headers: {}, send: [], enough: () => false };
  await expect(holdSession(loud, call, limits)).rejects.toThrow("longer than 16 MiB");
});

test("a session that the other side ends is over; one that stays silent ends with its time", async () => {
  const rude = await answering(
    () => ({}),
    (socket) => socket.close(),
  );
  const call = { path: "/", headers: {}, send: [], enough: () => false };
  expect(await holdSession(rude, call, limits)).toEqual([]);
  const silent = await answering(() => ({}));
  expect(await holdSession(silent, call, { ...limits, within: 0.1 })).toEqual([]);
});
