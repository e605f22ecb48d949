// Two deploys of one environment at once: the second is refused with the holder's name, and the ledger knows it.
import { hostname } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeWorld, small } from "../support/world.ts";

const world = makeWorld();

beforeAll(async () => {
  world.describe(small({}, {}));
  await world.run("up", "local/test");
  await world.run("release", "server", "--release", "r1", "--from", "test");
});

afterAll(() => world.end());

test("the second deploy names the first one, and the first one is not disturbed", async () => {
  const first = world.start("deploy", "local/test", "server", "--release", "r1", "--json");
  await first.said("wave 1");
  const second = await world.json("deploy", "local/test", "server", "--release", "r1");
  expect(second.code).toBe(1);
  expect(second.document["error"].code).toBe("E_LEASE_HELD");
  expect(second.document["error"].what).toContain(`@${hostname()} pid ${first.child.pid}`);
  const { code, stdout } = await first.ended;
  expect([code, JSON.parse(stdout).outcome]).toEqual([0, "deployed"]);

  const { document } = await world.json<Record<string, unknown>[]>("ledger", "--verb", "deploy");
  expect(document.map((record) => record["outcome"])).toEqual(["refused", "deployed"]);
  expect((await world.json("ledger", "verify")).document["ok"]).toBe(true);
});

test("unlock says who held it and fences that run off", async () => {
  const held = world.start("deploy", "local/test", "server", "--release", "r1");
  await world.run("release", "server", "--release", "r2", "--set", "FAULT=", "--from", "test");
  await held.ended;
  const run = world.start("deploy", "local/test", "server", "--release", "r2", "--json");
  await run.said("bakes");
  const unlocked = await world.json("unlock", "local/test", "--reason", "story");
  expect(unlocked.document["was"].holder).toContain(`pid ${run.child.pid}`);
  const ended = await run.ended;
  expect(ended.code).toBe(1);
  expect(JSON.parse(ended.stdout).error.code).toBe("E_LEASE_LOST");
  const again = await world.json("deploy", "local/test", "server", "--release", "r2");
  expect(again.document["outcome"]).toBe("deployed");
});
