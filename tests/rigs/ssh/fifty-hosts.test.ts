// Fifty machines over ssh, with players on: good releases, a broken one, the whole fleet back. As rehearsed, with one connection each.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Traffic } from "../../../pipelines/drivers/traffic.ts";
import { makeSshWorld, startEdge } from "./world.ts";
import type { SshWorld } from "./world.ts";

vi.setConfig({ testTimeout: 240_000 });
const count = 50;
let world: SshWorld;
let edge: Awaited<ReturnType<typeof startEdge>>;
let traffic: Traffic | undefined;

beforeAll(async () => {
  edge = await startEdge(mkdtempSync(join(tmpdir(), "surefoot-edge-")));
  const rollout = {
    waves: [1, 5, "30%", "100%"],
    minHealthy: "70%",
    failureBudget: 3,
    bake: {
      first: "3s",
      rest: "4s",
    },
  };
  world = await makeSshWorld(count, { rollout }, { hooks: edge.hooks });
  edge.know(world.machines);
});

afterAll(async () => {
  await traffic?.stop().catch(() => {});
  await world?.end().finally(() => edge.end());
});

const summaryKeys = [
  "approved",
  "evidence",
  "failedNodes",
  "outcome",
  "parkedNodes",
  "plan",
  "previous",
  "reason",
  "release",
  "rollbackSeconds",
  "seconds",
  "service",
  "touchedNodes",
  "wave",
];

test("up puts a node on every machine over one connection each, and again changes nothing", async () => {
  const up = await world.counted("up", "test");
  expect([up.code, up.document.changes?.length, up.connections], up.stderr).toEqual([0, count, count]);
  const again = await world.counted("up", "test");
  expect([again.code, again.document.changes], again.stderr).toEqual([0, []]);
  // A look at each machine for the plan, and one more before it is carried out.
  expect(again.connections).toBeLessThanOrEqual(2 * count);
});

test("a first release reaches all of them, over one connection each", async () => {
  await world.release("r1");
  const { document, connections, stderr } = await world.counted(
    "deploy",
    "test",
    "server",
    "--release",
    "r1",
  );
  expect([document.outcome, document.touchedNodes?.length], stderr).toEqual(["deployed", count]);
  expect(connections).toBe(count);
  traffic = await edge.players(world, 80);
});

test("a good release goes through the waves, and tells what a rehearsal tells", async () => {
  await world.release("r2");
  const good = await world.counted("deploy", "test", "server", "--release", "r2");
  expect(good.document, good.stderr).toMatchObject({ outcome: "deployed", previous: "r1" });
  expect(Object.keys(good.document).toSorted()).toEqual(summaryKeys);
  expect([good.document.touchedNodes.length, good.connections]).toEqual([count, count]);
});

test("a broken release comes back by itself, by its own numbers", async () => {
  await world.release("r3", "slow:80%");
  const broken = await world.counted("deploy", "test", "server", "--release", "r3");
  expect(broken.document, broken.stderr).toMatchObject({ outcome: "rolled-back", wave: 2 });
  expect(broken.document.reason).toMatch(/latencyP95 .* on 5 updated nodes against .* on 45 others/);
  expect([broken.code, broken.document.touchedNodes.length, broken.connections]).toEqual([1, 5, count]);
  expect(
    (await world.nodes()).filter(({ release, state }) => release === "r2" && state === "running").length,
  ).toBe(count);
});

test("the whole fleet goes back in one command", async () => {
  const back = await world.counted("rollback", "test", "server");
  expect([back.document.outcome, back.document.touchedNodes?.length], back.stderr).toEqual([
    "rolled-back",
    count,
  ]);
  expect(back.connections).toBe(count);
  expect((await world.nodes()).every(({ release, state }) => release === "r1" && state === "running")).toBe(
    true,
  );
  const { sessions, cutSessions, failedRequests } = (await traffic?.stop()) ?? { sessions: 0 };
  traffic = undefined;
  expect({ cutSessions, failedRequests }).toEqual({ cutSessions: 0, failedRequests: 0 });
  expect(sessions).toBeGreaterThan(500);
});

test("down leaves nothing on any machine", async () => {
  const down = await world.counted("down", "test", "--destroy", "test");
  expect([down.code, down.document.changes?.length, down.connections], down.stderr).toEqual([
    0,
    count,
    count,
  ]);
});
