// Drift as a team meets it: a process is killed, the nightly look names it in one issue and one chat, up heals it, the issue closes.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { up } from "../../pipelines/environment/up.ts";
import { openWorkspace } from "../../pipelines/environment/workspace.ts";
import { notifierOf } from "../../pipelines/notify/open.ts";
import { tellingUp } from "../../pipelines/notify/telling.ts";
import { startGithub } from "../support/github.ts";
import { readable, startWebhooks } from "../support/webhooks.ts";
import { makeWorld, small } from "../support/world.ts";

const ignoring = (property: string) => ({
  ignore: [
    { resource: "server-0*", property, reason: "somebody tries something", owner: "team games" },
    { resource: "queue", property: "*", reason: "it was there once", owner: "team games" },
  ],
});
// A real environment, and not a rehearsal: those have no issue and tell nobody.
const described = (more: object = {}): object => ({
  ...small({ nodes: 2, rollout: { bake: { first: "1s", rest: "1s" } } }, { nodes: 1 }),
  platform: "local",
  notify: [{ chat: "slack", webhook: "CHAT_URL" }],
  ...more,
});

const before = { ...process.env };
const [github, chats] = [await startGithub(), await startWebhooks()];
// Before the world is made: it hands on the variables that are there then.
Object.assign(process.env, github.env, { CHAT_URL: chats.slack });
const world = makeWorld();
const drift = (...flags: string[]) => world.json("drift", "live", ...flags);
const keeper = (): number =>
  Number(
    readFileSync(join(world.repo, ".surefoot/real/live/nodes/server-02/run/keeper"), "utf8").split(" ")[0],
  );

beforeAll(() => {
  // The engine of this process looks for ports where those of the world do.
  process.env["SUREFOOT_PORTS"] = world.repo;
  world.describe(described(), "live");
});

afterAll(async () => {
  await world.run("down", "live", "--destroy", "live");
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  await Promise.all([github[Symbol.asyncDispose](), chats[Symbol.asyncDispose]()]);
  await world.end();
});

test("before it is up there is nothing that could differ, and no issue", async () => {
  const { code, document } = await drift("--issues");
  expect([code, document["environments"]]).toEqual([0, [{ environment: "live", verdict: "not-up" }]]);
  expect(github.issues).toEqual([]);
});

test("an up tells the chat that it began and how it ended, in one message", async () => {
  using workspace = await openWorkspace(world.repo, "live");
  const nothing = (): void => {};
  const signal = new AbortController().signal;
  const options = { booted: nothing, adopted: nothing, acknowledged: [], reason: "first", signal };
  {
    await using notifier = notifierOf(workspace, { env: process.env, windowSeconds: 60 });
    const about = { notifier, environment: "live", change: nothing };
    await tellingUp(about, (told) => up(workspace, { ...options, ...told }));
  }
  expect(chats.heard.map(({ wrong }) => wrong)).toEqual([null]);
  expect(readable(chats.heard[0]!)).toMatch(/live is brought up.*\n.*live is up in \d+ s: /);
  chats.heard.length = 0;
});

test("a killed node is named, in an issue and in the chat; a second look updates the same issue", async () => {
  process.kill(keeper(), "SIGKILL");
  const first = await drift("--issues");
  expect(first.code, first.stderr).toBe(0);
  expect(first.document["environments"]).toMatchObject([
    {
      verdict: "drifted",
      drifted: [{ name: "server-02", properties: [{ path: "running", before: true, after: false }] }],
    },
  ]);
  expect(first.document["issues"]).toMatchObject([{ environment: "live", did: "opened" }]);
  expect(github.issues).toMatchObject([
    { state: "open", title: "Drift: live: 1 resource differs from the description" },
  ]);
  expect(github.issues[0]?.body).toContain("running: true -> false");
  expect(readable(chats.heard[0]!)).toContain("live: 1 resource differs from the description");
  expect(readable(chats.heard[0]!)).toContain("server-02: running");
  const second = await drift("--issues", "--exit-code");
  expect([second.code, second.document["issues"]]).toMatchObject([1, [{ did: "updated" }]]);
  expect(github.issues).toHaveLength(1);
});

test("a look that fails, or that another run is in the way of, leaves the issue open and is exit 1", async () => {
  using workspace = await openWorkspace(world.repo, "live");
  const signal = new AbortController().signal;
  const busy = await workspace.underLease("up live", signal, () => drift("--issues"));
  const file = join(world.repo, "environments/live.yaml");
  const good = readFileSync(file, "utf8");
  writeFileSync(file, `${good}nonsense: 1\n`);
  const broken = await drift("--issues");
  writeFileSync(file, good);
  const told = [busy, broken].map(({ code, document }) => [code, document["environments"][0].error.code]);
  expect(told).toEqual([
    [1, "E_LEASE_HELD"],
    [1, "E_DESCRIPTION"],
  ]);
  expect(github.issues).toMatchObject([{ state: "open" }]);
});

test("what may differ is ignored with its reason, and an entry for nothing is told", async () => {
  world.describe(described({ drift: ignoring("running") }), "live");
  const ran = await world.run("drift", "live", "--exit-code");
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout.trim().split("\n")).toEqual([
    "live: no drift, 1 ignored",
    "ignored server-02 (surefoot:local) running: somebody tries something (team games)",
    "stale   drift.ignore queue *: matched nothing this time: it was there once (team games)",
  ]);
  world.describe(described(), "live");
});

test("up heals it: the issue is closed, and the chat is told so", async () => {
  expect((await world.run("up", "live")).code).toBe(0);
  chats.heard.length = 0;
  const { code, document } = await drift("--issues", "--exit-code");
  expect([code, document["issues"]]).toMatchObject([0, [{ did: "closed" }]]);
  expect(github.issues).toMatchObject([{ state: "closed" }]);
  expect(chats.heard.map(readable)).toMatchObject([expect.stringContaining("live: no drift any more")]);
  expect(github.complaints).toEqual([]);
});

test("its rehearsal shares nothing with it: that one comes and goes, the real one serves on", async () => {
  await world.run("release", "server", "--release", "r1", "--from", "live");
  expect((await world.json("deploy", "live", "server", "--release", "r1")).document["outcome"]).toBe(
    "deployed",
  );
  const status = async () => (await world.json("status", "live")).document;
  const served = await status();
  const rehearsed = await world.json("up", "local/live");
  expect(rehearsed.document["changes"].map(({ op }: any) => op)).toEqual(Array(5).fill("create"));
  expect((await world.json("status", "local/live")).document["edge"]).not.toBe(served["edge"]);
  expect((await world.run("down", "local/live")).code).toBe(0);
  expect(await status()).toEqual(served);
  expect((await fetch(served["edge"])).status).toBe(503);
  expect((await world.json("up", "live")).document["changes"]).toEqual([]);
});
