// Fifty nodes with players and users on: a good rollout, then the whole fleet rolled back. Nobody notices either.
import { afterAll, beforeAll, expect, test } from "vitest";
import { trafficOn } from "../support/broken.ts";
import { makeWorld, small } from "../support/world.ts";
import type { Traffic } from "../../pipelines/drivers/traffic.ts";

const world = makeWorld();
let traffic: Traffic;

const nodesOn = async (release: string) => {
  const { document } = await world.json("status", "local/test");
  const server = (document["services"] as any[]).find(({ name }) => name === "server");
  return server.nodes.filter((node: any) => node.release === release && node.state === "running").length;
};

beforeAll(async () => {
  const rollout = { waves: [1, 5, "30%", "100%"], minHealthy: "70%", failureBudget: 3 };
  world.describe(small({ nodes: 50, startWithin: "20s", rollout }, { nodes: 3 }));
  const up = await world.json("up", "local/test");
  expect([up.code, up.document["changes"].length]).toEqual([0, 50 + 3 + 2]);
  for (const release of ["r1", "r2"]) {
    for (const service of ["server", "app"])
      await world.run("release", service, "--release", release, "--from", "test");
  }
  for (const service of ["app", "server"]) {
    expect((await world.json("deploy", "local/test", service, "--release", "r1")).document["outcome"]).toBe(
      "deployed",
    );
  }
  traffic = await trafficOn(world, { players: 80, users: 10 });
});

afterAll(async () => {
  await traffic?.stop().catch(() => {});
  await world.end();
});

test("fifty nodes go to the next release and back, no request fails, no session is cut", async () => {
  for (const service of ["app", "server"]) {
    const { document, stderr } = await world.json("deploy", "local/test", service, "--release", "r2");
    expect(document["outcome"], stderr).toBe("deployed");
  }
  expect(await nodesOn("r2")).toBe(50);
  const back = await world.json("rollback", "local/test", "server");
  expect([back.document["outcome"], back.document["touchedNodes"].length]).toEqual(["rolled-back", 50]);
  expect(await nodesOn("r1")).toBe(50);
  const { requests, failedRequests, sessions, cutSessions, samples } = await traffic.stop();
  expect({ failedRequests, cutSessions, samples }).toEqual({
    failedRequests: 0,
    cutSessions: 0,
    samples: [],
  });
  expect(requests).toBeGreaterThan(500);
  expect(sessions).toBeGreaterThan(500);
});
