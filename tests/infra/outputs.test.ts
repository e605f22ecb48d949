// The outputs of a stack: read when they are whole, undefined when the stack never was up.
import { expect, it } from "vitest";
import { checkOutputs, parseOutputs } from "../../infra/outputs.ts";

const aws = {
  platform: "aws",
  region: "eu-central-1",
  fleets: [{ service: "app", group: "surefoot-prod-app", targetGroup: null }],
  artifacts: { bucket: "artifacts" },
  logs: { bucket: "logs" },
  cluster: null,
  database: null,
  backups: { vault: "vault" },
  alerts: { topic: "topic" },
  edge: null,
};
const nodes = [{ name: "app-01", service: "app", zone: "a" }];

it("reads what the infra plane tells, and drops what it does not know", () => {
  expect(parseOutputs({ platform: "local", nodes, later: 1 })).toEqual({ platform: "local", nodes });
  expect(parseOutputs(aws)).toEqual(aws);
});

it("takes a stack that was last up before there were clusters for one without", () => {
  const { cluster: _cluster, ...before } = aws;
  expect(parseOutputs(before)).toEqual(aws);
});

it("tells the program at once what of the contract it breaks", () => {
  expect(checkOutputs({ platform: "ssh", nodes })).toEqual({ platform: "ssh", nodes });
  const { alerts: _left, ...less } = aws;
  expect(() => checkOutputs({ ...less, region: 7 })).toThrow(/contract[\s\S]*region[\s\S]*alerts/);
});

it("tells a stack that never was up, or is not ours", () => {
  expect(parseOutputs({})).toBeUndefined();
  expect(parseOutputs({ platform: "local" })).toBeUndefined();
  expect(parseOutputs({ platform: "mainframe", nodes })).toBeUndefined();
  expect(parseOutputs({ platform: "local", nodes: [{ name: "app-01" }] })).toBeUndefined();
});
