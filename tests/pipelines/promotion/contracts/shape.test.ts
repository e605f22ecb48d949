// The shape of answers: types and what is always there, never a value; and every answer that made it fits it.
import { array, assert, jsonValue, property } from "fast-check";
import { expect, test } from "vitest";
import { misfits } from "../../../../pipelines/promotion/contracts/schema.ts";
import { shapeOf } from "../../../../pipelines/promotion/contracts/shape.ts";

test("what only some answers have is optional, what differs in type is either", () => {
  expect(shapeOf([{ a: 1, b: "x" }, { a: 2.5 }, { a: null }])).toEqual({
    type: "object",
    properties: { a: { type: ["null", "number"] }, b: { type: "string" } },
    required: ["a"],
  });
});

test("lists have the shape of all their items; empty ones say no more", () => {
  expect(shapeOf([[1, "a"], []])).toEqual({ type: "array", items: { type: ["integer", "string"] } });
  expect(shapeOf([[]])).toEqual({ type: "array" });
  expect(shapeOf([{}])).toEqual({ type: "object" });
});

test("no value and no format gets into it", () => {
  const text = JSON.stringify(shapeOf([{ mail: "ann@example.com", at: "2026-11-22T12:00:00Z", id: 4711 }]));
  expect(text).not.toMatch(/ann|2026|4711|format/);
});

test("every answer fits the shape that it was part of", () => {
  const json = jsonValue({ maxDepth: 3 });
  assert(
    property(array(json, { minLength: 1, maxLength: 4 }), (values) => {
      const shape = shapeOf(values);
      for (const value of values) expect(misfits(shape, value, "")).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
