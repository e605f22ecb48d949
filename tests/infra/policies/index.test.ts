// Tests the list of rules as a whole: codes, order, what hostile plans do to it, and how its work grows.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import type { PlannedResource } from "../../../infra/planned.ts";
import { policyContext } from "../../../infra/policies/context.ts";
import { checkPolicies, policies } from "../../../infra/policies/index.ts";
import { kubernetesTypes } from "../../../infra/policies/kubernetes-kinds.ts";
import { deleted, planned, prod, types } from "./planned.ts";

const check = (resources: PlannedResource[]) => checkPolicies(resources, policyContext(prod, resources));

it("gives each rule a code of its own", () => {
  const codes = policies.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});

it("tells mandatory ones first, those that cannot be judged last", () => {
  const levels = check([
    planned(types.role, "role", { assumeRolePolicy: unknownValue }),
    planned(types.secret, "secret", {}, { protect: true }),
    deleted(types.database, "database"),
  ]).map(({ level, unknown }) => `${level}${unknown ? " unknown" : ""}`);
  const turns = levels.filter((level, index) => level !== levels[index - 1]);
  expect(turns).toEqual(["mandatory", "advisory", "advisory unknown"]);
});

const hostile = [null, 7, "text", [], [null], {}, { "": null }, Number.NaN, unknownValue];

it.each(hostile.map((value) => ({ value })))("survives $value in the place of any input", ({ value }) => {
  const every = ["policy", "assumeRolePolicy", "rules", "ingress", "tags", "blockDeviceMappings"];
  const more = ["metadataOptions", "inlinePolicies", "bucket", "acl", "instanceType", "maxSize", "cidrIpv4"];
  const objects = ["apiVersion", "metadata", "spec", "template", "data", "stringData"];
  const inputs = Object.fromEntries([...every, ...more, ...objects].map((key) => [key, value]));
  const odd = [...Object.values(types), ...Object.values(kubernetesTypes), "__proto__", "constructor", ""];
  expect(check(odd.map((type) => planned(type, "it", inputs))).length).toBeGreaterThan(5);
});

it("looks at each resource a bounded number of times, however many there are", () => {
  const looks = (count: number): number => {
    let seen = 0;
    const resources = Array.from({ length: count }, (_, index) => {
      const type = index % 2 === 0 ? types.bucket : types.block;
      const one = planned(type, `bucket-${Math.floor(index / 2)}`, { bucket: `name-${index}` });
      return Object.defineProperty(one, "new", { get: () => ((seen += 1), { bucket: unknownValue }) });
    });
    check(resources);
    return seen / count;
  };
  expect(looks(5000)).toBeLessThanOrEqual(looks(100));
  expect(looks(5000)).toBeLessThan(40);
});
