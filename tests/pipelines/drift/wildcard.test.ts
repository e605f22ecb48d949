// Tests of patterns with *: what they match, what they cover, and that no pattern takes long.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { covers, matches } from "../../../pipelines/drift/wildcard.ts";

test.each([
  ["database", "database", true],
  ["database", "database-1", false],
  ["*", "", true],
  ["*", "anything.at[all]", true],
  ["app-*", "app-01", true],
  ["app-*", "my-app-01", false],
  ["*.owner", "tags.owner", true],
  ["a*b*c", "a-b-b-c", true],
  ["a*b*c", "a-b-b", false],
  ["a.c", "abc", false],
  ["[x]", "x", false],
])("%j on %j: %j", (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

test.each([
  ["tags", "tags.owner", true],
  ["tags", "tags[0].key", true],
  ["tags", "tagsAll", false],
  ["policy.Statement[Read]", "policy.Statement[Read].Action", true],
  ["policy.Statement[Read]", "policy.Statement[Write].Action", false],
  ["tags.*", "tags.owner", true],
  ["tags.*", "tags", false],
])("%j covers %j: %j", (pattern, path, expected) => {
  expect(covers(pattern, path)).toBe(expected);
});

test("it agrees with the same pattern as an expression", () => {
  const short = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 12 });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", ".", "*"), maxLength: 8 });
  fc.assert(
    fc.property(pattern, short, (one, text) => {
      const same = new RegExp(`^${one.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
      expect(matches(one, text)).toBe(same.test(text));
    }),
    { numRuns: 1000 },
  );
});

test("a hostile pattern takes no longer than its length times that of the text", () => {
  // One that tries every way would take years: it has no bound in time, for a slow machine may be slow.
  expect(matches(`${"a*".repeat(2000)}b`, "a".repeat(20_000))).toBe(false);
});
