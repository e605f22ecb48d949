// The plan that is signed: the same for the same facts, another one for any difference, without a secret in it.
import { expect, it } from "vitest";
import type { PlannedResource } from "../../../infra/planned.ts";
import { alsoMasking } from "../../../pipelines/masking/registered.ts";
import { digestOf } from "../../../pipelines/review/digest.ts";
import { changePlan, isEmpty, unnamed } from "../../../pipelines/review/plan.ts";
import type { PlanGround } from "../../../pipelines/review/plan.ts";
import { anUpdate } from "../../support/review-rig.ts";

const ground: PlanGround = {
  environment: "prod",
  commit: "a".repeat(40),
  infra: true,
  ranges: [{ part: "infra", base: null, head: "a".repeat(40) }],
  versions: { surefoot: "1", engine: "2", lockfile: "3", policies: "4" },
  state: "none",
  description: "5",
  releases: [],
  pins: [],
};
const digest = (...planned: PlannedResource[]): string => digestOf(changePlan(ground, planned));
const second = anUpdate({ urn: "urn:pulumi:prod::surefoot::surefoot:local:Node::app-02", name: "app-02" });

it("does not depend on the order of things", () => {
  expect(digest(anUpdate(), second)).toBe(digest(second, anUpdate()));
  const turned = anUpdate({ old: { b: 1, a: 2 }, new: { a: 3, b: 1 }, replaceKeys: ["b", "a"] });
  const straight = anUpdate({ old: { a: 2, b: 1 }, new: { b: 1, a: 3 }, replaceKeys: ["a", "b"] });
  expect(digest(turned)).toBe(digest(straight));
});

it.each<[string, Partial<PlannedResource>]>([
  ["a property", { new: { size: 5 } }],
  ["what it was before", { old: { size: 2 } }],
  ["the kind of change", { op: "replace" }],
  ["protection", { protect: true }],
  ["what forces it", { replaceKeys: ["size"] }],
  ["its name", { name: "app-09" }],
  ["its type", { type: "surefoot:local:Edge" }],
])("is another plan where %s differs", (_what, change) => {
  expect(digest(anUpdate(change))).not.toBe(digest(anUpdate()));
});

it("binds what is too long to be shown", () => {
  const [one, other] = ["x", "y"].map((end) => anUpdate({ new: { text: `${"a".repeat(9000)}${end}` } }));
  const plans = [one, other].map((planned) => changePlan(ground, planned ? [planned] : []));
  expect(plans[0]?.resources[0]?.properties).toEqual(plans[1]?.resources[0]?.properties);
  expect(digest(one!)).not.toBe(digest(other!));
});

it("holds no secret, and is the same whatever else this process knows to be secret", () => {
  const planned = anUpdate({
    old: { password: "hunter2hunter2", env: [{ name: "DB_PASSWORD", value: "old-Secret-1" }] },
    new: {
      password: "hunter3hunter3",
      env: [{ name: "DB_PASSWORD", value: "new-Secret-2" }],
      zone: "central-1",
    },
  });
  const plan = changePlan(ground, [planned]);
  expect(JSON.stringify(plan)).not.toMatch(/hunter|Secret-/);
  const elsewhere = alsoMasking(["central-1"], () => changePlan(ground, [planned]));
  expect(JSON.stringify(elsewhere)).not.toContain("central-1");
  expect(digestOf(elsewhere)).toBe(digestOf(plan));
  // The limit: of a secret only that it changes is bound, not to what; the commit binds the rest.
  expect(digest({ ...planned, new: { ...planned.new, password: "hunter4hunter4" } })).toBe(digestOf(plan));
});

it("is empty only where nothing would be done, and no pin was written by hand", () => {
  const empty = changePlan(ground, [anUpdate({ op: "same" })]);
  expect(isEmpty(empty)).toBe(true);
  expect(isEmpty(changePlan(ground, [anUpdate()]))).toBe(false);
  const pin = { service: "app", id: "r1", content: "6", known: true };
  expect(isEmpty({ ...empty, pins: [pin] })).toBe(true);
  expect(isEmpty({ ...empty, pins: [{ ...pin, known: false }] })).toBe(false);
});

it("asks for each thing that holds data and ends by its name, or its URN where two share the name", () => {
  const bucket = anUpdate({
    type: "aws:s3/bucket:Bucket",
    op: "delete",
    new: null,
    urn: "urn:1::data",
    name: "data",
  });
  const database = anUpdate({
    type: "aws:rds/instance:Instance",
    op: "replace",
    urn: "urn:2::data",
    name: "data",
  });
  const names = (planned: PlannedResource[], ...acknowledged: string[]): string[] =>
    unnamed(changePlan(ground, planned), acknowledged).map(({ urn }) => urn);
  expect(names([bucket, second])).toEqual(["urn:1::data"]);
  expect(names([bucket], "data")).toEqual([]);
  expect(names([bucket, database], "data")).toEqual(["urn:1::data", "urn:2::data"]);
  expect(names([bucket, database], "urn:1::data")).toEqual(["urn:2::data"]);
});
