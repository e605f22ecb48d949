// What a stand-in compares: inputs of the last update with those wanted now, whatever else the outputs hold.
import { expect, test } from "vitest";
import { changedKeys, inputsOf, outputsOf } from "../../../infra/stand-in/given.ts";

test("what is computed is no input, and no change", () => {
  const outputs = outputsOf({ spec: { replicas: 3 }, name: "a" }, { arn: "arn:x", name: "computed" });
  expect(outputs).toMatchObject({ arn: "arn:x", name: "a" });
  expect(inputsOf(outputs)).toEqual({ spec: { replicas: 3 }, name: "a" });
  expect(changedKeys(outputs, { name: "a", spec: { replicas: 3 } })).toEqual([]);
});

test("what is added, taken away or different is a change, in whatever order keys stand", () => {
  const outputs = outputsOf({ a: { x: 1, y: 2 }, b: 1, c: 1 });
  expect(changedKeys(outputs, { a: { y: 2, x: 1 }, b: 2, d: 1 })).toEqual(["b", "c", "d"]);
});

test("of an adopted resource everything known was an input", () => {
  expect(inputsOf({ spec: 1, __mark: 2 })).toEqual({ spec: 1 });
});
