// The words of a rollback.
import { expect, it } from "vitest";
import type { RollbackResult } from "../../../pipelines/rollback/deploy.ts";
import { rollbackText } from "../../../pipelines/rollback/report.ts";

const result = (change: Partial<RollbackResult>): RollbackResult => ({
  service: "app",
  outcome: "rolled-back",
  release: "r1",
  from: "r2",
  reason: "slow",
  touchedNodes: ["app-01", "app-02", "app-03"],
  stuckNodes: [],
  seconds: 3.21,
  ...change,
});

it("says how many nodes went back, from what, in what time", () => {
  expect(rollbackText("local/prod", result({}))).toEqual(["app: 3 nodes back on r1 (from r2) in 3.2 s"]);
  expect(rollbackText("local/prod", result({ from: null, touchedNodes: ["app-01"] }))).toEqual([
    "app: 1 node back on r1 (from no release) in 3.2 s",
  ]);
});

it("says when there was nothing to do", () => {
  expect(rollbackText("local/prod", result({ touchedNodes: [] }))).toEqual([
    "app: every node that answers already ran r1",
  ]);
});

it("names each node that is not back, and what to do", () => {
  const stuckNodes = [{ node: "app-02", reason: "no answer\u001b[2J" }];
  expect(rollbackText("local/prod", result({ outcome: "incomplete", stuckNodes }))).toEqual([
    "app: 2 nodes back on r1 (from r2) in 3.2 s",
    "  not back: app-02: no answer\\u{1b}[2J",
    "Next: surefoot up local/prod, then: surefoot rollback local/prod app",
  ]);
});
