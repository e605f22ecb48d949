// The outputs of a stack: read when they are whole, undefined when the stack never was up.
import { expect, it } from "vitest";
import { parseOutputs } from "../../infra/outputs.ts";

const nodes = [{ name: "app-01", service: "app", zone: "a" }];

it("reads what the infra plane tells, and drops what it does not know", () => {
  expect(parseOutputs({ platform: "local", nodes, later: 1 })).toEqual({ platform: "local", nodes });
  expect(parseOutputs({ platform: "aws", nodes: [] })).toEqual({ platform: "aws", nodes: [] });
});

it("tells a stack that never was up, or is not ours", () => {
  expect(parseOutputs({})).toBeUndefined();
  expect(parseOutputs({ platform: "local" })).toBeUndefined();
  expect(parseOutputs({ platform: "mainframe", nodes })).toBeUndefined();
  expect(parseOutputs({ platform: "local", nodes: [{ name: "app-01" }] })).toBeUndefined();
});
