// The words of a rollout: plan, progress and outcome, line by line; hostile text cannot reach the terminal.
import { expect, it } from "vitest";
import type { Progress } from "../../../pipelines/rollout/context.ts";
import type { DeployResult } from "../../../pipelines/rollout/deploy.ts";
import { outcomeText, planText, progressText } from "../../../pipelines/rollout/report.ts";
import { aDeployable, aFleet, aPlan, aRequest } from "../../support/rollout.ts";

const hostile = "bad\u001b[2J\u202e\nline";
const neutral = "bad\\u{1b}[2J\\u{202e}\\u{a}line";
const plan = aPlan(aRequest(3, { seed: "0123456789abcdef" }), aFleet(3));

const result = (change: Partial<DeployResult>): DeployResult => ({
  service: "app",
  release: "r2",
  previous: "r1",
  outcome: "deployed",
  reason: "3 of 3 nodes run r2",
  evidence: [],
  wave: 2,
  touchedNodes: ["app-01"],
  failedNodes: [],
  parkedNodes: [],
  rollbackSeconds: null,
  seconds: 12.34,
  plan,
  approved: null,
  ...change,
});

it("shows a plan wave by wave", () => {
  const fleet = aFleet(50, (index) => (index === 49 ? { state: "unreachable", current: null } : {}));
  const request = aRequest(50, { seed: "0123456789abcdef" });
  const lines = planText(aPlan({ ...request, policy: { ...request.policy, smokeRestart: true } }, fleet));
  expect(lines[0]).toBe("local/prod app: r2 (from r1), 50 nodes, about 192 s and the drains");
  expect(lines[1]).toBe("  unreachable, in the failure budget: app-50");
  expect(lines[2]).toMatch(
    /^ {2}wave 1: 1 node \(app-\d\d\), bake 60 s, then one restart, at least 96% in service$/,
  );
  expect(lines[3]).toMatch(
    /^ {2}wave 2: 4 nodes \((app-\d\d, ){3}app-\d\d\), bake 30 s, at least 90% in service$/,
  );
  expect(lines[4]).toMatch(/^ {2}wave 3: 10 nodes \((app-\d\d, ){4}app-\d\d and 5 more\), bake 30 s/);
  expect(lines.at(-1)).toBe("  at most 4 out at one time; failure budget 3 nodes; order by seed 01234567");
  expect(lines).toHaveLength(7);
});

it("says where nothing ran before, and what is done already", () => {
  const idle = { state: "idle", current: null } as const;
  const first = planText(
    aPlan(
      aRequest(2, { previous: null }),
      aFleet(2, () => idle),
    ),
  );
  expect(first.slice(0, 2)).toEqual([
    "local/prod app: r2 (nothing ran before), 2 nodes, about 96 s and the drains",
    "  nothing serves yet: no capacity to keep, no nodes to compare with",
  ]);
  expect(first[2]).toMatch(/^ {2}wave 1: 1 node \(app-0\d\), bake 60 s$/);
  const half = aFleet(3, (index) => (index === 0 ? { current: "r2+00000000" } : {}));
  expect(planText(aPlan(aRequest(3), half))[1]).toBe("  already there: 1");
});

it("tells each kind of progress in one line, and nothing of single steps", () => {
  const lines: [Progress, string | undefined][] = [
    [
      { type: "plan", plan, resumed: false },
      "local/prod app: r2 (from r1), 3 nodes, about 129 s and the drains",
    ],
    [
      { type: "plan", plan, resumed: true },
      "goes on where it stopped: local/prod app: r2 (from r1), 3 nodes, about 129 s and the drains",
    ],
    [{ type: "wave", number: 1, of: 3, nodes: ["app-01"] }, "wave 1: 1 node (app-01)"],
    [{ type: "wave", number: 1, of: 3, nodes: [] }, "wave 1: all of its nodes are there already"],
    [{ type: "bake", number: 1, seconds: 4 }, "wave 1: bakes 4 s"],
    [{ type: "verdict", number: 1, verdict: { verdict: "pass", reason: "", evidence: [] } }, "wave 1: pass"],
    [
      { type: "verdict", number: 2, verdict: { verdict: "fail", reason: "slow", evidence: [] } },
      "wave 2: fail: slow",
    ],
    [{ type: "failed", node: "app-01", reason: "crashed" }, "app-01 failed: crashed"],
    [{ type: "parked", node: "app-01", reason: "still holds" }, "app-01 is parked: still holds"],
    [{ type: "blind", reason: "no answer" }, "metrics are down: no answer"],
    [{ type: "rollback", nodes: ["a", "b"], release: "r1", reason: "slow" }, "rolls 2 nodes back to r1"],
    [{ type: "rollback", nodes: ["a"], release: null, reason: "slow" }, "rolls 1 node back to no release"],
    [{ type: "node", node: "app-01", step: "drain" }, undefined],
    [{ type: "updated", node: "app-01", release: "r2", seconds: 1 }, undefined],
  ];
  for (const [progress, line] of lines) expect(progressText(progress)).toBe(line);
});

it("says that a release is deployed, and no more", () => {
  expect(outcomeText(result({}))).toEqual(["app r2: deployed in 12.3 s. 3 of 3 nodes run r2"]);
});

it("says what was undone, why, and what comes next", () => {
  const lines = outcomeText(
    result({
      outcome: "rolled-back",
      reason: "app-01 is slower",
      rollbackSeconds: 1.26,
      // What is known of a failed node is told once.
      evidence: ["latency 80 ms against 20 ms", "app-02: crashed"],
      failedNodes: [{ node: "app-02", reason: "crashed" }],
    }),
  );
  expect(lines).toEqual([
    "app r2: rolled-back in 12.3 s. app-01 is slower",
    "  stopped in wave 2; 1 node touched, back on r1 1.3 s after the verdict; the pin is back",
    "  evidence: latency 80 ms against 20 ms",
    "  failed: app-02: crashed",
    "Next: mend r2, then release it under a new name; surefoot ledger --environment local/prod",
  ]);
});

it("says where a paused rollout stands, and both ways on", () => {
  const parkedNodes = [{ node: "app-03", reason: "still holds sessions after 300 s" }];
  expect(outcomeText(result({ outcome: "paused", reason: "too few samples", parkedNodes }))).toEqual([
    "app r2: paused in 12.3 s. too few samples",
    "  paused after wave 2: 1 node on r2, the others on r1",
    "  parked: app-03: still holds sessions after 300 s",
    "Next: surefoot deploy local/prod app --release r2 goes on (--accept-wave takes this wave as good), surefoot rollback local/prod app goes back",
  ]);
  expect(outcomeText(result({ outcome: "paused", previous: null }))[1]).toContain("the others on no release");
});

it("neutralises text that comes from nodes and metrics", () => {
  const reason = hostile;
  const told: Progress[] = [
    { type: "failed", node: "n", reason },
    { type: "parked", node: "n", reason },
    { type: "blind", reason },
    { type: "verdict", number: 1, verdict: { verdict: "fail", reason, evidence: [] } },
  ];
  for (const progress of told) expect(progressText(progress)).toContain(neutral);
  const lines = outcomeText(
    result({
      outcome: "rolled-back",
      reason,
      evidence: [reason],
      failedNodes: [{ node: "n", reason }],
      parkedNodes: [{ node: "n", reason }],
    }),
  );
  for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(lines.filter((line) => line.includes(neutral))).toHaveLength(4);
});

it("names the release, not the node folder's id", () => {
  const target = aDeployable("r7");
  expect(planText(aPlan(aRequest(3, { target }), aFleet(3)))[0]).toContain("app: r7 (");
});
