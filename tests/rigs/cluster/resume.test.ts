// What goes wrong in the middle: a first release that fails, Ctrl-C on the way back, one more try, machines without room for two.
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Refusal } from "../../../pipelines/errors.ts";
import type { Progress } from "../../../pipelines/rollout/context.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { makeClusterWorld } from "./world.ts";
import type { ClusterWorld } from "./world.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 240_000 });

let world: ClusterWorld;

const rollout = {
  waves: [1, 5, "100%"],
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
      // A machine has 4 cores: there is no room for two.
      server: { nodes: 50, startWithin: "8s", stopWithin: "2s", resources: { cpu: "3" }, rollout },
      app: {
        nodes: 2,
        config: { IMAGE_HOST: "https://images.example.com" },
        rollout: { waves: [1, "100%"], minHealthy: "50%" },
      },
    },
  });
  await world.release("server", "r0-never-ready", "r1-slow-drain", "r2", "r3", "r4", "r5");
  await world.up();
});

afterAll(() => world?.end());

const servers = async () =>
  (await world.cluster.pods()).filter(
    ({ labels, going }) => labels["app.kubernetes.io/name"] === "server" && !going,
  );

const releases = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(await servers(), ({ labels }) => labels["surefoot.dev/release"] ?? "none")].map(
      ([release, pods]) => [release, pods.length],
    ),
  );

const interrupted = (): Refusal => new Refusal("E_INTERRUPTED", { what: "interrupted", state: "", next: "" });

test("a first release that fails leaves nothing that holds up the next one", async () => {
  expect(await world.deploy("server", "r0-never-ready")).toMatchObject({ outcome: "rolled-back" });
  expect(await releases()).toEqual({});
  expect(await world.deploy("server", "r1-slow-drain")).toMatchObject({ outcome: "deployed" });
  expect(await releases()).toEqual({ "r1-slow-drain": 50 });
});

test("a pod that waits until the one before it has left its machine has not failed", async () => {
  expect(await world.deploy("server", "r2")).toMatchObject({ outcome: "deployed", failedNodes: [] });
});

test("Ctrl-C on the way back does not hold it up, and what was begun is ended by the same command", async () => {
  world.source.set("r3", { errorRate: 0.2 });
  const controller = new AbortController();
  const tell = (one: Progress): void => {
    if (one.type === "rollback") controller.abort(interrupted());
  };
  const refused = await refusalFrom(world.deploy("server", "r3", { tell, signal: controller.signal }));
  expect(refused.code).toBe("E_INTERRUPTED");
  expect(await world.deploy("server", "r3")).toMatchObject({ outcome: "rolled-back" });
  expect(await releases()).toEqual({ r2: 50 });
});

test("one more try of a release is judged by what it does now", async () => {
  // The same release has the same hash: as long as pods of the first try are scraped, their errors count.
  const sets = await world.cluster.kubectl("get", "rs", "-A", "-l", "surefoot.dev/release=r3", "-o", "json");
  const [set] = (JSON.parse(sets) as { items: { metadata: { labels: Record<string, string> } }[] }).items;
  const hash = set?.metadata.labels["rollouts-pod-template-hash"];
  await world.prometheus.until(`up{rollouts_pod_template_hash="${hash}"}`, 0);
  world.source.set("r3", { silent: true });
  const again = await world.deploy("server", "r3");
  expect(again.reason).not.toContain("failed by the guards");
  expect(again).toMatchObject({ outcome: "paused" });
  expect(again.evidence.join()).not.toContain("failed by the guards");
  expect(await world.rollback("server")).toMatchObject({ outcome: "rolled-back", release: "r2" });
});

test("a release that was taken back never serves again, though the way back was not ended", async () => {
  expect(await world.deploy("server", "r4")).toMatchObject({ outcome: "deployed", previous: "r2" });
  await world.cluster.kubectl("cordon", "node-10");
  const back = await world.rollback("server");
  expect(back).toMatchObject({ outcome: "incomplete", release: "r2" });
  expect(back.stuckNodes).toHaveLength(1);
  const controller = new AbortController();
  const seen: Record<string, number>[] = [];
  const tell = (one: Progress): void => {
    if (one.type === "updated") void releases().then((now) => seen.push(now));
    if (one.type === "wave" && one.number === 1) void world.cluster.kubectl("uncordon", "node-10");
    if (one.type === "wave" && one.number === 2) controller.abort(interrupted());
  };
  const next = await refusalFrom(world.deploy("server", "r5", { tell, signal: controller.signal }));
  expect(next.code).toBe("E_INTERRUPTED");
  seen.push(await releases());
  expect(seen.filter((now) => "r4" in now)).toEqual([]);
  expect(await world.rollback("server")).toMatchObject({ release: "r2", stuckNodes: [] });
  expect(await releases()).toEqual({ r2: 50 });
});
