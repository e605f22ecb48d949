// Tests that data ends only where somebody named it.
import { expect, it } from "vitest";
import { deletion } from "../../../infra/policies/deletion.ts";
import { kubernetesTypes } from "../../../infra/policies/kubernetes-kinds.ts";
import { deleted, dev, found, planned, types, violations } from "./planned.ts";

const gone = deleted(types.database, "database");
const replaced = planned(
  types.database,
  "database",
  {},
  { op: "replace", old: {}, replaceKeys: ["engine", "dbName"] },
);

it("refuses to delete or replace data", () => {
  expect(found(deletion, [gone])).toEqual(["mandatory "]);
  expect(found(deletion, [replaced])).toEqual(["mandatory engine"]);
  const [violation] = violations(deletion, [replaced]);
  expect(violation?.what).toContain("engine, dbName");
  expect(violation?.mend).toContain("--acknowledge database");
});

it("only advises where the environment is not protected", () => {
  expect(found(deletion, [gone], { of: dev })).toEqual(["advisory "]);
});

it("takes it once it is named, by its name or its URN", () => {
  expect(found(deletion, [gone], { acknowledged: ["database"] })).toEqual([]);
  expect(found(deletion, [gone], { acknowledged: [gone.urn] })).toEqual([]);
  expect(found(deletion, [gone], { acknowledged: ["data"] })).toHaveLength(1);
});

it("asks for the URN where a name stands for two things that end", () => {
  const secret = deleted(types.secret, "database");
  expect(found(deletion, [gone, secret], { acknowledged: ["database"] })).toHaveLength(2);
  expect(found(deletion, [gone, secret], { acknowledged: [gone.urn] })).toHaveLength(1);
});

it("lets go what can be made again", () => {
  expect(found(deletion, [deleted(types.topic, "alerts")])).toEqual([]);
  expect(found(deletion, [deleted(types.database, "copy", { replicateSourceDb: "database" })])).toEqual([]);
});

it("holds on to the data of a cluster: databases, claims, and the namespace with all that is in it", () => {
  for (const type of [kubernetesTypes.database, kubernetesTypes.claim, kubernetesTypes.namespace]) {
    expect(found(deletion, [deleted(type, "it")])).toEqual(["mandatory "]);
    expect(found(deletion, [deleted(type, "it")], { acknowledged: ["it"] })).toEqual([]);
  }
  expect(found(deletion, [deleted(kubernetesTypes.rollout, "server")])).toEqual([]);
});
