// prod on AWS, through the real engine with the stand-in for the cloud: up, again, larger, other machines, and what is refused.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadDescription } from "../../environments/loader.ts";
import type { Description } from "../../environments/shape.ts";
import type { PlannedResource } from "../../infra/planned.ts";
import { openCloud } from "../../infra/stand-in/cloud.ts";
import { openStack } from "../../pipelines/drivers/stack.ts";
import { passGate } from "../../pipelines/environment/gate.ts";
import { refusalFrom } from "../support/refusal.ts";
import { standInUp } from "../support/stand-in.ts";
import { makeWorld, processesOf } from "../support/world.ts";

const world = makeWorld();
const cloud = join(world.repo, "cloud");
const prod = prodOf();

function prodOf(): Description {
  const loaded = loadDescription(join(import.meta.dirname, "..", "..", "environments"), "prod");
  if (!loaded.ok) throw new Error("the shipped prod does not load");
  return loaded.description;
}

const open = (change: (description: Description) => void = () => {}) => {
  const description = structuredClone(prod);
  change(description);
  return openStack({ repo: world.repo, environment: "prod", stack: "prod", description, standIn: cloud });
};

const changed = (plan: readonly PlannedResource[]): string[] =>
  plan.filter(({ op }) => op !== "same").map(({ op, type, name }) => `${op} ${type} ${name}`);

const nodesOf = (description: Description, nodes: number): void => {
  const server = description.services["server"];
  if (server) server.nodes = nodes;
};

let made = 0;

beforeAll(async () => {
  const stack = await open();
  made = (await stack.up(() => {})).length;
});

afterAll(() => world.end());

test("up makes everything, a second up changes nothing", async () => {
  expect(made).toBeGreaterThan(100);
  const stack = await open();
  expect(await stack.up(() => {})).toEqual([]);
  const outputs = await stack.outputs();
  expect(outputs).toMatchObject({
    platform: "aws",
    fleets: [{ service: "app" }, { service: "server" }],
    database: { identifier: "surefoot-prod-database" },
  });
  expect((await openCloud(cloud).list()).length).toBe(made);
});

test("three that open a new clone's stack at once all get it, and the whole plan", async () => {
  const place = join(world.repo, "beside");
  const options = { repo: world.repo, environment: "prod", stack: "prod", description: prod, standIn: place };
  const stacks = await Promise.all([openStack(options), openStack(options), openStack(options)]);
  expect(await stacks[0].preview()).toHaveLength(made);
});

test("50 to 60 nodes is one change", async () => {
  const stack = await open((description) => nodesOf(description, 60));
  expect(changed(await stack.preview())).toEqual(["update aws:autoscaling/group:Group server"]);
});

test("another type of machine changes the machines of that service alone", async () => {
  const stack = await open((description) => {
    const server = description.services["server"];
    if (server) server.machine = "m6i.large";
  });
  const seen = changed(await stack.preview());
  expect(seen).toContain("update aws:ec2/launchTemplate:LaunchTemplate server");
  expect(seen.filter((line) => !/(autoscaling\/group:Group|LaunchTemplate) server$/.test(line))).toEqual([]);
});

test("a description without the database is refused, and with it everything else of that plan", async () => {
  const without = (description: Description): void => {
    delete description.database;
    nodesOf(description, 60);
  };
  const stack = await open(without);
  const refusal = await refusalFrom(
    passGate(stack, described(without), { environment: "prod", acknowledged: [] }),
  );
  expect(refusal).toMatchObject({ code: "E_PROTECTED", state: "nothing was deleted or replaced" });
  expect(refusal.message).toContain("database");
  expect(refusal.next).toContain("--acknowledge database");
  expect(changed(await (await open()).preview())).toEqual([]);
});

test("named, the database may go, and nothing else of what is protected", async () => {
  const change = (description: Description): void => void delete description.database;
  const stack = await open(change);
  await passGate(stack, described(change), { environment: "prod", acknowledged: ["database"] });
  const plan = await stack.preview();
  expect(changed(plan)).toContain("delete aws:rds/instance:Instance database");
  expect(plan.filter(({ op, protect }) => op === "delete" && protect)).toEqual([]);
  // Back to what was: the mark is put on again by the next up.
  await (await open()).up(() => {});
  const again = await refusalFrom(
    passGate(await open(change), described(change), { environment: "prod", acknowledged: [] }),
  );
  expect(again.code).toBe("E_PROTECTED");
});

function described(change: (description: Description) => void): Description {
  const description = structuredClone(prod);
  change(description);
  return description;
}

const held = async (place: string) => {
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "hold-network"), "");
  const child = standInUp(world.repo, place);
  while (!(await openCloud(place).list()).some(({ name }) => name === "network")) await setTimeout(50);
  const stack = await openStack({
    repo: world.repo,
    environment: "prod",
    stack: "prod",
    description: prod,
    standIn: place,
  });
  return { child, stack, release: () => rmSync(join(place, "hold-network")) };
};

test("kill -9 in the middle of an up: the next one adopts what was made, and makes nothing twice", async () => {
  const place = join(world.repo, "killed");
  const { child, stack, release } = await held(place);
  child.kill("SIGKILL");
  await child.gone;
  release();
  const network = async () => (await openCloud(place).list()).filter(({ name }) => name === "network");
  const before = await network();
  // Others may have been on their way too: the engine makes many at once.
  expect((await stack.adopt()).adopted).toContain("network");
  const changes = await stack.up(() => {});
  expect(changes.filter(({ name }) => name === "network")).toEqual([]);
  expect(await network()).toEqual(before);
  expect(await stack.up(() => {})).toEqual([]);
  const twice = Map.groupBy(await openCloud(place).list(), ({ type, name }) => `${type} ${name}`);
  expect([...twice].filter(([, list]) => list.length > 1).map(([key]) => key)).toEqual([]);
  expect(processesOf(join(world.repo, "infra", "stand-in"))).toEqual([]);
});

test("beside a living up another is refused; Ctrl-C then ends the first with nothing left half done", async () => {
  const place = join(world.repo, "interrupted");
  const { child, stack, release } = await held(place);
  const refusal = await refusalFrom(stack.up(() => {}));
  expect(refusal.code).toBe("E_ENGINE_BUSY");
  child.kill("SIGINT");
  release();
  expect(await child.gone).toBe(3);
  expect(await stack.adopt()).toEqual({ adopted: [], absent: [] });
  expect((await openCloud(place).list()).length).toBeLessThan(made);
  expect(processesOf(join(world.repo, "infra", "stand-in"))).toEqual([]);
});
