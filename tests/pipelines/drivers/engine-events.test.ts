// The engine's events, in whatever order they come, become one entry a resource.
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect, test } from "vitest";
import { changeCollector, planCollector } from "../../../pipelines/drivers/engine-events.ts";

const urn = (name: string, type = "aws:rds/instance:Instance") =>
  `urn:pulumi:prod::surefoot::${type}::${name}`;

function step(op: string, name: string, more: Record<string, unknown> = {}): any {
  const type = (more["type"] as string) ?? "aws:rds/instance:Instance";
  return { metadata: { op, urn: urn(name, type), type, provider: "aws", ...more } };
}
const planned = (...steps: any[]) => {
  const { take, planned: told } = planCollector();
  for (const resourcePreEvent of steps) take({ resourcePreEvent } as EngineEvent);
  return told();
};

test("a replacement is three events in any order, and one entry with both sides and what forces it", () => {
  const steps = [
    step("create-replacement", "database", {
      new: { inputs: { engine: "mysql" }, protect: true },
      keys: ["engine"],
    }),
    step("replace", "database", {
      old: { inputs: { engine: "postgres" } },
      new: { inputs: { engine: "mysql" } },
    }),
    step("delete-replaced", "database", { old: { inputs: { engine: "postgres" }, protect: true } }),
  ];
  for (const order of [steps, steps.toReversed()]) {
    expect(planned(...order)).toEqual([
      expect.objectContaining({
        name: "database",
        op: "replace",
        old: { engine: "postgres" },
        new: { engine: "mysql" },
        protect: true,
        replaceKeys: ["engine"],
      }),
    ]);
  }
});

test("what is decided after a refresh counts, and the engine's own resources are left out", () => {
  const seen = planned(
    step("refresh", "database", { old: { inputs: {} } }),
    step("same", "database", { old: { inputs: { a: 1 } }, new: { inputs: { a: 1 } } }),
    step("create", "prod", { type: "pulumi:pulumi:Stack" }),
    step("delete", "old", { old: { inputs: { a: 1 }, protect: false } }),
  );
  expect(seen.map(({ name, op, new: wanted }) => [name, op, wanted])).toEqual([
    ["database", "same", { a: 1 }],
    ["old", "delete", null],
  ]);
});

test("a protection that is being taken away is not told as one", () => {
  const [found] = planned(
    step("update", "database", { old: { inputs: {}, protect: true }, new: { inputs: {} } }),
  );
  expect(found?.protect).toBe(false);
});

test("each finished change is told once, a replacement too", () => {
  const told: string[] = [];
  const { take, changes } = changeCollector(({ op, name }) => told.push(`${op} ${name}`));
  const ops = ["create-replacement", "replace", "delete-replaced"];
  for (const op of ops) take({ resOutputsEvent: step(op, "database") } as EngineEvent);
  for (const op of ["same", "read", "refresh"]) take({ resOutputsEvent: step(op, "other") } as EngineEvent);
  expect([told, changes.length]).toEqual([["replace database"], 1]);
});
