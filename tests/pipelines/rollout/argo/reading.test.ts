// Where a rollout stands, read from one look at Argo's status and the pods.
import { describe, expect, it } from "vitest";
import { factsOf, read, setOf, troubleOf } from "../../../../pipelines/rollout/argo/reading.ts";
import { aPod, aRun, aSnapshot, pods, shape } from "../../../support/argo.ts";

const target = "r2+00000000";
const phase = (change: Parameters<typeof aSnapshot>[0]) => read(aSnapshot(change), target).phase;

describe("where a rollout is", () => {
  it("follows Argo's steps, two for each wave", () => {
    expect(read(aSnapshot(), target)).toMatchObject({ phase: "updating", wave: 1 });
    expect(read(aSnapshot({ status: { currentStepIndex: 1 } }), target)).toMatchObject({
      phase: "baking",
      wave: 1,
    });
    expect(read(aSnapshot({ status: { currentStepIndex: 4 } }), target)).toMatchObject({
      phase: "updating",
      wave: 3,
    });
    expect(read(aSnapshot({ status: { currentStepIndex: 6 } }), target)).toMatchObject({
      phase: "updating",
      wave: 3,
    });
  });

  it("trusts no status that is older than the change", () => {
    const done = { currentPodHash: "hash-r2", stableRS: "hash-r2", phase: "Healthy" };
    expect(phase({ status: done })).toBe("done");
    expect(phase({ status: done, generation: 8 })).toBe("unseen");
    expect(phase({ status: { currentPodHash: "hash-r1", abort: false } })).toBe("unseen");
  });

  it("is done only once the release is the stable one", () => {
    expect(phase({ status: { phase: "Healthy", currentStepIndex: 6 } })).toBe("updating");
  });

  it("tells what ended it", () => {
    expect(phase({ status: { abort: true } })).toBe("aborted");
    expect(phase({ status: { pauseConditions: [{ reason: "InconclusiveAnalysisRun" }] } })).toBe(
      "inconclusive",
    );
    const conditions = [
      { type: "InvalidSpec", status: "True", reason: "InvalidSpec", message: "no such template" },
    ];
    expect(read(aSnapshot({ status: { conditions } }), target)).toMatchObject({
      phase: "invalid",
      message: "no such template",
    });
    expect(phase({ wanted: "r9" })).toBe("foreign");
  });

  it("is not judged by what the controller says of the release before, or of the shape before", () => {
    const status = { currentPodHash: "hash-r1", abort: true };
    expect(phase({ status })).toBe("unseen");
    const reshaped = aSnapshot({ status: { stableRS: "hash-r2", phase: "Healthy" } });
    const annotations = reshaped.rollout.spec.template?.metadata?.annotations ?? {};
    annotations["surefoot.dev/shape"] = "another";
    expect(read(reshaped, target).phase).toBe("unseen");
  });

  it("knows the runs of this try, and of each step the newest", () => {
    const run = (name: string, began: string, step?: number) => {
      const one = aRun("r2", [], step);
      const args = [{ name: "began", value: began }];
      return {
        ...one,
        metadata: { ...one.metadata, name, creationTimestamp: "2026-01-01T00:00:00Z" },
        spec: { args },
      };
    };
    const runs = [run("a-1.10", "200", 1), run("a-1.9", "200", 1), run("a-9", "100", 1), run("b", "200")];
    const snapshot = aSnapshot({ runs });
    snapshot.rollout.metadata.annotations = { "surefoot.dev/began": "200" };
    expect(read(snapshot, target).runs.map(({ metadata }) => metadata.name)).toEqual(["a-1.10", "b"]);
  });

  it("changes its fingerprint with a pod, a step or a result, and not with one more failed try of a source that is down", () => {
    const print = (change: Parameters<typeof aSnapshot>[0]) => read(aSnapshot(change), target).fingerprint;
    expect(print({ pods: pods("r1", 9) })).not.toBe(print({}));
    expect(print({ status: { currentStepIndex: 1 } })).not.toBe(print({}));
    expect(print({ status: { message: "more steps" } })).toBe(print({}));
  });
});

describe("pods as nodes", () => {
  const zones = new Map([["machine-0", "a"]]);

  it("leaves out those on their way out", () => {
    const facts = factsOf(aSnapshot({ pods: [aPod("r1", 0), aPod("r1", 1, { leaving: true })] }), zones);
    expect(facts.map(({ name, zone }) => [name, zone])).toEqual([["app-r1-0", "a"]]);
  });

  it("marks a release in an old shape as not what a deploy would make now", () => {
    const [fact] = factsOf(aSnapshot({ pods: [aPod("r2", 0, { shape: "older" })] }), zones);
    expect(fact?.status.current).not.toBe(target);
    expect(fact?.status.current).toBe(`${target}+old-shape`);
    const status = { stableRS: "hash-r2" };
    const [same] = factsOf(aSnapshot({ status, pods: [aPod("r2", 0, { shape })] }), zones);
    expect(same?.status.current).toBe(target);
  });

  it("marks a release on trial as not arrived: all pods may run it and its last wave be undecided", () => {
    const [fact] = factsOf(aSnapshot({ pods: [aPod("r2", 0)] }), zones);
    expect(fact?.status.current).toBe(`${target}+on-trial`);
  });

  it("says why one does not come up", () => {
    const waiting = { reason: "ImagePullBackOff", message: "no such image" };
    expect(troubleOf(aPod("r2", 0, { ready: false, waiting }))).toBe("ImagePullBackOff: no such image");
    expect(
      troubleOf(aPod("r2", 0, { ready: false, waiting: { reason: "ContainerCreating" } })),
    ).toBeUndefined();
  });
});

describe("the ReplicaSet of a release", () => {
  it("is the stable one where it has made two, else the newest", () => {
    const snapshot = aSnapshot();
    const [first] = snapshot.sets;
    if (first === undefined) throw new Error("no set");
    const other = structuredClone(first);
    other.metadata.name = "other";
    other.metadata.creationTimestamp = "2026-02-01T00:00:00Z";
    other.metadata.labels = { "rollouts-pod-template-hash": "other" };
    snapshot.sets.push(other);
    expect(setOf(snapshot, "r1+00000000")?.metadata.name).toBe("app-hash-r1");
    snapshot.rollout.status = {};
    expect(setOf(snapshot, "r1+00000000")?.metadata.name).toBe("other");
    expect(setOf(snapshot, "r9+00000000")).toBeUndefined();
  });
});
