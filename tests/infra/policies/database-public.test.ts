// Tests that a database with a public address is refused, and one that may get one is told.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import { databasePublic } from "../../../infra/policies/database-public.ts";
import { deleted, found, planned, types } from "./planned.ts";

const database = (inputs: object) => [planned(types.database, "database", { ...inputs })];

it("refuses a public database", () => {
  expect(found(databasePublic, database({ publiclyAccessible: true }))).toEqual([
    "mandatory publiclyAccessible",
  ]);
});

it("takes a private one, and one that goes", () => {
  expect(found(databasePublic, database({ publiclyAccessible: false }))).toEqual([]);
  expect(found(databasePublic, database({}))).toEqual([]);
  expect(found(databasePublic, [deleted(types.database, "old", { publiclyAccessible: true })])).toEqual([]);
});

it("looks at one that does not change, too", () => {
  const standing = planned(types.database, "database", { publiclyAccessible: true }, { op: "same" });
  expect(found(databasePublic, [standing])).toHaveLength(1);
});

it("tells what cannot be judged yet", () => {
  expect(found(databasePublic, database({ publiclyAccessible: unknownValue }))).toEqual([
    "advisory publiclyAccessible unknown",
  ]);
});
