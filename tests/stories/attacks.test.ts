// What an attacker found: each is a way in which a run once ended wrong, or said that it had ended right.
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { trafficOn } from "../support/broken.ts";
import { makeWorld, processesOf, small } from "../support/world.ts";

const world = makeWorld();
const root = join(world.repo, ".surefoot/local/test");
const rollout = { waves: [1, 2, "100%"], minHealthy: "50%", failureBudget: 1 };
// oxlint-disable-next-line unicorn/no-thenable -- a word, not a function
const drain = { limit: "2s", then: "park" };
const server = { nodes: 4, startWithin: "5s", rollout };

const serverStatus = async () => {
  const { document } = await world.json("status", "local/test");
  return (document["services"] as any[]).find(({ name }) => name === "server");
};
const running = async () =>
  (await serverStatus()).nodes.map(({ release, state }: any) => `${release} ${state}`);
const all = (text: string) => Array.from({ length: 4 }, () => text);
const deploy = (release: string, ...flags: string[]) =>
  world.json("deploy", "local/test", "server", "--release", release, ...flags);
const pidIn = (path: string): number => Number(readFileSync(join(root, path), "utf8").split(" ")[0]);

beforeAll(async () => {
  world.describe(small(server, { nodes: 1 }));
  for (const release of ["r1", "r2"])
    await world.run("release", "server", "--release", release, "--from", "test");
});

afterAll(() => world.end());

test("an up that a terminal interrupts leaves nothing that down does not find", async () => {
  const up = world.start("up", "local/test");
  await up.said("create server-0");
  // As Ctrl-C does: the engine and its provider hear it too, whichever of them is still there.
  const heard = processesOf(world.repo).filter(({ command }) => !command.includes("keeper"));
  spawnSync("kill", ["-INT", ...[...heard, { pid: up.child.pid }].map(({ pid }) => String(pid))]);
  await up.ended;
  expect((await world.run("down", "local/test")).code).toBe(0);
  expect(processesOf(world.repo)).toEqual([]);
  expect(existsSync(root)).toBe(false);
});

test("a first deploy that is interrupted can be rolled back, to no release", async () => {
  expect((await world.json("up", "local/test")).code).toBe(0);
  const first = world.start("deploy", "local/test", "server", "--release", "r1");
  await first.said("wave 1: bakes");
  first.child.kill("SIGINT");
  await first.ended;
  const back = await world.json("rollback", "local/test", "server");
  expect([back.code, back.document["release"]]).toEqual([0, null]);
  expect([(await serverStatus()).pin, (await serverStatus()).unfinished]).toEqual([null, null]);
  for (const text of await running()) expect(text).toMatch(/^null (stopped|idle)$/);
  expect((await deploy("r1")).document["outcome"]).toBe("deployed");
});

test("an artifact damaged in the store is refused before the pin moves", async () => {
  const made = await world.json("release", "server", "--release", "spoilt", "--set", "X=1", "--from", "test");
  const folder = join(world.repo, ".surefoot/artifacts/sha256");
  const file = join(folder, `${(made.document["digest"] as string).replace("sha256:", "")}.tar`);
  expect(readdirSync(folder).length).toBeGreaterThan(0);
  const before = readFileSync(file);
  appendFileSync(file, "x");
  const refused = await deploy("spoilt");
  expect(refused.document["error"].code).toBe("E_DIGEST");
  expect([(await serverStatus()).pin, (await serverStatus()).unfinished]).toEqual(["r1", null]);
  writeFileSync(file, before);
});

test("a keeper that dies on an updated node is named, and up puts the node on the pin", async () => {
  const run = world.start("deploy", "local/test", "server", "--release", "r2", "--json");
  await run.said("wave 2: bakes");
  const [node = ""] = /wave 1: 1 node \((server-\d+)\)/.exec(await textOf(run))?.slice(1) ?? [];
  process.kill(pidIn(`nodes/${node}/run/keeper`), "SIGKILL");
  const { stdout } = await run.ended;
  expect(JSON.parse(stdout).failedNodes).toEqual([{ node, reason: "the node is down" }]);
  const back = await world.json("rollback", "local/test", "server");
  expect([back.code, back.document["outcome"]]).toEqual([1, "incomplete"]);
  expect(back.document["stuckNodes"]).toEqual([{ node, reason: "unreachable" }]);
  await world.run("up", "local/test");
  expect((await world.json("rollback", "local/test", "server")).document["outcome"]).toBe("rolled-back");
  expect(await running()).toEqual(all("r1 running"));
});

test("a release is taken back also while the edge is dead", async () => {
  const run = world.start("deploy", "local/test", "server", "--release", "r2", "--json");
  await run.said("wave 1: bakes");
  process.kill(pidIn("edge.pid"), "SIGKILL");
  const { code, stdout } = await run.ended;
  expect([code, JSON.parse(stdout).outcome]).toEqual([1, "rolled-back"]);
  expect(await running()).toEqual(all("r1 running"));
  await world.run("up", "local/test");
  expect((await world.json("status", "local/test")).document["edge"]).toMatch(/^http/);
});

test("damaged address files are drift that up heals", async () => {
  writeFileSync(join(root, "nodes/server-01/node.json"), "{");
  writeFileSync(join(root, "edge.json"), "{}");
  const hurt = await world.json("status", "local/test");
  expect(hurt.document["edge"]).toBeNull();
  expect((await serverStatus()).nodes.map(({ name }: any) => name)).toContain("server-01");
  await world.run("up", "local/test");
  expect((await world.json("status", "local/test")).document["edge"]).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await deploy("r1")).document["outcome"]).toBe("deployed");
  expect(await running()).toEqual(all("r1 running"));
});

test("a service that hangs without ending does not pass its bake", async () => {
  const run = world.start("deploy", "local/test", "server", "--release", "r2", "--json");
  await run.said("wave 1: bakes");
  const [node = ""] = /wave 1: 1 node \((server-\d+)\)/.exec(await textOf(run))?.slice(1) ?? [];
  process.kill(pidIn(`nodes/${node}/run/service`), "SIGSTOP");
  const { code, stdout } = await run.ended;
  const result = JSON.parse(stdout);
  expect([code, result.outcome, result.failedNodes[0]?.node]).toEqual([1, "rolled-back", node]);
  expect(await running()).toEqual(all("r1 running"));
});

test("parked nodes stop the rollout within the budget, and rolling back cuts nobody", async () => {
  world.describe(small({ ...server, rollout: { ...rollout, drain } }, { nodes: 1 }));
  const traffic = await trafficOn(world, { players: 24, users: 0, session: "5m..5m" });
  const paused = await deploy("r2", "--accept-wave");
  expect([paused.code, paused.document["outcome"]]).toEqual([1, "paused"]);
  expect(paused.document["parkedNodes"].length).toBeLessThanOrEqual(2);
  expect((await serverStatus()).unfinished).not.toBeNull();
  const back = await world.json("rollback", "local/test", "server");
  expect(back.code).toBe(0);
  expect(await running()).toEqual(all("r1 running"));
  const { cutSessions } = await traffic.stop();
  expect(cutSessions).toBe(0);
});

const textOf = async (run: ReturnType<typeof world.start>): Promise<string> => {
  await run.said("wave 1");
  return run.heard();
};
