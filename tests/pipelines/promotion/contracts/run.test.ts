// Samples against a real server: what holds, what differs and where, what is asked twice, and what never comes.
import { expect, test } from "vitest";
import { differenceText } from "../../../../pipelines/promotion/contracts/difference.ts";
import { runSamples } from "../../../../pipelines/promotion/contracts/run.ts";
import type { Sample } from "../../../../pipelines/promotion/contracts/sample.ts";
import { answering, aSample } from "../../../support/answering.ts";

/** Waits nowhere, and counts how often somebody would have. */
const clock = { now: () => 0, slept: 0, sleep: async () => void (clock.slept += 1) };
const ask = async (base: string, ...samples: Sample[]): Promise<string[]> => {
  const target = { where: "app-01", address: async () => ({ base }) };
  const found = await runSamples(samples, target, { clock, signal: new AbortController().signal });
  return found.map(differenceText);
};
const home = (more: object = {}) =>
  aSample({
    http: { path: "/home?x=1" },
    expect: {
      status: 200,
      contentType: "application/json",
      body: { type: "object", required: ["id"], properties: { id: { type: "integer" } } },
    },
    ...more,
  });

test("an answer of the right shape holds, whatever its values; charset is no difference", async () => {
  const { base, asked } = await answering(() => ({
    type: "Application/JSON; charset=utf-8",
    body: { id: 7, new: true },
  }));
  expect(await ask(base, home())).toEqual([]);
  expect(asked).toEqual(["GET /home?x=1"]);
});

test("each difference names sample, node, pointer, expected and found; it is asked twice", async () => {
  const { base, asked } = await answering(() => ({ body: { id: "seven" } }));
  expect(await ask(base, home())).toEqual([
    'app-01: sample one: /body/id: expected integer, found string "seven"',
  ]);
  expect(asked).toHaveLength(2);
});

test("what differs once and then holds is no difference", async () => {
  let count = 0;
  const { base } = await answering(() => ({ status: (count += 1) === 1 ? 502 : 200, body: { id: 1 } }));
  expect(await ask(base, home())).toEqual([]);
});

test("another status is told alone; another type and a body that is no JSON are told together", async () => {
  const failed = await answering(() => ({ status: 500, body: { error: "x" } }));
  expect(await ask(failed.base, home())).toEqual(["app-01: sample one: /status: expected 200, found 500"]);
  const html = await answering(() => ({ type: "text/html", body: "<b>" }));
  expect(await ask(html.base, home())).toEqual([
    "app-01: sample one: /contentType: expected application/json, found text/html",
    'app-01: sample one: /body: expected JSON, found string "<b>"',
  ]);
});

test("nobody there, and nobody who answers, are differences", async () => {
  const silent = await answering(() => undefined);
  expect(await ask("http://127.0.0.1:1", home())).toEqual([
    "app-01: sample one: /: expected an answer, found ECONNREFUSED",
  ]);
  expect(await ask(silent.base, home({ within: "100ms" }))).toEqual([
    "app-01: sample one: /: expected an answer, found no answer within 0.1 s",
  ]);
});

test("what leaves something behind is sent once, even when it differs", async () => {
  const { base, asked } = await answering(() => ({ status: 500 }));
  const write = aSample({
    http: { method: "POST", path: "/orders", body: { count: 1 } },
    expect: { status: 201 },
  });
  expect(await ask(base, write)).toHaveLength(1);
  expect(asked).toEqual(['POST /orders {"count":1}']);
});

const join = (more: object = {}, expectation: object = {}) =>
  aSample({
    safe: true,
    session: { path: "/play", send: [{ type: "move" }] },
    expect: {
      messages: [
        { type: "object", required: ["hello"] },
        { type: "object", required: ["moved"] },
      ],
      ...expectation,
    },
    ...more,
  });

test("a session hears its messages in order, and leaves as a player does", async () => {
  const game = await answering(
    () => ({}),
    (socket) => {
      socket.send('{"hello": "there"}');
      socket.on("message", (data) => socket.send(JSON.stringify({ moved: JSON.parse(String(data)).type })));
    },
  );
  expect(await ask(game.base, join())).toEqual([]);
  expect([game.asked, game.closed]).toEqual([["JOIN /play"], [1000]]);
});

test("a message of another shape, one that never comes, and noise that is to be ignored", async () => {
  const game = await answering(
    () => ({}),
    (socket) => {
      socket.send('{"tick": 1}');
      socket.send('{"helo": "there"}');
    },
  );
  const ignore = { type: "object", required: ["tick"] };
  expect(await ask(game.base, join({ within: "200ms" }, { ignore }))).toEqual([
    "app-01: sample one: /messages/0/hello: expected to be there, found nothing",
    "app-01: sample one: /messages/1: expected a message, found 1 messages and the end",
  ]);
});

test("much noise is judged message by message: all of it is heard in time", async () => {
  const game = await answering(
    () => ({}),
    (socket) => {
      for (let count = 0; count < 500; count += 1) socket.send('{"tick": 1}');
      socket.send('{"hello": "there"}');
      socket.send('{"moved": 1}');
    },
  );
  const ignore = { type: "object", required: ["tick"] };
  expect(await ask(game.base, join({}, { ignore }))).toEqual([]);
});

test("a session that is refused says with which status", async () => {
  const { base } = await answering(() => ({ status: 503 }), null);
  expect(await ask(base, join())).toEqual([
    "app-01: sample one: /: expected an answer, found status 503 in place of a session",
  ]);
});

test("Ctrl-C ends it at once, with its own reason", async () => {
  const { base } = await answering(() => undefined);
  const stop = new AbortController();
  const target = { where: "app-01", address: async () => ({ base }) };
  const running = runSamples([home()], target, { clock, signal: stop.signal });
  stop.abort(new Error("enough"));
  await expect(running).rejects.toThrow("enough");
});
