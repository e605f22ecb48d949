// Tests that a plan which the engine refuses for what is protected is still shown as a whole, refused and named.
import { expect, it } from "vitest";
import type { Description } from "../../../environments/shape.ts";
import type { PlannedResource } from "../../../infra/planned.ts";
import { Refusal } from "../../../pipelines/errors.ts";
import { withPlan } from "../../../pipelines/preview/held-back.ts";
import { preview } from "../../../pipelines/preview/run.ts";
import { deleted, dev, planned, prod, types } from "../../infra/policies/planned.ts";

const refusal = (code: "E_PROTECTED" | "E_ENGINE"): Refusal =>
  new Refusal(code, { what: "database is protected", state: "nothing was deleted", next: "put it back" });
const node = planned("surefoot:index:Node", "server-01", {});
const look = (plan: PlannedResource[], of: object, code: "E_PROTECTED" | "E_ENGINE" = "E_PROTECTED") =>
  preview(
    {
      environment: "prod",
      description: { ...of, region: "" } as unknown as Description,
      stack: { preview: () => Promise.reject(withPlan(refusal(code), plan)) },
    },
    { offline: true },
  );

it("names what a rule names already only once", async () => {
  const result = await look([node, { ...deleted(types.database, "database"), protect: true }], prod);
  expect(result.verdict).toBe("refused");
  expect(result.changes.map(({ op, name }) => `${op} ${name}`)).toEqual([
    "delete database",
    "create server-01",
  ]);
  expect(result.violations.filter(({ code }) => /ends|protected/.test(code))).toMatchObject([
    { code: "stateful-ends", level: "mandatory" },
  ]);
});

it("is refused though no rule minds, and says what may be missing", async () => {
  const ends = { op: "replace" as const, old: {}, protect: true };
  const result = await look([planned(types.database, "database", {}, ends)], dev);
  expect([result.verdict, result.violations[0]?.code, result.violations[0]?.resource]).toEqual([
    "refused",
    "protected",
    "database",
  ]);
  expect(result.violations[0]?.what).toMatch(/^database is protected; .* may be missing/);
  expect(await look([node], dev)).toMatchObject({ verdict: "refused", violations: [{ code: "protected" }] });
});

it("leaves any other refusal as it is", async () => {
  await expect(look([node], dev, "E_ENGINE")).rejects.toMatchObject({ code: "E_ENGINE" });
  const bug = new Error("bug");
  expect(withPlan(bug, [])).toBe(bug);
  expect(withPlan(refusal("E_PROTECTED"), [])).toMatchObject({
    code: "E_PROTECTED",
    next: "put it back",
    state: "nothing was deleted",
  });
});
