// Tests of the notifier against a real server: three chats, refusals, waits, hangs, cut connections, and no secret anywhere.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Clock } from "../../../pipelines/drivers/clock.ts";
import type { NotifyConfig } from "../../../pipelines/notify/chats.ts";
import type { Delivery, Notice } from "../../../pipelines/notify/notice.ts";
import { openNotifier } from "../../../pipelines/notify/notifier.ts";
import type { NotifierOptions } from "../../../pipelines/notify/notifier.ts";
import { readable, startWebhooks } from "../../support/webhooks.ts";
import type { Webhooks } from "../../support/webhooks.ts";

let server: Webhooks;
beforeEach(async () => void (server = await startWebhooks()));
afterEach(() => server[Symbol.asyncDispose]());

const slackOnly: NotifyConfig = [{ chat: "slack", webhook: "SLACK", on: ["done", "failed"] }];
const notice = (change: Partial<Notice> = {}): Notice => ({
  kind: "done",
  environment: "prod",
  title: "prod server r2: deployed",
  lines: [],
  cause: "one",
  ...change,
});

/** Waits take no time, and are written down; the bound on the close never ends. */
function hastyClock(): Clock & { waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => 0,
    sleep: (seconds, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
        if (seconds === 999) return;
        if (seconds !== 3) waits.push(seconds);
        resolve();
      }),
  };
}

async function told(
  notices: Notice[],
  options: Partial<NotifierOptions> = {},
  config = slackOnly,
): Promise<{ deliveries: Delivery[]; warnings: string[]; waits: number[] }> {
  const warnings: string[] = [];
  const clock = hastyClock();
  const { slack, discord, telegram } = server;
  const env = { SLACK: slack, DISCORD: discord, TELEGRAM: telegram };
  const warn = (text: string): void => void warnings.push(text);
  const notifier = openNotifier(config, { env, warn, clock, closeSeconds: 999, ...options });
  for (const one of notices) notifier.tell(one);
  const deliveries = await notifier.close();
  const whole = JSON.stringify([deliveries, warnings]);
  expect(whole).not.toMatch(/canary|T0001|123456|127\.0\.0\.1/i);
  return { deliveries, warnings, waits: clock.waits };
}

const delivered: Delivery = {
  chat: "slack",
  webhook: "SLACK",
  ok: true,
  notices: 1,
  attempts: 1,
  problem: null,
};

test("three chats are told, each in its own shape", async () => {
  const config: NotifyConfig = (["slack", "discord", "telegram"] as const).map((chat) => ({
    chat,
    webhook: chat.toUpperCase(),
    on: ["done"],
  }));
  const link = "https://github.com/o/r/actions/runs/1";
  const { deliveries } = await told([notice({ lines: ["all 50 nodes run r2"], link })], {}, config);
  expect(deliveries.map(({ chat, ok }) => [chat, ok]).toSorted()).toEqual([
    ["discord", true],
    ["slack", true],
    ["telegram", true],
  ]);
  expect(server.heard.map(({ wrong }) => wrong)).toEqual([null, null, null]);
  for (const one of server.heard) {
    expect(readable(one)).toContain("prod server r2: deployed");
    expect(readable(one)).toContain("all 50 nodes run r2");
    expect(readable(one)).toContain(link);
  }
});

test("the largest message there can be is in the shape of each chat", async () => {
  const config: NotifyConfig = (["slack", "discord", "telegram"] as const).map((chat) => ({
    chat,
    webhook: chat.toUpperCase(),
    on: ["done"],
  }));
  const lines = Array.from({ length: 500 }, (_, index) => `<b>&*_~evidence ${index} ${"💥".repeat(90)}`);
  await told([notice({ title: "&<>".repeat(999), lines })], {}, config);
  expect(server.heard.map(({ wrong }) => wrong)).toEqual([null, null, null]);
});

test("only what the description names is told, and what has one cause is one message", async () => {
  const all = [notice({ title: "one" }), notice({ kind: "wave", title: "two" }), notice({ title: "three" })];
  const { deliveries } = await told(all);
  expect(deliveries).toEqual([{ ...delivered, notices: 2 }]);
  expect(readable(server.heard[0]!)).toMatch(/one\n.*three/);
  expect(readable(server.heard[0]!)).not.toContain("two");
});

test("asked to wait, it waits as long as it is asked to", async () => {
  server.stutters.push({ status: 429, headers: { "retry-after": "7" } });
  const { deliveries, waits, warnings } = await told([notice()]);
  expect([deliveries, waits, warnings]).toEqual([[{ ...delivered, attempts: 2 }], [7], []]);
});

test("telegram says in its document how long", async () => {
  const body = '{"ok":false,"error_code":429,"parameters":{"retry_after":9}}';
  server.stutters.push({ status: 429, body });
  const { waits } = await told([notice()], {}, [{ chat: "telegram", webhook: "TELEGRAM", on: ["done"] }]);
  expect(waits).toEqual([9]);
});

test("one that asks for an hour is not waited for", async () => {
  server.stutters.push({ status: 429, headers: { "retry-after": "3600" } });
  const { deliveries, waits } = await told([notice()]);
  expect([deliveries[0]?.ok, deliveries[0]?.attempts, waits]).toEqual([false, 1, []]);
});

test("a server in trouble is asked four times, with longer and longer waits", async () => {
  server.stutters.push(...Array.from({ length: 4 }, () => ({ status: 503, body: "busy" })));
  const { deliveries, waits, warnings } = await told([notice()]);
  expect(deliveries).toEqual([{ ...delivered, ok: false, attempts: 4, problem: "answered 503: busy" }]);
  expect(waits).toEqual([0.5, 2, 5]);
  expect(warnings).toEqual(["slack (SLACK) was not told: answered 503: busy"]);
});

test.each([400, 403, 404, 410, 302])("an answer of %d is not asked again", async (status) => {
  server.stutters.push({ status, headers: { location: server.discord }, body: "no_service" });
  const { deliveries } = await told([notice()]);
  expect(deliveries).toMatchObject([{ ok: false, attempts: 1, problem: `answered ${status}: no_service` }]);
  expect(server.heard).toHaveLength(1);
});

test("an answer that repeats the webhook is told without it", async () => {
  server.stutters.push({ status: 404, body: `no such hook: ${server.slack} token canarySlackToken01234567` });
  const { deliveries } = await told([notice()]);
  expect(deliveries[0]?.problem).toContain("[secret]");
});

test.each([
  ["hang", "hang" as const, "did not answer within 0.05 s"],
  ["drop", "drop" as const, "could not be reached (UND_ERR_SOCKET)"],
  ["never end its answer", { status: 200, body: "o", bodyMs: 1 }, "did not answer within 0.05 s"],
])("a server may %s", async (_, stutter, problem) => {
  server.stutters.push(stutter, stutter, stutter, stutter);
  const { deliveries } = await told([notice()], { timeoutMs: 50 });
  expect(deliveries).toEqual([{ ...delivered, ok: false, attempts: 4, problem }]);
  server.stutters.push(stutter);
  expect((await told([notice()], { timeoutMs: 50 })).deliveries).toEqual([{ ...delivered, attempts: 2 }]);
});

test("nobody there at all", async () => {
  const gone = await startWebhooks();
  await gone[Symbol.asyncDispose]();
  const { deliveries } = await told([notice()], { env: { SLACK: gone.slack } });
  expect(deliveries[0]).toMatchObject({ attempts: 4, problem: "could not be reached (ECONNREFUSED)" });
});

test("the close is bounded: a chat that hangs costs no more than that", async () => {
  server.stutters.push("hang");
  const warnings: string[] = [];
  const notifier = openNotifier(slackOnly, {
    env: { SLACK: server.slack },
    warn: (text) => void warnings.push(text),
    closeSeconds: 0.2,
    timeoutMs: 60_000,
  });
  notifier.tell(notice({ cause: "one" }));
  notifier.tell(notice({ cause: "two" }));
  expect(await notifier.close()).toEqual([
    { ...delivered, ok: false, problem: "there was no time left for it" },
    { ...delivered, ok: false, attempts: 0, problem: "there was no time left for it" },
  ]);
  expect(warnings).toHaveLength(1);
  notifier.tell(notice());
  expect(await notifier.close()).toHaveLength(2);
});

test("a variable that is missing, or holds something else, is told once and fails nothing", async () => {
  const config: NotifyConfig = [{ chat: "slack", webhook: "NOWHERE", on: ["done"] }];
  const { deliveries, warnings } = await told([notice(), notice({ cause: "two" })], {}, config);
  expect(deliveries.map(({ ok, attempts }) => [ok, attempts])).toEqual([
    [false, 0],
    [false, 0],
  ]);
  expect(warnings).toEqual(["slack (NOWHERE) was not told: the variable NOWHERE is not set"]);
  const wrong = await told([notice()], { env: { SLACK: "hunter2" } });
  expect(JSON.stringify(wrong)).not.toContain("hunter2");
  expect(wrong.warnings).toHaveLength(1);
});

test("without anything to tell nobody is asked", async () => {
  expect(await told([])).toEqual({ deliveries: [], warnings: [], waits: [] });
  expect(server.heard).toEqual([]);
});
