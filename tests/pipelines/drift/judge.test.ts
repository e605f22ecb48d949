// Tests of the judge of drift: property by property, what is allowed and by whom, what is allowed for nothing.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { PlannedResource } from "../../../infra/planned.ts";
import { judgeDrift } from "../../../pipelines/drift/judge.ts";

const resource = (change: Partial<PlannedResource> = {}): PlannedResource => ({
  urn: `urn:pulumi:prod::surefoot::aws:rds/instance:Instance::${change.name ?? "database"}`,
  type: "aws:rds/instance:Instance",
  name: "database",
  op: "update",
  old: { allocatedStorage: 100, tags: { owner: "us", cost: "a" } },
  new: { allocatedStorage: 120, tags: { owner: "them", cost: "b" } },
  protect: false,
  replaceKeys: [],
  ...change,
});
const entry = (resourceName: string, property = "*") => ({
  resource: resourceName,
  property,
  reason: "it grows by itself",
  owner: "team data",
});
const paths = (judged: ReturnType<typeof judgeDrift>): string[] =>
  judged.drifted.flatMap(({ properties }) => properties.map(({ path }) => path)).toSorted();

test("without a list every property that differs is told, as it was and as it is", () => {
  const { drifted, ignored, stale } = judgeDrift([resource()], []);
  expect(drifted).toMatchObject([{ name: "database", op: "update", stateful: true }]);
  expect(drifted[0]?.properties).toEqual(
    expect.arrayContaining([
      { path: "allocatedStorage", kind: "changed", before: 100, after: 120, forces: false },
      { path: "tags.owner", kind: "changed", before: "us", after: "them", forces: false },
    ]),
  );
  expect([ignored, stale]).toEqual([[], []]);
});

test("a property that may differ is ignored, with reason and owner; the others stay", () => {
  const judged = judgeDrift([resource()], [entry("database", "allocatedStorage")]);
  expect(paths(judged)).toEqual(["tags.cost", "tags.owner"]);
  expect(judged.ignored).toEqual([
    {
      name: "database",
      type: "aws:rds/instance:Instance",
      property: "allocatedStorage",
      reason: "it grows by itself",
      owner: "team data",
    },
  ]);
});

test("a path covers what lies below it, a star any text", () => {
  expect(paths(judgeDrift([resource()], [entry("data*", "tags")]))).toEqual(["allocatedStorage"]);
  expect(paths(judgeDrift([resource()], [entry("*", "*.owner")]))).toEqual(["allocatedStorage", "tags.cost"]);
  expect(judgeDrift([resource()], [entry("*")]).drifted).toEqual([]);
});

test("one that is gone is allowed only by an entry for all of it", () => {
  const gone = resource({ op: "delete", new: null });
  expect(judgeDrift([gone], [entry("database", "tags")]).drifted).toMatchObject([{ op: "delete" }]);
  expect(judgeDrift([gone], [entry("database", "a*")]).drifted).toHaveLength(1);
  const allowed = judgeDrift([gone], [entry("database")]);
  expect([allowed.drifted, allowed.ignored.map(({ property }) => property)]).toEqual([[], [""]]);
});

test("an entry that matches nothing is stale; the first that matches counts", () => {
  const { ignored, stale } = judgeDrift(
    [resource()],
    [entry("database"), entry("database", "tags"), entry("bucket")],
  );
  expect(stale).toEqual([entry("database", "tags"), entry("bucket")]);
  expect(ignored).toHaveLength(3);
});

test("a secret that differs is told as one", () => {
  const before = { password: "canary-old", note: "token=canary-old" };
  const after = { password: "canary-new", note: "token=canary-new2" };
  const judged = judgeDrift([resource({ old: before, new: after })], [entry("other")]);
  expect(judged.drifted[0]?.properties.map(({ path }) => path)).toContain("password");
  expect(JSON.stringify(judged)).not.toContain("canary");
});

test("every difference is told once, as drift or as ignored", () => {
  const name = fc.constantFrom("app", "db", "bucket");
  const key = fc.constantFrom("a", "b", "c");
  const one = fc.record({ name, keys: fc.uniqueArray(key, { minLength: 1 }) });
  const resources = fc.uniqueArray(one, { selector: (each) => each.name });
  const entries = fc.array(
    fc.record({ resource: fc.oneof(name, fc.constant("*")), property: fc.oneof(key, fc.constant("*")) }),
  );
  fc.assert(
    fc.property(resources, entries, (some, list) => {
      const planned = some.map(({ name: called, keys }) =>
        resource({
          name: called,
          old: Object.fromEntries(keys.map((each) => [each, 1])),
          new: Object.fromEntries(keys.map((each) => [each, 2])),
        }),
      );
      const { drifted, ignored } = judgeDrift(
        planned,
        list.map(({ resource: r, property }) => entry(r, property)),
      );
      const told = [
        ...drifted.flatMap((each) => each.properties.map(({ path }) => `${each.name} ${path}`)),
        ...ignored.map((each) => `${each.name} ${each.property}`),
      ];
      expect(told.toSorted()).toEqual(
        some.flatMap((each) => each.keys.map((path) => `${each.name} ${path}`)).toSorted(),
      );
    }),
  );
});
