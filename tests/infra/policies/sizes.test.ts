// Tests that nothing grows beyond the quota: fleets, machines, space.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import { kubernetesTypes } from "../../../infra/policies/kubernetes-kinds.ts";
import { sizes } from "../../../infra/policies/sizes.ts";
import { found, planned, types } from "./planned.ts";

const one = (type: string, inputs: object, quota = {}): string[] =>
  found(sizes, [planned(type, "server", { ...inputs })], { quota });

it("refuses a fleet, a machine and space beyond the quota", () => {
  expect(one(types.group, { maxSize: 201, minSize: 3 })).toEqual(["mandatory maxSize"]);
  expect(one(types.template, { instanceType: "p5.48xlarge" })).toEqual(["mandatory instanceType"]);
  expect(one(types.template, { instanceType: "m7g.16xlarge" })).toEqual(["mandatory instanceType"]);
  expect(one(types.template, { instanceType: "m7g.metal" })).toEqual(["mandatory instanceType"]);
  expect(one(types.database, { instanceClass: "db.x2g.large", allocatedStorage: 99_999 })).toEqual([
    "mandatory instanceClass",
    "mandatory allocatedStorage",
  ]);
  expect(one("aws:autoscaling/schedule:Schedule", { minSize: 500 })).toEqual(["mandatory minSize"]);
});

it("takes what the quota allows, and another quota", () => {
  expect(one(types.group, { maxSize: 200, desiredCapacity: 50 })).toEqual([]);
  expect(one(types.template, { instanceType: "t3.small" })).toEqual([]);
  expect(one(types.database, { instanceClass: "db.m7g.8xlarge", allocatedStorage: 100 })).toEqual([]);
  expect(one(types.group, { maxSize: 300 }, { fleetNodes: 300 })).toEqual([]);
  expect(one(types.group, { maxSize: 11 }, { fleetNodes: 10 })).toEqual(["mandatory maxSize"]);
});

it("tells what cannot be judged yet", () => {
  expect(one(types.template, { instanceType: unknownValue })).toEqual(["advisory instanceType unknown"]);
  expect(one(types.group, { maxSize: unknownValue })).toEqual(["advisory maxSize unknown"]);
});

it("counts pods like nodes", () => {
  const pods = (type: string, spec: object): string[] => found(sizes, [planned(type, "server", { spec })]);
  expect(pods(kubernetesTypes.rollout, { replicas: 201 })).toEqual(["mandatory spec.replicas"]);
  expect(pods(kubernetesTypes.rollout, { replicas: 50 })).toEqual([]);
  expect(pods(kubernetesTypes.autoscaler, { maxReplicas: 500 })).toEqual(["mandatory spec.maxReplicas"]);
  expect(pods(kubernetesTypes.scaledObject, { maxReplicaCount: 500 })).toHaveLength(1);
});
