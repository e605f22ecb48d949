// The digest that people have signed: the same for the same plan in every version of this program.
import { expect, it } from "vitest";
import type { ChangePlan } from "../../../pipelines/review/change.ts";
import { digestOf, digestPattern, hashOf } from "../../../pipelines/review/digest.ts";

const plan: ChangePlan = {
  schema: 1,
  environment: "prod",
  commit: "a".repeat(40),
  infra: true,
  ranges: [],
  versions: { surefoot: "1", engine: "2", lockfile: "3", policies: "4" },
  state: "none",
  description: "5",
  resources: [],
  releases: [],
  pins: [],
};

it("is that of another program over the same bytes", () => {
  // printf '%s' '{"10":1,"9":2,"a":"\u20ac","b":[1,{"c":2,"d":1}]}' | sha256sum, with the sign itself
  expect(hashOf({ 9: 2, 10: 1, b: [1, { d: 1, c: 2 }], a: "\u20ac" })).toBe(
    "sha256:a1bdd7c77f59111a5136028f82081346b7671c82393b02fafbce39a09e55c074",
  );
});

it("of a plan never changes, and leaves out what people are shown of properties", () => {
  const resource = { urn: "u", type: "t", name: "app", op: "update" as const, inputs: "sha256:1" };
  const bound = { ...resource, protect: false, stateful: false, forcedBy: [] };
  const digest = digestOf({ ...plan, resources: [{ ...bound, properties: [] }] });
  const property = { path: "size", kind: "added" as const, after: 1, forces: false };
  expect(digest).toMatch(digestPattern);
  expect(digest).toBe("sha256:a7e59ab7eeb562300bdbf1285b3427301d18ff6a56406fbbadae09b0f5b12fb2");
  expect(digestOf({ ...plan, resources: [{ ...bound, properties: [property] }] })).toBe(digest);
});
