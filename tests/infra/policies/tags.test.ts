// Tests that everything says whose it is, in either way of writing tags.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import { requiredTags, tags } from "../../../infra/policies/tags.ts";
import { defaultTags, tagsOf } from "../../../infra/platforms/aws/tags.ts";
import { labelsOf } from "../../../infra/platforms/kubernetes/labels.ts";
import { found, planned, types, violations } from "./planned.ts";

const all = Object.fromEntries(requiredTags.map((name) => [name, "x"]));
const one = (type: string, inputs: object): string[] => found(tags, [planned(type, "it", { ...inputs })]);

it("refuses a missing tag, and none at all where there should be some", () => {
  expect(one(types.bucket, {})).toEqual(["mandatory tags"]);
  const { "surefoot:owner": _, ...rest } = all;
  expect(violations(tags, [planned(types.topic, "it", { tags: rest })])[0]?.what).toBe(
    "without surefoot:owner",
  );
  expect(one("aws:some/thing:New", { tags: {} })).toEqual(["mandatory tags"]);
});

it("takes all tags, as an object and as a list", () => {
  expect(one(types.bucket, { tags: all })).toEqual([]);
  expect(one(types.group, { tags: requiredTags.map((key) => ({ key, value: "x" })) })).toEqual([]);
});

it("asks for what the platform writes", () => {
  const description = { name: "prod", owner: "team" } as Parameters<typeof defaultTags>[0];
  expect(one(types.bucket, { tags: tagsOf(description, "logs") })).toEqual([]);
});

it("leaves alone what takes no tags", () => {
  expect(one(types.rolePolicy, {})).toEqual([]);
  expect(one("surefoot:index:Node", {})).toEqual([]);
});

it("tells what cannot be judged yet", () => {
  expect(one(types.bucket, { tags: unknownValue })).toEqual(["advisory tags unknown"]);
});

it("asks objects of a cluster for the platform's labels, and nothing of charts", () => {
  const labels = labelsOf("prod");
  const metadata = (more: object) => ({ apiVersion: "v1", metadata: { name: "it", ...more } });
  expect(one("kubernetes:core/v1:Service", metadata({ labels }))).toEqual([]);
  expect(one("kubernetes:core/v1:Service", metadata({}))).toEqual(["mandatory metadata.labels"]);
  expect(one("kubernetes:core/v1:Service", metadata({ labels: unknownValue }))).toEqual([
    "advisory metadata.labels unknown",
  ]);
  expect(one("kubernetes:helm.sh/v3:Release", { name: "keda" })).toEqual([]);
});
