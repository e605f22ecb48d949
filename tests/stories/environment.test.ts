// An environment's life: up, a diff, drift that is healed, a port taken away, down and up again, two clones side by side.
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeWorld, processesOf, small } from "../support/world.ts";

const world = makeWorld();
const neighbour = makeWorld();
const up = (...flags: string[]) => world.json("up", "local/test", ...flags);
const nodes = async () => {
  const { document } = await world.json("status", "local/test");
  return (document["services"] as any[]).find(({ name }) => name === "server").nodes as any[];
};
const keeperOf = (node: string): number =>
  Number(
    readFileSync(join(world.repo, ".surefoot/local/test/nodes", node, "run/keeper"), "utf8").split(" ")[0],
  );

beforeAll(async () => {
  world.describe(small());
  const first = await up();
  expect([first.code, first.document["changes"].length]).toEqual([0, 3 + 2 + 2]);
  await world.run("release", "server", "--release", "r1", "--from", "test");
  const deployed = await world.json("deploy", "local/test", "server", "--release", "r1");
  expect(deployed.document["outcome"]).toBe("deployed");
});

afterAll(async () => {
  await neighbour.end();
  await world.end();
});

test("up again changes nothing", async () => {
  expect((await up()).document["changes"]).toEqual([]);
});

test("more nodes are exactly that many resources more, and they boot on the pin", async () => {
  world.describe(small({ nodes: 5 }));
  const plan = await up("--plan");
  expect(plan.document["changes"].map(({ op, name }: any) => `${op} ${name}`).toSorted()).toEqual([
    "create server-04",
    "create server-05",
  ]);
  const applied = await up();
  expect(applied.document["booted"].map(({ release }: any) => release)).toEqual(["r1", "r1"]);
  expect((await nodes()).map(({ release, state }) => [release, state])).toEqual(
    Array.from({ length: 5 }, () => ["r1", "running"]),
  );
});

test("a killed node is drift: seen by the plan, healed by up, on the same release", async () => {
  process.kill(keeperOf("server-02"), "SIGKILL");
  expect((await up("--plan")).document["changes"]).toMatchObject([{ op: "update", name: "server-02" }]);
  expect((await nodes()).find(({ name }) => name === "server-02").state).not.toBe("running");
  expect((await up()).document["changes"]).toMatchObject([{ op: "update", name: "server-02" }]);
  const deployed = await world.json("deploy", "local/test", "server");
  expect(deployed.document["outcome"]).toBe("deployed");
  expect((await nodes()).map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => "running"));
});

test("a node whose folder was deleted is made anew, and nothing of the old one stays", async () => {
  const old = keeperOf("server-03");
  rmSync(join(world.repo, ".surefoot/local/test/nodes/server-03"), { recursive: true });
  expect((await up()).document["changes"]).toMatchObject([{ op: "create", name: "server-03" }]);
  expect(keeperOf("server-03")).not.toBe(old);
  expect(
    processesOf(world.repo).filter(({ command }) => command.includes("server-03/node.sh keeper")).length,
  ).toBe(2);
  expect((await nodes()).map(({ release, state }) => [release, state])).toEqual(
    Array.from({ length: 5 }, () => ["r1", "running"]),
  );
});

test("a killed edge and a killed watcher come back, the edge at its old address", async () => {
  const before = (await world.json("status", "local/test")).document["edge"];
  for (const kind of ["edge", "watcher"]) {
    const { pid } = JSON.parse(
      readFileSync(join(world.repo, ".surefoot/local/test", `${kind}.json`), "utf8"),
    );
    process.kill(pid, "SIGKILL");
  }
  const healed = await up();
  expect(healed.document["changes"].map(({ name }: any) => name).toSorted()).toEqual(["edge", "watcher"]);
  expect((await world.json("status", "local/test")).document["edge"]).toBe(before);
});

test("a node whose port another program took gets another port", async () => {
  const home = join(world.repo, ".surefoot/local/test/nodes/server-01");
  const portOf = (): number => JSON.parse(readFileSync(join(home, "node.json"), "utf8")).port;
  const port = portOf();
  process.kill(keeperOf("server-01"), "SIGKILL");
  process.kill(Number(readFileSync(join(home, "run/service"), "utf8").split(" ")[0]), "SIGKILL");
  const thief = createServer();
  // The dead service's port is free once the system has taken its socket away.
  const listen = (): Promise<void> =>
    new Promise((resolve) => {
      thief.once("error", () => setTimeout(() => resolve(listen()), 20));
      thief.listen(port, "127.0.0.1", () => resolve());
    });
  await listen();
  try {
    await up();
    expect(portOf()).not.toBe(port);
    const deployed = await world.json("deploy", "local/test", "server");
    expect(deployed.document["outcome"]).toBe("deployed");
    expect((await nodes()).map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => "running"));
  } finally {
    thief.close();
  }
});

test("an up killed in its middle is finished by the next one, without a second copy of anything", async () => {
  world.describe(small({ nodes: 9 }));
  const killed = world.start("up", "local/test");
  await killed.said(/create server-0[6-9]/);
  killed.child.kill("SIGKILL");
  await killed.ended;
  let again = await up();
  while (again.document["error"]?.code === "E_LEASE_HELD") again = await up();
  expect(again.code, again.stderr).toBe(0);
  expect((await nodes()).map(({ release, state }) => [release, state])).toEqual(
    Array.from({ length: 9 }, () => ["r1", "running"]),
  );
  const keepers = processesOf(join(world.repo, ".surefoot/local/test/nodes")).filter(({ command }) =>
    command.includes("main.mjs"),
  );
  expect(keepers).toHaveLength(9);
  expect((await up()).document["changes"]).toEqual([]);
});

test("a second clone beside the first shares nothing with it", async () => {
  neighbour.describe(small({ nodes: 2 }));
  const other = await neighbour.json("up", "local/test");
  expect(other.code).toBe(0);
  const theirs = (await neighbour.json("status", "local/test")).document["edge"];
  expect(theirs).not.toBe((await world.json("status", "local/test")).document["edge"]);
  expect((await neighbour.run("down", "local/test")).code).toBe(0);
  expect(processesOf(neighbour.repo)).toEqual([]);
  expect((await nodes()).map(({ state }) => state)).toEqual(Array.from({ length: 9 }, () => "running"));
});

test("down leaves nothing, twice is no error, up brings all of it back on the pin, and deploy verifies it anew", async () => {
  const verifiedAt = (): string | undefined =>
    JSON.parse(readFileSync(join(world.repo, ".surefoot/pins/test.json"), "utf8")).server.verifiedAt;
  const before = verifiedAt() ?? "";
  const gone = await world.json("down", "local/test");
  expect(gone.code).toBe(0);
  expect(processesOf(world.repo)).toEqual([]);
  expect((await world.json("down", "local/test")).code).toBe(0);
  world.describe(small());
  const back = await up();
  expect(back.document["booted"]).toHaveLength(3);
  expect((await nodes()).map(({ release, state }) => [release, state])).toEqual(
    Array.from({ length: 3 }, () => ["r1", "running"]),
  );
  expect([before === "", verifiedAt()]).toEqual([false, undefined]);
  const deployed = await world.json("deploy", "local/test", "server");
  expect([deployed.document["outcome"], deployed.document["touchedNodes"]]).toEqual(["deployed", []]);
  expect((verifiedAt() ?? "") > before).toBe(true);
});
