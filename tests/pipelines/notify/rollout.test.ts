// Tests of what chats are told of a rollout: each step that matters as one sentence that stands alone, the rest not at all.
import { expect, test } from "vitest";
import { noticeOfOutcome, noticeOfProgress, noticeOfRollback } from "../../../pipelines/notify/rollout.ts";
import type { RollbackResult } from "../../../pipelines/rollback/deploy.ts";
import type { Progress } from "../../../pipelines/rollout/context.ts";
import type { DeployResult } from "../../../pipelines/rollout/deploy.ts";
import { aFleet, aPlan, aRequest } from "../../support/rollout.ts";

const plan = aPlan({ ...aRequest(50), environment: "prod" }, aFleet(50));
const told = (progress: Progress) => noticeOfProgress(plan, progress);

const result = (change: Partial<DeployResult> = {}): DeployResult => ({
  outcome: "deployed",
  reason: "50 of 50 nodes run r2",
  evidence: [],
  wave: plan.waves.length,
  touchedNodes: Array.from({ length: 50 }, (_, index) => `app-${index}`),
  failedNodes: [],
  parkedNodes: [],
  rollbackSeconds: null,
  service: "app",
  release: "r2",
  previous: "r1",
  seconds: 61.4,
  plan,
  approved: null,
  ...change,
});

test("the beginning says what, from what, in how many waves", () => {
  expect(told({ type: "plan", plan, resumed: false })).toMatchObject({
    kind: "started",
    environment: "prod",
    service: "app",
    title: `prod app r2 rolls out (from r1): ${plan.waves.length} waves, 50 nodes`,
    cause: `rollout ${plan.id}`,
  });
  expect(told({ type: "plan", plan, resumed: true })?.title).toContain("goes on");
});

test("each verdict is told, under the cause of its rollout", () => {
  const verdict = { verdict: "fail" as const, reason: "p95 is 3 times that of r1", evidence: [] };
  expect(told({ type: "verdict", number: 2, verdict })).toMatchObject({
    kind: "wave",
    title: "prod app r2: wave 2: fail: p95 is 3 times that of r1",
    cause: `rollout ${plan.id}`,
  });
});

test("nodes that fail have a cause of their own, and a title that is alike for all", () => {
  const notices = ["app-01", "app-02"].map((node) => told({ type: "failed", node, reason: "exit 1" }));
  expect(notices.map((one) => one?.title)).toEqual([
    "failed (prod app r2): exit 1",
    "failed (prod app r2): exit 1",
  ]);
  expect(notices.map((one) => one?.subject)).toEqual(["app-01", "app-02"]);
  expect(notices[0]?.cause).not.toBe(`rollout ${plan.id}`);
});

test("single steps are not told", () => {
  const steps: Progress[] = [
    { type: "node", node: "app-01", step: "drain" },
    { type: "updated", node: "app-01", release: "r2", seconds: 1 },
    { type: "bake", number: 1, seconds: 300 },
    { type: "left", node: "app-01" },
  ];
  expect(steps.map(told)).toEqual(steps.map(() => undefined));
});

test("done is one sentence; evidence is for what went wrong", () => {
  const done = noticeOfOutcome("prod", result({ evidence: ["p95 is the same"] }));
  expect(done).toMatchObject({
    kind: "done",
    title: "prod app r2: deployed in 61 s: 50 of 50 nodes run r2",
    lines: [],
  });
  const back = noticeOfOutcome(
    "prod",
    result({ outcome: "rolled-back", reason: "p95 rose", evidence: ["p95 90 ms, before 30 ms"], wave: 2 }),
  );
  expect(back).toMatchObject({
    kind: "rolled-back",
    title: "prod app r2: rolled-back in 61 s: p95 rose",
    lines: [
      "stopped in wave 2; 50 nodes touched, all back on r1, and so is the pin",
      "evidence: p95 90 ms, before 30 ms",
    ],
  });
});

test("one that is paused waits for a person, one not wholly back has failed", () => {
  expect(noticeOfOutcome("prod", result({ outcome: "paused" })).kind).toBe("waiting");
  const half = noticeOfOutcome("prod", result({ outcome: "incomplete", previous: null }));
  expect([half.kind, half.lines[0]]).toEqual([
    "failed",
    "the pin is back on no release, not every node is: surefoot up prod, then surefoot rollback prod app",
  ]);
});

test("a rollback tells where to, why, and who is not back", () => {
  const rolled: RollbackResult = {
    service: "app",
    outcome: "incomplete",
    release: "r1",
    from: "r2",
    reason: "players report lag",
    touchedNodes: ["app-01", "app-02"],
    stuckNodes: [{ node: "app-02", reason: "unreachable" }],
    seconds: 4.2,
  };
  expect(noticeOfRollback("prod", rolled)).toMatchObject({
    kind: "failed",
    title: "prod app: 1 node taken back to r1 (from r2) in 4 s: players report lag",
    lines: ["not back: app-02: unreachable"],
  });
  expect(noticeOfRollback("prod", { ...rolled, outcome: "rolled-back", stuckNodes: [] }).kind).toBe(
    "rolled-back",
  );
});
