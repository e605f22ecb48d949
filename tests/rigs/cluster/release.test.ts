// Releases over 50 pods on 50 machines: Argo Rollouts moves and judges them, and each ends as its verdict says.
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { status } from "../../../pipelines/environment/status.ts";
import type { Progress } from "../../../pipelines/rollout/context.ts";
import { makeClusterWorld } from "./world.ts";
import type { ClusterWorld } from "./world.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let world: ClusterWorld;

const rollout = {
  waves: [1, 5, "30%", "100%"],
  bake: { first: "10s", rest: "10s" },
  failureBudget: 3,
  minHealthy: "70%",
  smokeRestart: false,
  drain: { sessions: "cut" },
};

beforeAll(async () => {
  world = await makeClusterWorld();
  world.describe({
    extends: "base",
    platform: "kubernetes",
    zones: ["zone-a", "zone-b", "zone-c"],
    database: "none",
    kubernetes: world.kubernetes,
    services: {
      server: { nodes: 50, startWithin: "8s", stopWithin: "2s", rollout },
      app: {
        nodes: 2,
        config: { IMAGE_HOST: "https://images.example.com" },
        rollout: { waves: [1, "100%"], minHealthy: "50%" },
      },
    },
  });
  await world.release(
    "server",
    "r1",
    "r2",
    "r3-errors",
    "r4-slow",
    "r5-crash-loop",
    "r6-never-ready",
    "r7-silent",
    "r8",
  );
  await world.up();
});

afterAll(() => world?.end());

const running = async (): Promise<Record<string, number>> => {
  using workspace = await world.open();
  const { services } = await status(workspace);
  const nodes = services.find(({ name }) => name === "server")?.nodes ?? [];
  return Object.fromEntries(
    [...Map.groupBy(nodes, ({ release, state }) => `${release} ${state}`)].map(([key, list]) => [
      key,
      list.length,
    ]),
  );
};

/** Runs it, and counts how many pods served at the least meanwhile. */
async function leastServing<T>(work: Promise<T>): Promise<{ least: number; result: T }> {
  let least = 50;
  const over = new AbortController();
  const counting = (async () => {
    while (!over.signal.aborted) {
      const pods = await world.cluster.pods();
      const serving = pods.filter(
        ({ labels, ready, going }) => labels["app.kubernetes.io/name"] === "server" && ready && !going,
      );
      least = Math.min(least, serving.length);
    }
  })();
  try {
    return { result: await work, least };
  } finally {
    over.abort();
    await counting;
  }
}

const pinned = async (): Promise<string | undefined> => {
  using workspace = await world.open();
  return workspace.pins.of("server").current?.release;
};

test("the first release: 50 pods, one on each of 50 machines", async () => {
  const result = await world.deploy("server", "r1");
  expect(result).toMatchObject({ outcome: "deployed", previous: null });
  expect(await running()).toEqual({ "r1 running": 50 });
  const pods = (await world.cluster.pods()).filter(
    ({ labels }) => labels["app.kubernetes.io/name"] === "server",
  );
  expect(new Set(pods.map(({ node }) => node)).size).toBe(50);
});

test("a good release passes every wave", async () => {
  const told: Progress[] = [];
  const result = await world.deploy("server", "r2", { tell: (one) => told.push(one) });
  expect(result).toMatchObject({ outcome: "deployed", release: "r2", previous: "r1" });
  expect(
    told.flatMap((one) => (one.type === "verdict" ? [`${one.number} ${one.verdict.verdict}`] : [])),
  ).toEqual(["1 pass", "2 pass", "3 pass", "4 pass"]);
  expect(await running()).toEqual({ "r2 running": 50 });
});

const bad: [release: string, wave: number, reason: RegExp, fault?: object][] = [
  // Argo measures each guard for itself and ends all of them with the first that fails: which one it was may not be measured yet.
  ["r3-errors", 1, /^1 pod failed by the guards( \(errorRate\))?$/, { errorRate: 0.2 }],
  ["r4-slow", 2, /latency p95 is \+\d+ % \(allowed/, { latency: 0.5 }],
  ["r5-crash-loop", 1, /restarts \(allowed 1\)/],
  ["r6-never-ready", 1, /not ready within 8 s/],
];

test.each(bad)(
  "%s stops in wave %i, is rolled back, and so is its pin",
  async (release, wave, reason, fault) => {
    if (fault !== undefined) world.source.set(release, fault);
    const { result, least } = await leastServing(world.deploy("server", release));
    expect(result).toMatchObject({ outcome: "rolled-back", wave });
    expect(result.reason).toMatch(reason);
    expect(await running()).toEqual({ "r2 running": 50 });
    expect(await pinned()).toBe("r2");
    expect(least).toBeGreaterThanOrEqual(35);
  },
);

test("a release without metrics is neither passed nor failed: it pauses, and goes back on request", async () => {
  world.source.set("r7-silent", { silent: true });
  const result = await world.deploy("server", "r7-silent");
  expect(result).toMatchObject({ outcome: "paused" });
  const back = await world.rollback("server");
  expect(back).toMatchObject({ outcome: "rolled-back", release: "r2", stuckNodes: [] });
  expect(await running()).toEqual({ "r2 running": 50 });
});

test("with metrics down nothing is promoted and nothing rolled back; once they are back it goes on", async () => {
  const told: Progress[] = [];
  const tell = (one: Progress): void => {
    told.push(one);
    if (one.type === "wave" && one.number === 2) void world.prometheus.stop();
  };
  const result = await world.deploy("server", "r8", { tell });
  expect(result.outcome).toBe("paused");
  expect(told.some(({ type }) => type === "blind")).toBe(true);
  await world.prometheus.start();
  expect(await world.deploy("server", "r8")).toMatchObject({ outcome: "deployed" });
  expect(await running()).toEqual({ "r8 running": 50 });
});

test("the whole fleet goes back in seconds, without walking the steps", async () => {
  const { result, least } = await leastServing(world.rollback("server"));
  expect(result).toMatchObject({ outcome: "rolled-back", release: "r2", from: "r8", stuckNodes: [] });
  expect(least).toBeGreaterThanOrEqual(35);
  expect(await running()).toEqual({ "r2 running": 50 });
});

test("with the API server restarted and the controller killed on the way it still ends right", async () => {
  const tell = (one: Progress): void => {
    if (one.type === "bake" && one.number === 1) void world.cluster.restartApiserver();
    if (one.type === "wave" && one.number === 3)
      void world.cluster.stopController().then(() => world.cluster.startController());
  };
  const result = await world.deploy("server", "r8", { tell });
  expect(result).toMatchObject({ outcome: "deployed" });
  expect(await running()).toEqual({ "r8 running": 50 });
});
