// Tests that what holds data is protected where the description asks for it, in the engine and in the cloud.
import { expect, it } from "vitest";
import { protection } from "../../../infra/policies/protection.ts";
import { kubernetesTypes } from "../../../infra/policies/kubernetes-kinds.ts";
import { dev, found, planned, types } from "./planned.ts";

const safe = { deletionProtection: true, skipFinalSnapshot: false };
const database = (inputs: object, protect: boolean) => [
  planned(types.database, "database", { ...inputs }, { protect }),
];

it("refuses data without protection", () => {
  expect(found(protection, database(safe, false))).toEqual(["mandatory protect"]);
  expect(found(protection, database({}, true))).toEqual(["mandatory deletionProtection"]);
  expect(found(protection, database({ ...safe, skipFinalSnapshot: true }, true))).toEqual([
    "mandatory skipFinalSnapshot",
  ]);
  expect(
    found(protection, [planned(types.bucket, "logs", { forceDestroy: true }, { protect: true })]),
  ).toEqual(["mandatory forceDestroy"]);
  expect(found(protection, [planned(types.key, "key", {})])).toEqual(["mandatory protect"]);
});

it("takes protected data, a copy for queries, and an environment without protection", () => {
  expect(found(protection, database(safe, true))).toEqual([]);
  expect(found(protection, database({ replicateSourceDb: "database" }, false))).toEqual([]);
  expect(found(protection, database({ skipFinalSnapshot: true }, false), { of: dev })).toEqual([]);
  expect(found(protection, [planned(types.topic, "alerts", {})])).toEqual([]);
});

it("asks for protection of what holds data in a cluster", () => {
  for (const type of [kubernetesTypes.database, kubernetesTypes.claim, kubernetesTypes.namespace]) {
    expect(found(protection, [planned(type, "it", {})])).toEqual(["mandatory protect"]);
    expect(found(protection, [planned(type, "it", {}, { protect: true })])).toEqual([]);
  }
});
