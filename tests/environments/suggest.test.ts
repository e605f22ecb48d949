// Tests "did you mean".
import { expect, test } from "vitest";
import { hint, nearest } from "../../environments/suggest.ts";

test.each([
  ["nodez", ["nodes", "needs"], "nodes"],
  ["PROD", ["prod", "dev"], "prod"],
  ["heartbaet", ["heartbeat", "memory"], "heartbeat"],
  ["xy", ["ab"], undefined],
  ["completely", ["nodes"], undefined],
  ["nodes", [], undefined],
  ["n".repeat(5000), ["nodes"], undefined],
])("%# finds the nearest word", (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected);
});

test("without a near word the known ones are named", () => {
  expect(hint("zzzzzz", ["prod", "dev"], "Known here")).toBe(" Known here: dev, prod.");
  expect(hint("zzzzzz", [], "Known here")).toBe("");
});
