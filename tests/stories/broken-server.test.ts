// Each way a server release can be broken: caught in wave 1 or 2, every touched node back, the pin back, exit code 1, evidence.
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectRolledBack, trafficOn } from "../support/broken.ts";
import { makeWorld, small } from "../support/world.ts";
import type { Traffic } from "../../pipelines/drivers/traffic.ts";

const world = makeWorld();
let traffic: Traffic;

beforeAll(async () => {
  const rollout = {
    waves: [1, 3, "100%"],
    minHealthy: "60%",
    failureBudget: 1,
    judge: { confidence: "95%" },
    guard: { restarts: 0 },
  };
  world.describe(small({ nodes: 8, startWithin: "5s", rollout }, { nodes: 1 }));
  expect((await world.run("up", "local/test")).code).toBe(0);
  await world.run("release", "server", "--release", "good", "--from", "test");
  const first = await world.json("deploy", "local/test", "server", "--release", "good");
  expect(first.document["outcome"]).toBe("deployed");
  traffic = await trafficOn(world, { players: 40, users: 0 });
});

afterAll(async () => {
  await traffic?.stop();
  await world.end();
});

test.each([
  { fault: "crash-on-start", evidence: /crashed \d+ times before it was healthy/ },
  { fault: "crash-after:1s", evidence: /restarts|crashed/ },
  { fault: "errors:20%", evidence: /requests failed|errorRate/ },
  { fault: "slow:80%", evidence: /latencyP95 .* on 3 updated nodes against .* on 5 others: \+\d+ %/ },
  { fault: "leak:120MiB", evidence: /memory/ },
  { fault: "never-ready", evidence: /not healthy within 5 s/ },
  { fault: "hang-on-stop", evidence: /did not stop within 3 s of SIGTERM/ },
])("$fault", (broken) => expectRolledBack(world, "server", broken));

test("players who were on the broken nodes were not cut by what we did", async () => {
  const counts = traffic.latest();
  expect(counts?.sessions).toBeGreaterThan(50);
});
