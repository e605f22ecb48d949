// A deploy that is killed, or interrupted in order: what it left is whole, `deploy` goes on and `rollback` goes back.
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeWorld, small } from "../support/world.ts";

const world = makeWorld();
const statusOf = async () => {
  const { document } = await world.json("status", "local/test");
  return (document["services"] as any[]).find(({ name }) => name === "server");
};
const deploy = (release: string) => world.json("deploy", "local/test", "server", "--release", release);

beforeAll(async () => {
  const rollout = { waves: [1, 2, "100%"], minHealthy: "50%", failureBudget: 1 };
  world.describe(small({ nodes: 6, rollout }, { nodes: 1 }));
  await world.run("up", "local/test");
  for (const release of ["r1", "r2", "r3"])
    await world.run("release", "server", "--release", release, "--from", "test");
  expect((await deploy("r1")).document["outcome"]).toBe("deployed");
});

afterAll(() => world.end());

test("after kill -9 the lease expires by itself, and the same deploy goes on where it stopped", async () => {
  const killed = world.start("deploy", "local/test", "server", "--release", "r2");
  await killed.said("wave 2: pass");
  killed.child.kill("SIGKILL");
  await killed.ended;
  const left = await statusOf();
  expect(left.unfinished).not.toBeNull();
  // On a busy machine the lease may have expired by now: that it holds until then is proven with a clock of its own.
  let again = await deploy("r2");
  while (again.document["error"]?.code === "E_LEASE_HELD") again = await deploy("r2");
  expect(again.document["outcome"]).toBe("deployed");
  expect(again.document["plan"].id).toBe(left.unfinished);
  // Waves 1 and 2 were judged before the kill: they are not touched again.
  expect(again.document["plan"].done.length).toBeGreaterThanOrEqual(2);
  expect((await statusOf()).nodes.map((node: any) => [node.release, node.state])).toEqual(
    Array.from({ length: 6 }, () => ["r2", "running"]),
  );
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "after %s the lease is free at once, and rollback goes back",
  async (signal) => {
    const run = world.start("deploy", "local/test", "server", "--release", "r3", "--json");
    await run.said("wave 2: 1 node");
    run.child.kill(signal);
    const { code, stdout } = await run.ended;
    expect([code, JSON.parse(stdout).error.code]).toEqual([1, "E_INTERRUPTED"]);
    expect((await statusOf()).unfinished).not.toBeNull();
    const back = await world.json("rollback", "local/test", "server");
    expect([back.code, back.document["release"]]).toEqual([0, "r2"]);
    const now = await statusOf();
    expect([now.pin, now.unfinished]).toEqual(["r2", null]);
    expect(now.nodes.map((node: any) => [node.release, node.state])).toEqual(
      Array.from({ length: 6 }, () => ["r2", "running"]),
    );
  },
);

test("a third release deployed over an interrupted one takes its place", async () => {
  const run = world.start("deploy", "local/test", "server", "--release", "r3");
  await run.said("wave 1: bakes");
  run.child.kill("SIGINT");
  await run.ended;
  const other = await deploy("r1");
  expect(other.document["outcome"]).toBe("deployed");
  expect(other.document["previous"]).toBe("r2");
  expect((await statusOf()).nodes.map((node: any) => node.release)).toEqual(
    Array.from({ length: 6 }, () => "r1"),
  );
});
