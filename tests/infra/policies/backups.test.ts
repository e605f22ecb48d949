// Tests that backups are kept as long as the description promises, a week at least under protection.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import { backups } from "../../../infra/policies/backups.ts";
import { policyContext } from "../../../infra/policies/context.ts";
import { dev, found, planned, prod, types } from "./planned.ts";

const database = (inputs: object) => [planned(types.database, "database", { ...inputs })];
const plan = (...rules: object[]) => [planned(types.plan, "backup", { rules })];
const kept = (deleteAfter: unknown) => ({ lifecycle: { deleteAfter } });

it("refuses a database that keeps less, or nothing", () => {
  expect(found(backups, database({ backupRetentionPeriod: 6 }))).toEqual(["mandatory backupRetentionPeriod"]);
  expect(found(backups, database({}))).toEqual(["mandatory backupRetentionPeriod"]);
  expect(found(backups, database({ backupRetentionPeriod: 0 }), { of: dev })).toHaveLength(1);
});

it("refuses a plan, or a copy of it, that ends too early", () => {
  expect(found(backups, plan(kept(35), kept(34)))).toEqual(["mandatory rules[1].lifecycle.deleteAfter"]);
  expect(found(backups, plan({ ...kept(35), copyActions: [kept(7)] }))).toEqual([
    "mandatory rules[0].copyActions[0].lifecycle.deleteAfter",
  ]);
});

it("takes enough, for ever, and a copy for queries", () => {
  expect(found(backups, database({ backupRetentionPeriod: 7 }))).toEqual([]);
  expect(found(backups, database({ replicateSourceDb: "database" }))).toEqual([]);
  expect(found(backups, plan(kept(35)))).toEqual([]);
  expect(found(backups, plan({}))).toEqual([]);
  expect(found(backups, plan(kept(3)), { of: dev })).toEqual([]);
});

it("asks for what the description says where that is more", () => {
  const database14 = { retention: 14 } as NonNullable<Parameters<typeof policyContext>[0]["database"]>;
  expect(policyContext({ ...prod, database: database14 }, []).leastDays).toEqual({
    database: 14,
    backup: 35,
  });
  expect(policyContext(dev, []).leastDays).toEqual({ database: 1, backup: 3 });
});

it("tells what cannot be judged yet", () => {
  expect(found(backups, database({ backupRetentionPeriod: unknownValue }))).toEqual([
    "advisory backupRetentionPeriod unknown",
  ]);
  expect(found(backups, plan(kept(unknownValue)))).toEqual([
    "advisory rules[0].lifecycle.deleteAfter unknown",
  ]);
});
