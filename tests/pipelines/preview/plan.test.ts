// Tests the order and the counts of a plan's diff, and how its work grows.
import { expect, it } from "vitest";
import type { PlannedResource } from "../../../infra/planned.ts";
import { planDiff } from "../../../pipelines/preview/plan.ts";
import { deleted, planned, types } from "../../infra/policies/planned.ts";

const replaced = (type: string, name: string): PlannedResource =>
  planned(type, name, { a: 2 }, { op: "replace", old: { a: 1 }, replaceKeys: ["a"] });

it("shows what ends first, data before the rest, then updates, then what is new", () => {
  const { changes } = planDiff([
    planned(types.topic, "new", {}),
    planned(types.group, "server", { max: 2 }, { op: "update", old: { max: 1 } }),
    deleted(types.topic, "alerts"),
    replaced(types.template, "server"),
    deleted(types.bucket, "logs"),
    replaced(types.database, "database"),
    planned(types.key, "key", {}, { op: "same" }),
  ]);
  expect(changes.map(({ op, name }) => `${op} ${name}`)).toEqual([
    "replace database",
    "delete logs",
    "replace server",
    "delete alerts",
    "update server",
    "create new",
  ]);
  expect(changes[0]).toMatchObject({ stateful: true, forcedBy: ["a"] });
});

it("counts everything but the engine's own", () => {
  const { counts } = planDiff([
    planned("pulumi:pulumi:Stack", "stack", {}),
    planned("pulumi:providers:aws", "aws", {}),
    planned(types.topic, "a", {}, { op: "same" }),
    planned(types.topic, "b", {}),
  ]);
  expect(counts).toEqual({ create: 1, update: 0, replace: 0, delete: 0, same: 1, read: 0, refresh: 0 });
});

it("gives the same diff whatever order the engine told it in", () => {
  const all = ["c", "a", "b"].map((name) => planned(types.topic, name, {}));
  expect(planDiff(all)).toEqual(planDiff(all.toReversed()));
});

it("reads the inputs of 5,000 resources as often as those of 100", () => {
  const reads = (count: number): number => {
    let seen = 0;
    const resources = Array.from({ length: count }, (_, index) => {
      const one = planned(types.topic, `topic-${index}`, {}, { op: "update" });
      Object.defineProperty(one, "old", { get: () => ((seen += 1), { rules: [{ a: index }, { b: 1 }] }) });
      Object.defineProperty(one, "new", { get: () => ((seen += 1), { rules: [{ b: 1 }, { a: -1 }] }) });
      return one;
    });
    expect(planDiff(resources).changes).toHaveLength(count);
    return seen / count;
  };
  expect(reads(5000)).toBe(reads(100));
});
