// Tests the one document of a preview: its verdict, and that an acknowledged end is let through.
import { expect, it } from "vitest";
import type { Description } from "../../../environments/shape.ts";
import type { PlannedResource } from "../../../infra/planned.ts";
import { judgePlan, preview } from "../../../pipelines/preview/run.ts";
import { deleted, planned, prod, types } from "../../infra/policies/planned.ts";

const description = { ...prod, region: "eu-central-1" } as unknown as Description;
const run = (plan: PlannedResource[]) =>
  preview({ environment: "prod", description, stack: { preview: async () => plan } }, { offline: false });

it("is clean, has changes, or is refused", async () => {
  const node = planned("surefoot:index:Node", "server-01", {});
  expect((await run([{ ...node, op: "same" }])).verdict).toBe("clean");
  expect((await run([node])).verdict).toBe("changes");
  expect((await run([node, deleted(types.database, "database")])).verdict).toBe("refused");
});

it("lets data go once it is named", () => {
  const plan = [deleted(types.database, "database")];
  expect(judgePlan(plan, description, ["database"]).verdict).toBe("changes");
  expect(judgePlan(plan, description, ["other"]).verdict).toBe("refused");
});

it("is refused by a broken rule though nothing changes", async () => {
  const open = planned(types.database, "database", { publiclyAccessible: true }, { op: "same", old: {} });
  const { verdict, changes } = await run([open]);
  expect([verdict, changes]).toEqual(["refused", []]);
});

it("has no cost where nothing is billed, and fails as the engine fails", async () => {
  expect((await run([planned("surefoot:index:Node", "server-01", {})])).cost).toBeNull();
  const stack = { preview: () => Promise.reject(new Error("engine")) };
  await expect(preview({ environment: "prod", description, stack }, { offline: false })).rejects.toThrow(
    "engine",
  );
});
