// The order in which a verdict is reached: failed nodes, the judge, blindness.
import { expect, it } from "vitest";
import { remark } from "../../../pipelines/observe/evidence.ts";
import type { Verdict } from "../../../pipelines/observe/evidence.ts";
import type { Judgement } from "../../../pipelines/observe/judge.ts";
import { failuresOf, verdict } from "../../../pipelines/observe/verdict.ts";
import type { FailedNode, WaveFacts } from "../../../pipelines/observe/verdict.ts";

const judged = (decision: Verdict): Judgement => ({
  verdict: decision,
  evidence: [
    remark("memory", "pass", [5, 45], "memory is fine"),
    remark("latencyP95", decision, [5, 45], "latency, the sentence"),
  ],
});

const failed = (count: number, cause: FailedNode["cause"]): FailedNode[] =>
  Array.from({ length: count }, (_, i) => ({
    node: `server-${i + 1}`,
    reason: "not healthy in 20 s",
    cause,
  }));

const facts = (change: Partial<WaveFacts> = {}): WaveFacts => ({
  failedNodes: [],
  failureBudget: 3,
  wave: 2,
  waveNodes: 20,
  judgement: judged("pass"),
  blind: false,
  ...change,
});

it("takes the judge's verdict when nothing else is known", () => {
  for (const decision of ["pass", "fail", "inconclusive"] as const) {
    expect(verdict(facts({ judgement: judged(decision) })).verdict).toBe(decision);
  }
  const { reason, evidence } = verdict(facts({ judgement: judged("fail") }));
  expect(reason).toBe("latency, the sentence");
  expect(evidence).toEqual(["memory is fine", "latency, the sentence"]);
});

it("fails for one broken node in the first wave, if the release broke it", () => {
  const first = { wave: 1, waveNodes: 5 };
  const outcome = verdict(facts({ ...first, failedNodes: failed(1, "release") }));
  expect(outcome).toMatchObject({
    verdict: "fail",
    reason: "server-1 failed in the first wave: not healthy in 20 s",
  });
  expect(verdict(facts({ ...first, failedNodes: failed(1, "node") })).verdict).toBe("pass");
  expect(verdict(facts({ failedNodes: failed(1, "release") })).verdict).toBe("pass");
});

it("fails above the failure budget, whatever the cause", () => {
  expect(verdict(facts({ failedNodes: failed(3, "node") })).verdict).toBe("pass");
  const outcome = verdict(facts({ failedNodes: failed(4, "node") }));
  expect(outcome).toMatchObject({
    verdict: "fail",
    reason: "4 nodes failed, more than the failure budget of 3",
  });
});

it("fails when more than a third of the touched nodes failed", () => {
  expect(verdict(facts({ failedNodes: failed(2, "node"), waveNodes: 6 })).verdict).toBe("pass");
  expect(verdict(facts({ failedNodes: failed(2, "node"), waveNodes: 5 }))).toMatchObject({
    verdict: "fail",
    reason: "2 of 5 touched nodes failed, more than a third",
  });
});

it("counts a node once, though it failed twice", () => {
  const twice = [...failed(3, "node"), ...failed(3, "node")];
  expect(verdict(facts({ failedNodes: twice })).verdict).toBe("pass");
});

it("is blind without metrics, unless failed nodes decided already", () => {
  expect(verdict(facts({ blind: true, judgement: null })).verdict).toBe("blind");
  expect(verdict(facts({ blind: true })).verdict).toBe("blind");
  expect(verdict(facts({ blind: true, failedNodes: failed(4, "release") })).verdict).toBe("fail");
  expect(verdict(facts({ blind: true, wave: 1, failedNodes: failed(1, "release") })).verdict).toBe("fail");
});

it("never promotes what was not judged", () => {
  expect(verdict(facts({ judgement: null })).verdict).toBe("inconclusive");
});

it("turns guard hits into failed nodes, one per node", () => {
  const hit = { guard: "restarts", value: 3, limit: 1 } as const;
  const failures = failuresOf([
    { ...hit, node: "a", text: "a: 3 restarts" },
    { ...hit, node: "b", text: "b: 4 restarts" },
    { ...hit, node: "a", text: "a: silent" },
  ]);
  expect(failures).toEqual([
    { node: "a", reason: "3 restarts, silent", cause: "release" },
    { node: "b", reason: "4 restarts", cause: "release" },
  ]);
});

it("claims no comparison where there was none", () => {
  const alone = verdict(facts({ judgement: { verdict: "pass", evidence: [] } }));
  expect(alone).toMatchObject({ verdict: "pass", reason: "no node failed, nothing to compare with" });
  expect(verdict(facts()).reason).toBe("no node failed, the judge found no harm");
});
