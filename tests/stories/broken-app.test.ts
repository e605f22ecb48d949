// Each way an app release can be broken, behind the edge and under load; and a missing config key, refused before the start.
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectRolledBack, trafficOn } from "../support/broken.ts";
import { makeWorld, small } from "../support/world.ts";
import type { Traffic } from "../../pipelines/drivers/traffic.ts";

const world = makeWorld();
let traffic: Traffic;

beforeAll(async () => {
  const rollout = { waves: [1, 3, "100%"], minHealthy: "60%", failureBudget: 1, guard: { restarts: 1 } };
  world.describe(small({ nodes: 1 }, { nodes: 6, startWithin: "5s", rollout }));
  expect((await world.run("up", "local/test")).code).toBe(0);
  await world.run("release", "app", "--release", "good", "--from", "test");
  const first = await world.json("deploy", "local/test", "app", "--release", "good");
  expect(first.document["outcome"]).toBe("deployed");
  traffic = await trafficOn(world, { players: 0, users: 50 });
});

afterAll(async () => {
  await traffic?.stop();
  await world.end();
});

test.each([
  { fault: "crash-on-start", evidence: /crashed \d+ times before it was healthy/ },
  { fault: "errors:20%", evidence: /requests failed|errorRate/ },
  { fault: "slow:150%", evidence: /latencyP95 .* on 3 updated nodes against .* on 3 others: \+\d+ %/ },
  { fault: "leak:120MiB", evidence: /memory/ },
  { fault: "never-ready", evidence: /not healthy within 5 s/ },
  { fault: "hang-on-stop", evidence: /did not stop within 3 s of SIGTERM/ },
])("$fault", (broken) => expectRolledBack(world, "app", broken));

test("a config key that only this environment lacks stops the deploy before anything is touched", async () => {
  const file = join(world.repo, "environments", "test.yaml");
  const before = readFileSync(file, "utf8");
  const description = parse(before) as any;
  delete description.services.app.config;
  writeFileSync(file, stringify(description));
  try {
    const { code, document } = await world.json("deploy", "local/test", "app", "--release", "good");
    expect(code).toBe(1);
    expect(document["error"].code).toBe("E_DESCRIPTION");
    expect(document["error"].details.join()).toContain("IMAGE_HOST");
  } finally {
    writeFileSync(file, before);
  }
});
