// An environment on Kubernetes, through the real engine with the stand-in for the cluster: up, again, larger, on another image, and what is refused.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Description } from "../../environments/shape.ts";
import type { PlannedResource } from "../../infra/planned.ts";
import { openCloud } from "../../infra/stand-in/cloud.ts";
import { openStack } from "../../pipelines/drivers/stack.ts";
import { passGate } from "../../pipelines/environment/gate.ts";
import { judgePlan } from "../../pipelines/preview/run.ts";
import { baseImage, describeCluster } from "../support/kube-description.ts";
import { refusalFrom } from "../support/refusal.ts";
import { standInUp } from "../support/stand-in.ts";
import { makeWorld, processesOf } from "../support/world.ts";

const world = makeWorld();
const cloud = join(world.repo, "cloud");
const shipped = describeCluster(world.repo);

const described = (change: (description: Description) => void = () => {}): Description => {
  const description = structuredClone(shipped);
  change(description);
  return description;
};
const openAt = (standIn: string, description = shipped) =>
  openStack({ repo: world.repo, environment: "cluster", stack: "cluster", description, standIn });
const open = (change?: (description: Description) => void) => openAt(cloud, described(change));

const changed = (plan: readonly PlannedResource[]): string[] =>
  plan
    .filter(({ op }) => op !== "same")
    .map(({ op, type, name }) => `${op} ${type.split(":").at(-1)} ${name}`);

const nodesOf = (description: Description, nodes: number): void => {
  const server = description.services["server"];
  if (server) server.nodes = nodes;
};

let made = 0;

beforeAll(async () => {
  made = (await (await open()).up(() => {})).length;
});

afterAll(() => world.end());

test("up makes everything, a second up changes nothing", async () => {
  expect(made).toBeGreaterThan(25);
  const stack = await open();
  expect(await stack.up(() => {})).toEqual([]);
  expect(await stack.outputs()).toEqual({
    platform: "kubernetes",
    context: "game",
    namespace: "surefoot-cluster",
    services: ["app", "server"],
    edge: expect.stringContaining("play.example.com"),
  });
  expect((await openCloud(cloud).list()).length).toBe(made);
});

test("the plan keeps every rule, and says that the cluster has no price here", async () => {
  const { verdict, violations, cost, unpriced } = judgePlan(await (await open()).preview(), shipped);
  expect(violations.filter(({ level }) => level === "mandatory")).toEqual([]);
  expect([verdict, cost]).toEqual(["clean", null]);
  expect(unpriced).toMatch(/^not estimated/);
});

test("no field of the Rollouts is the release plane's, and nothing waits for pods that no release has made yet", async () => {
  const all = await openCloud(cloud).list();
  const of = (kind: string) =>
    all.filter(({ type }) => type.endsWith(`:${kind}`)).map(({ inputs }) => inputs);
  for (const { spec } of of("Rollout") as { spec: Record<string, any> }[]) {
    expect(Object.keys(spec)).not.toEqual(expect.arrayContaining(["template"]));
    expect(spec["paused"]).toBeUndefined();
    expect(spec["strategy"].canary.steps).toBeUndefined();
  }
  // The provider would wait ten minutes for addresses of pods.
  const waits = [...of("Service"), ...of("Ingress")] as { metadata: { annotations?: object } }[];
  expect(waits.length).toBeGreaterThan(2);
  for (const { metadata } of waits)
    expect(metadata.annotations).toMatchObject({ "pulumi.com/skipAwait": "true" });
});

test("50 to 60 nodes change the Rollout, and what is measured by its size", async () => {
  const plan = await (await open((description) => nodesOf(description, 60))).preview();
  const seen = changed(plan);
  expect(seen).toContain("update Rollout server");
  const follows =
    /^update (Rollout server|ResourceQuota environment|PodDisruptionBudget server|PrometheusRule environment)$/;
  expect(seen.filter((line) => !follows.test(line))).toEqual([]);
});

test("another base image touches the shape of the pods, and no Rollout", async () => {
  const stack = await open((description) => void (description.kubernetes.base = baseImage("b")));
  expect(changed(await stack.preview()).toSorted()).toEqual([
    "update PodTemplate app",
    "update PodTemplate server",
  ]);
});

test("a description without the database is refused, and with it everything else of that plan", async () => {
  const change = (description: Description): void => void delete description.database;
  const refusal = await refusalFrom(
    passGate(await open(change), described(change), { environment: "cluster", acknowledged: [] }),
  );
  expect(refusal).toMatchObject({ code: "E_PROTECTED", state: "nothing was deleted or replaced" });
  expect(refusal.next).toContain("--acknowledge database");
  expect(changed(await (await open()).preview())).toEqual([]);
});

test("another namespace would replace everything: refused, also by its own rule", async () => {
  const change = (description: Description): void => void (description.kubernetes.namespace = "other");
  const refusal = await refusalFrom(
    passGate(await open(change), described(change), { environment: "cluster", acknowledged: [] }),
  );
  expect(refusal.code).toBe("E_PROTECTED");
  expect(refusal.message).toMatch(/namespace|database/);
});

const held = async (place: string) => {
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "hold-server"), "");
  const child = standInUp(world.repo, place, [join(world.repo, "environments"), "cluster"]);
  const begun = async () => (await openCloud(place).list()).some(({ name }) => name === "server");
  while (!(await begun())) await setTimeout(50);
  return { child, release: () => rmSync(join(place, "hold-server")) };
};

test("kill -9 in the middle of an up: the next one adopts what was made, and makes nothing twice", async () => {
  const place = join(world.repo, "killed");
  const { child, release } = await held(place);
  child.kill("SIGKILL");
  await child.gone;
  release();
  const stack = await openAt(place, described());
  expect((await stack.adopt()).adopted).toContain("server");
  await stack.up(() => {});
  expect(await stack.up(() => {})).toEqual([]);
  const all = await openCloud(place).list();
  expect(all.length).toBe(made);
  expect(
    [...Map.groupBy(all, ({ type, id }) => `${type} ${id}`).values()].filter((one) => one.length > 1),
  ).toEqual([]);
  expect(processesOf(join(world.repo, "infra", "stand-in"))).toEqual([]);
});

test("down leaves nothing of an environment without protection", async () => {
  const place = join(world.repo, "down");
  const stack = await openAt(
    place,
    described((description) => void (description.protection = false)),
  );
  await stack.up(() => {});
  await stack.down(() => {});
  expect(await openCloud(place).list()).toEqual([]);
});
