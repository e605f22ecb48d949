// Environments in a cluster: brought up twice, scaled, two side by side, told as a local one is, taken away without a rest.
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { status } from "../../../pipelines/environment/status.ts";
import type { Status } from "../../../pipelines/environment/status.ts";
import { outcomeText } from "../../../pipelines/rollout/report.ts";
import { small } from "../../support/world.ts";
import { makeClusterWorld } from "./world.ts";
import type { ClusterWorld } from "./world.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let world: ClusterWorld;

const rollout = {
  waves: [1, "100%"],
  bake: { first: "8s", rest: "8s" },
  failureBudget: 1,
  minHealthy: "50%",
  smokeRestart: false,
  drain: { sessions: "cut" },
};

const describe = (name: string, nodes: number): void =>
  world.describe(
    {
      ...small({ nodes, rollout }, { rollout: { ...rollout, failureBudget: 0 } }),
      platform: "kubernetes",
      database: "none",
      kubernetes: world.kubernetes,
    },
    name,
  );

beforeAll(async () => {
  world = await makeClusterWorld();
  describe("test", 4);
  describe("other", 3);
  await world.release("server", "r1", "r2");
});

afterAll(() => world?.end());

const statusOf = async (id: string): Promise<Status> => {
  using workspace = await world.open(id);
  return await status(workspace);
};
const serverPods = async (namespace: string) =>
  (await world.cluster.pods()).filter(
    (pod) => pod.namespace === namespace && pod.labels["app.kubernetes.io/name"] === "server" && !pod.going,
  );

test("up makes it, up again changes nothing, and a service without a release has no pods", async () => {
  const first = await world.up();
  expect(first.changes.length).toBeGreaterThan(20);
  expect(first.changes.every(({ op }) => op === "create")).toBe(true);
  expect((await world.up()).changes).toEqual([]);
  expect(await serverPods("surefoot-test")).toEqual([]);
  const { services } = await statusOf("test");
  expect(services.map(({ name, nodes }) => [name, new Set(nodes.map(({ state }) => state))])).toEqual([
    ["app", new Set(["idle"])],
    ["server", new Set(["idle"])],
  ]);
});

test("a release does not make the next up differ, and more nodes restart no pod", async () => {
  expect(await world.deploy("server", "r1")).toMatchObject({ outcome: "deployed" });
  expect((await world.up()).changes).toEqual([]);
  const before = (await serverPods("surefoot-test")).map(({ name }) => name);
  expect(before).toHaveLength(4);
  describe("test", 6);
  const { changes } = await world.up();
  expect(changes.filter(({ op }) => op !== "update")).toEqual([]);
  await world.cluster.kubectl(
    "wait",
    "rollout/server",
    "-n",
    "surefoot-test",
    "--for=jsonpath={.status.availableReplicas}=6",
    "--timeout=60s",
  );
  const after = (await serverPods("surefoot-test")).map(({ name }) => name);
  expect(after).toHaveLength(6);
  expect(after).toEqual(expect.arrayContaining(before));
});

test("another shape of pods waits for the next deploy, which takes it through the canary", async () => {
  const before = (await serverPods("surefoot-test")).map(({ name }) => name);
  const given = small(
    { nodes: 6, rollout, resources: { memory: "600MiB" } },
    { rollout: { ...rollout, failureBudget: 0 } },
  );
  world.describe({ ...given, platform: "kubernetes", database: "none", kubernetes: world.kubernetes });
  expect((await world.up()).changes.length).toBeGreaterThan(0);
  expect((await serverPods("surefoot-test")).map(({ name }) => name).toSorted()).toEqual(before.toSorted());
  const result = await world.deploy("server", "r1");
  expect(result).toMatchObject({ outcome: "deployed", wave: 2 });
  const after = (await serverPods("surefoot-test")).map(({ name }) => name);
  expect(after.filter((name) => before.includes(name))).toEqual([]);
});

test("two environments in one cluster do not touch each other", async () => {
  await world.up("other");
  const before = await serverPods("surefoot-test");
  expect(await world.deploy("server", "r2", { id: "other" })).toMatchObject({ outcome: "deployed" });
  expect(await serverPods("surefoot-test")).toEqual(before);
  await world.down("other");
  expect(await serverPods("surefoot-test")).toEqual(before);
  expect((await world.up()).changes).toEqual([]);
});

/** The keys of a document, however deep; what stands in lists counts once. */
function keys(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((one) => keys(one, `${path}[]`)))];
  if (value === null || typeof value !== "object") return [path];
  return Object.entries(value).flatMap(([key, inner]) => keys(inner, `${path}.${key}`));
}

test("status and summary are told as those of a local environment", async () => {
  const local = async (...words: string[]): Promise<Record<string, any>> => {
    const { code, document, stderr } = await world.json(...words);
    if (code !== 0) throw new Error(stderr);
    return document;
  };
  await local("up", "local/test");
  await local("deploy", "local/test", "server", "--release", "r1");
  const here = await local("deploy", "local/test", "server", "--release", "r2");
  const there = await world.deploy("server", "r2");
  // Which nodes a wave takes, the cluster chooses.
  const platforms = (path: string): boolean => !/waves\[\](\.nodes|\.size)|touchedNodes|\.done/.test(path);
  expect(keys(there).filter(platforms).toSorted()).toEqual(keys(here).filter(platforms).toSorted());
  const shown = (result: unknown): string[] =>
    outcomeText(result as never).map((line) =>
      line.replaceAll(/[\d.]+ s/g, "T s").replace("local/test", "test"),
    );
  expect(shown(there)).toEqual(shown(here));
  expect(keys(await statusOf("test"))).toEqual(keys(await local("status", "local/test")));
  await local("down", "local/test");
});

test("down leaves nothing", async () => {
  await world.down();
  const left = await world.cluster.kubectl("get", "namespaces", "-o", "name");
  expect(left).not.toContain("surefoot-test");
  expect((await world.cluster.pods()).filter(({ namespace }) => namespace === "surefoot-test")).toEqual([]);
  const all = await world.cluster.kubectl(
    "get",
    "rollouts,analysistemplates,analysisruns,replicasets,configmaps,secrets,services,pdb,netpol,podtemplates",
    "-A",
    "-l",
    "app.kubernetes.io/managed-by=surefoot",
    "-o",
    "name",
  );
  expect(all.trim()).toBe("");
});
