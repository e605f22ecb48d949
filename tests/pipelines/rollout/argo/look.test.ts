// What each look at the cluster tells: waves, pods, and how it ends.
import { describe, expect, it } from "vitest";
import { look } from "../../../../pipelines/rollout/argo/look.ts";
import { newMemory } from "../../../../pipelines/rollout/argo/memory.ts";
import type { Facts } from "../../../../pipelines/rollout/argo/memory.ts";
import { planArgo } from "../../../../pipelines/rollout/argo/plan.ts";
import { aPod, aRun, aSnapshot, pods } from "../../../support/argo.ts";
import type { SnapshotChange } from "../../../support/argo.ts";
import { aFleet, aRequest } from "../../../support/rollout.ts";

const planned = planArgo(aRequest(10, { policy: { ...aRequest(10).policy, waves: [1, 3, 10] } }), aFleet(10));
if (!planned.ok) throw new Error(planned.what);
const { plan } = planned;

const facts = (now: number): Facts => ({
  plan,
  restarts: 1,
  failureBudget: 2,
  policy: aRequest(10).policy,
  startWithin: 20,
  placeWithin: 60,
  patience: 10,
  deadline: 60,
  now,
});

/** Looks once for each change, a second apart. */
function looks(...changes: SnapshotChange[]) {
  const memory = newMemory(0);
  return changes.map((change, index) => look(aSnapshot(change), memory, facts(index * 1000)));
}

describe("waves", () => {
  it("begin, bake and pass one after the other, and none is told twice", () => {
    const seen = looks(
      { status: { currentStepIndex: 0 } },
      { status: { currentStepIndex: 1 } },
      { status: { currentStepIndex: 1 } },
      { status: { currentStepIndex: 2 } },
      { status: { currentStepIndex: 5 } },
      { status: { stableRS: "hash-r2", phase: "Healthy", currentStepIndex: 6 }, pods: pods("r2", 10) },
    );
    const told = seen.flatMap(({ progress }) =>
      progress.flatMap((one) =>
        one.type === "wave" || one.type === "bake" ? [`${one.type} ${one.number}`] : [],
      ),
    );
    expect(told).toEqual(["wave 1", "bake 1", "wave 2", "wave 3", "bake 3"]);
    expect(seen.flatMap(({ passed }) => passed.map(({ wave }) => wave))).toEqual([1, 2, 3]);
    expect(seen.map(({ end }) => end)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      "done",
    ]);
  });

  it("carry what was measured in their verdict", () => {
    const run = aRun(
      "r2",
      [{ name: "error-rate", phase: "Successful", measurements: [{ value: "[0.001]" }] }],
      1,
    );
    const [, second] = looks(
      { status: { currentStepIndex: 1 } },
      { status: { currentStepIndex: 2 }, runs: [run] },
    );
    expect(second?.passed[0]?.verdict.evidence).toEqual([
      "error rate is +0.10 points (allowed +0.50 points)",
    ]);
  });
});

describe("pods", () => {
  it("are told when they start, when they serve, and when those before them make way", () => {
    const [, second] = looks({ pods: [...pods("r1", 10)] }, { pods: [...pods("r1", 9), aPod("r2", 0)] });
    expect(second?.progress.map((one) => `${one.type} ${"node" in one ? one.node : ""}`)).toEqual([
      "gone app-r1-9",
      "node app-r2-0",
      "updated app-r2-0",
    ]);
  });

  it("that restart too often end wave 1, without waiting for Argo", () => {
    const waiting = { reason: "CrashLoopBackOff" };
    const [first] = looks({
      pods: [...pods("r1", 9), aPod("r2", 0, { ready: false, restarts: 2, waiting })],
    });
    expect(first?.end).toMatchObject({
      verdict: "fail",
      reason: "app-r2-0 failed in the first wave: 2 restarts (allowed 1): CrashLoopBackOff",
    });
  });

  it("that are not ready within startWithin have failed, and not a second before", () => {
    const memory = newMemory(0);
    const snapshot = aSnapshot({ pods: [aPod("r2", 0, { ready: false })] });
    expect(look(snapshot, memory, facts(0)).end).toBeUndefined();
    expect(look(snapshot, memory, facts(20_000)).end).toBeUndefined();
    expect(look(snapshot, memory, facts(20_001)).end).toMatchObject({ verdict: "fail" });
  });

  it("that wait for a machine or an image may do so for longer, and their time to start begins after", () => {
    const memory = newMemory(0);
    const waiting = aSnapshot({
      pods: [aPod("r2", 0, { ready: false, waiting: { reason: "ContainerCreating" } })],
    });
    expect(look(waiting, memory, facts(0)).end).toBeUndefined();
    expect(look(waiting, memory, facts(60_000)).end).toBeUndefined();
    const begun = aSnapshot({ pods: [aPod("r2", 0, { ready: false })] });
    expect(look(begun, memory, facts(60_500)).end).toBeUndefined();
    expect(look(begun, memory, facts(80_500)).end).toBeUndefined();
    expect(look(begun, memory, facts(80_501)).end).toMatchObject({ verdict: "fail" });
  });

  it("that find no machine at all have failed in the end, through no fault of the release", () => {
    const memory = newMemory(0);
    const homeless = aPod("r2", 0, { ready: false });
    homeless.spec = {};
    look(aSnapshot({ pods: [homeless] }), memory, facts(0));
    look(aSnapshot({ pods: [homeless] }), memory, facts(60_001));
    expect([...memory.failed.values()]).toEqual([
      { node: "app-r2-0", reason: "not started within 60 s", cause: "node" },
    ]);
  });

  it("within the failure budget end nothing in a later wave", () => {
    const bad = aPod("r2", 9, { ready: false, restarts: 5 });
    const [one] = looks({ status: { currentStepIndex: 4 }, pods: [...pods("r2", 6), bad] });
    expect(one?.end).toBeUndefined();
  });
});

describe("the end", () => {
  it("is a fail with the metric that decided it", () => {
    const run = aRun(
      "r2",
      [{ name: "latency-p95", phase: "Failed", measurements: [{ phase: "Failed", value: "[0.84]" }] }],
      3,
    );
    const [one] = looks({ status: { abort: true, message: "RolloutAborted" }, runs: [run] });
    expect(one?.end).toMatchObject({ verdict: "fail", reason: "latency p95 is +84 % (allowed +20 %)" });
  });

  it("is inconclusive where there was nothing to measure", () => {
    const run = aRun("r2", [
      { name: "errors", phase: "Inconclusive", measurements: [{ phase: "Inconclusive", value: "[]" }] },
    ]);
    const [one] = looks({
      status: { pauseConditions: [{ reason: "InconclusiveAnalysisRun" }] },
      runs: [run],
    });
    expect(one?.end).toMatchObject({
      verdict: "inconclusive",
      reason: "errors could not be decided: there is nothing to measure",
    });
  });

  it("is blind once metrics have been away for longer than they may", () => {
    const down = aRun("r2", [
      {
        name: "errors",
        phase: "Running",
        consecutiveError: 3,
        measurements: [{ phase: "Error", message: "connection refused" }],
      },
    ]);
    const memory = newMemory(0);
    const snapshot = aSnapshot({ runs: [down] });
    expect(look(snapshot, memory, facts(0)).progress).toContainEqual({
      type: "blind",
      reason: "connection refused",
    });
    expect(look(snapshot, memory, facts(10_000)).end).toBeUndefined();
    expect(look(snapshot, memory, facts(10_001)).end).toMatchObject({ verdict: "blind" });
    expect(look(aSnapshot(), memory, facts(11_000)).end).toBeUndefined();
  });

  it("comes by a deadline when nothing moves at all, and no word of a person lifts it", () => {
    const memory = newMemory(0);
    const snapshot = aSnapshot({ generation: 8 });
    look(snapshot, memory, facts(0));
    expect(look(snapshot, memory, facts(60_000)).end).toBeUndefined();
    expect(look(snapshot, memory, facts(61_000)).end).toMatchObject({
      verdict: "inconclusive",
      binding: true,
    });
  });
});
