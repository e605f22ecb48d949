// What a refresh tells of each resource becomes what differs and nothing else; and a node that was killed here is really found.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { driftCollector } from "../../../pipelines/drivers/engine-drift.ts";
import { openStack } from "../../../pipelines/drivers/stack.ts";
import { describe } from "../../../pipelines/environment/describe.ts";
import { planDiff } from "../../../pipelines/preview/plan.ts";
import { makeWorld, small } from "../../support/world.ts";

const found = (...steps: object[]) => {
  const { take, drifted } = driftCollector();
  for (const metadata of steps) take({ resOutputsEvent: { metadata } } as unknown as EngineEvent);
  return drifted();
};
const step = (op: string, more: object = {}, type = "aws:autoscaling/group:Group") => ({
  op,
  type,
  urn: `urn:pulumi:prod::surefoot::${type}::server`,
  ...more,
});
const side = (inputs: object, outputs: object = inputs) => ({ inputs, outputs });

test("what is as the state has it, and the engine's own resources, are left out", () => {
  const moved = { old: side({ a: 1 }), new: side({ a: 2 }) };
  expect(found(step("same", moved), step("update", moved, "pulumi:providers:aws"))).toEqual([]);
});

test("what is gone is a deletion, protected or not", () => {
  const [gone] = found(step("delete", { old: { ...side({ a: 1 }), protect: true } }));
  expect(gone).toMatchObject({ op: "delete", name: "server", old: { a: 1 }, new: null, protect: true });
});

test("properties that the provider names are told alone, by its inputs", () => {
  const old = side({ tags: { a: "1" }, desiredCapacity: 3 }, { arn: "x" });
  const there = side({ tags: { a: "2" }, desiredCapacity: 9 }, { arn: "y" });
  const detailedDiff = { "tags.a": { diffKind: "update", inputDiff: true } };
  expect(found(step("update", { old, new: there, detailedDiff }))).toMatchObject([
    { op: "update", old: { tags: { a: "1" } }, new: { tags: { a: "2" } } },
  ]);
  const quoted = { '["tags"]["a.b"]': { diffKind: "update", inputDiff: true } };
  expect(found(step("update", { old, new: there, detailedDiff: quoted }))[0]?.new).toEqual({
    tags: { a: "2" },
  });
});

test("a provider that reads only outputs is believed for what we set, and for nothing else", () => {
  const old = side({ running: true }, { running: true, status: "ok" });
  const there = side({ running: true }, { running: false, status: "down" });
  expect(found(step("update", { old, new: there }))).toMatchObject([
    { old: { running: true }, new: { running: false } },
  ]);
});

const world = makeWorld();
const ports = process.env["SUREFOOT_PORTS"];
const open = () => {
  const { description } = describe(world.repo, "local/test");
  return openStack({
    repo: world.repo,
    environment: "local/test",
    stack: "local-test",
    description,
  });
};

beforeAll(async () => {
  process.env["SUREFOOT_PORTS"] = world.repo;
  world.describe(small({ nodes: 3 }));
  expect((await (await open()).drift()).length).toBe(0);
  expect((await world.run("up", "local/test")).code).toBe(0);
});

afterAll(async () => {
  if (ports === undefined) delete process.env["SUREFOOT_PORTS"];
  else process.env["SUREFOOT_PORTS"] = ports;
  await world.end();
});

test("a killed node and one whose folder is gone are found, again and again, and the state is not touched", async () => {
  const stack = await open();
  const version = await stack.version();
  expect(await stack.drift()).toEqual([]);
  const nodes = join(world.repo, ".surefoot/local/test/nodes");
  process.kill(Number(readFileSync(join(nodes, "server-02/run/keeper"), "utf8").split(" ")[0]), "SIGKILL");
  rmSync(join(nodes, "server-03"), { recursive: true });
  for (let round = 0; round < 2; round += 1) {
    const { changes } = planDiff(await stack.drift());
    expect(changes).toMatchObject([
      { op: "delete", name: "server-03" },
      {
        op: "update",
        name: "server-02",
        properties: [{ path: "running", kind: "changed", before: true, after: false }],
      },
    ]);
  }
  expect(await stack.version()).toBe(version);
  await stack.up(() => {});
  expect(await stack.drift()).toEqual([]);
});
