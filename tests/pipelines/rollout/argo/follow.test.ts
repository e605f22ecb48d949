// The engine over a scripted cluster: what it applies, when it pauses, when it goes back.
import { expect, it } from "vitest";
import { KubeAnswer } from "../../../../pipelines/drivers/kube-failure.ts";
import { Refusal } from "../../../../pipelines/errors.ts";
import { argoEngine } from "../../../../pipelines/rollout/argo/engine.ts";
import { planArgo } from "../../../../pipelines/rollout/argo/plan.ts";
import type { Change, Rollouts, Snapshot } from "../../../../pipelines/rollout/argo/rollouts.ts";
import type { Progress } from "../../../../pipelines/rollout/context.ts";
import type { Way } from "../../../../pipelines/rollout/engine.ts";
import { aPod, aRun, aSet, aSnapshot, pods } from "../../../support/argo.ts";
import { refusalFrom } from "../../../support/refusal.ts";
import { aFleet, aRequest, aService } from "../../../support/rollout.ts";

const options = { freeze: [], breakGlass: false, acceptWave: false };

interface Told {
  changes: Change[];
  steered: Record<string, unknown>[];
  verdicts: string[];
  progress: Progress[];
}

/** A cluster that answers with these looks, one after the other, the last one for ever; time passes with each. */
function scene(looks: (Snapshot | Error)[], previous: "r1" | null = "r1", passed: number[] = []) {
  const planned = planArgo(
    { ...aRequest(10), previous: previous === null ? null : aRequest(10).previous },
    aFleet(10),
  );
  if (!planned.ok) throw new Error(planned.what);
  const told: Told = { changes: [], steered: [], verdicts: [], progress: [] };
  const controller = new AbortController();
  const rollouts: Rollouts = {
    read: async () => {
      const look = looks.length > 1 ? looks.shift() : looks[0];
      if (look instanceof Error) throw look;
      return look;
    },
    zones: async () => new Map(),
    sessions: async () => new Map(),
    render: async () => aSet("r2", "").spec.template,
    apply: async (change) => void told.changes.push(change),
    rehearse: async () => {},
    steer: async (status) => void told.steered.push(status),
    remove: async () => {},
    prune: async () => {},
  };
  const clock = clockOf();
  const service = aService({ nodes: 10 });
  const way = {
    plan: planned.plan,
    service,
    lease: { token: 3 },
    signal: controller.signal,
    tell: (progress: Progress) => void told.progress.push(progress),
    workspace: {
      journal: {
        append: async (_id: string, step: { phase: string }) => void told.verdicts.push(step.phase),
        read: async () => ({ steps: passed.map((wave) => ({ step: "verdict", phase: "pass", wave })) }),
      },
      platform: { bootOn: async () => Promise.reject(new Error("there are no machines to boot")) },
      pins: { of: () => ({ current: null, history: [] }) },
    },
  } as unknown as Way;
  return { engine: argoEngine(service, rollouts, clock), way, told, controller, rollouts };
}

/** Each look at it takes a second. */
function clockOf(at = 0) {
  return {
    now: () => (at += 1000),
    sleep: async (_seconds: number, signal?: AbortSignal) => signal?.throwIfAborted(),
  };
}

const before = aSnapshot({ wanted: "r1", status: { currentPodHash: "hash-r1" }, pods: pods("r1", 10) });
const done = aSnapshot({
  status: { stableRS: "hash-r2", phase: "Healthy", currentStepIndex: 6 },
  pods: pods("r2", 10),
});
const inconclusive = aSnapshot({
  status: { currentStepIndex: 1, pauseConditions: [{ reason: "InconclusiveAnalysisRun" }] },
  runs: [aRun("r2", [{ name: "errors", phase: "Inconclusive", measurements: [{ value: "[]" }] }], 1)],
});

it("applies the release once, unpaused, with its steps, and ends when all waves have passed", async () => {
  const { engine, way, told } = scene([before, aSnapshot(), done]);
  const result = await engine.run(way, options);
  expect(result).toMatchObject({ outcome: "deployed", reason: "10 of 10 nodes run r2" });
  expect(told.changes).toHaveLength(1);
  expect(told.changes[0]).toMatchObject({ paused: false });
  expect(told.changes[0]?.steps?.length).toBeGreaterThan(1);
  expect(new Set(told.verdicts)).toEqual(new Set(["pass"]));
});

it("follows what is under way already, and renders nothing anew", async () => {
  const { engine, way, told } = scene([aSnapshot(), aSnapshot(), done]);
  expect(await engine.run(way, options)).toMatchObject({ outcome: "deployed" });
  expect(told.changes).toEqual([{ paused: false }]);
});

it("pauses where the analysis could not decide, and leaves the rest to a person", async () => {
  const { engine, way, told } = scene([before, inconclusive]);
  const result = await engine.run(way, options);
  expect(result).toMatchObject({
    outcome: "paused",
    reason: "errors could not be decided: there is nothing to measure",
  });
  expect(told.changes.at(-1)).toEqual({ paused: true });
});

it("takes one inconclusive wave as good when a person says so", async () => {
  const { engine, way, told } = scene([before, inconclusive, done]);
  expect(await engine.run(way, { ...options, acceptWave: true })).toMatchObject({ outcome: "deployed" });
  expect(told.steered).toEqual([{ pauseConditions: null, controllerPause: false, currentStepIndex: 2 }]);
});

it("goes back to the very template that was stable, and is over only once every pod runs it", async () => {
  const aborted = aSnapshot({ status: { abort: true, message: "aborted" } });
  const half = aSnapshot({
    wanted: "r1",
    status: { currentPodHash: "hash-r1" },
    pods: [...pods("r1", 9), ...pods("r2", 1)],
  });
  const { engine, way, told } = scene([before, aborted, aborted, half, half, before]);
  const result = await engine.run(way, options);
  expect(result).toMatchObject({ outcome: "rolled-back", touchedNodes: ["app-r2-0"] });
  const back = told.changes.at(-1)?.template;
  expect(back?.metadata?.annotations).toMatchObject({ "surefoot.dev/deployable": "r1+00000000" });
  expect(back?.metadata?.labels).toEqual({});
});

it("skips the steps on the way back to a release that is not the stable one", async () => {
  const toR1 = aSnapshot({
    wanted: "r1",
    status: { currentPodHash: "hash-r1", stableRS: "hash-r2" },
    pods: pods("r2", 10),
  });
  const { engine, way, told } = scene([done, toR1, before]);
  expect(await engine.rollBack(way, [], "asked for")).toMatchObject({ stuck: [], from: "r2+00000000" });
  expect(told.steered).toEqual([{ promoteFull: true }]);
});

it("leaves a service without a release where none ran before", async () => {
  const empty = aSnapshot({ pods: [] });
  const aborted = aSnapshot({ status: { abort: true } });
  const { engine, way, told } = scene([before, aborted, aborted, empty], null);
  expect(await engine.run(way, options)).toMatchObject({ outcome: "rolled-back" });
  expect(told.changes.at(-1)).toMatchObject({ template: null });
});

it("says which pods are not back by the deadline", async () => {
  const half = aSnapshot({
    wanted: "r1",
    status: { currentPodHash: "hash-r1" },
    pods: [...pods("r1", 9), ...pods("r2", 1)],
  });
  const { engine, way } = scene([before, aSnapshot({ status: { abort: true } }), half]);
  expect(await engine.run(way, options)).toMatchObject({
    outcome: "incomplete",
    evidence: ["app-r2-0 is not back: still on the release"],
  });
});

it("pauses the Rollout on Ctrl-C, so that nothing goes on that nobody follows", async () => {
  const { engine, way, told, controller } = scene([before, aSnapshot()]);
  const message = { what: "interrupted", state: "", next: "" };
  const running = refusalFrom(engine.run(way, options));
  controller.abort(new Refusal("E_INTERRUPTED", message));
  expect((await running).code).toBe("E_INTERRUPTED");
  expect(told.changes.at(-1)).toEqual({ paused: true });
});

it("leaves what runs as it is on Ctrl-C where the release was not applied yet", async () => {
  const { way, told, controller, rollouts } = scene([before]);
  const render = async () => {
    controller.abort(new Refusal("E_INTERRUPTED", { what: "interrupted", state: "", next: "" }));
    throw controller.signal.reason;
  };
  const engine = argoEngine(way.service, { ...rollouts, render }, clockOf());
  expect((await refusalFrom(engine.run(way, options))).code).toBe("E_INTERRUPTED");
  expect(told.changes).toEqual([]);
});

it("does not hold up on Ctrl-C what is on its way back", async () => {
  const aborted = aSnapshot({ status: { abort: true } });
  const { engine, way, told, controller } = scene([before, aborted]);
  const ending = refusalFrom(
    engine.run(
      {
        ...way,
        tell: ({ type }) => {
          if (type === "rollback")
            controller.abort(new Refusal("E_INTERRUPTED", { what: "interrupted", state: "", next: "" }));
        },
      },
      options,
    ),
  );
  expect((await ending).code).toBe("E_INTERRUPTED");
  expect(told.changes.at(-1)).toMatchObject({ paused: false });
});

it("is back only when Argo holds it to be stable, and gives each round of pods its time", async () => {
  const wanted = { wanted: "r1", pods: pods("r1", 10) };
  const promoting = aSnapshot({
    ...wanted,
    status: { currentPodHash: "hash-r1", stableRS: "hash-r2", promoteFull: true },
  });
  const { engine, way } = scene([done, promoting, promoting]);
  const stuck = [{ node: "app", reason: "Argo has not moved" }];
  expect(await engine.rollBack(way, [], "asked for")).toMatchObject({ stuck });
  const round = (back: number): Snapshot[] =>
    Array.from({ length: 200 }, () =>
      aSnapshot({
        ...wanted,
        status: { currentPodHash: "hash-r1" },
        pods: [...pods("r1", back), ...pods("r2", 10 - back)],
      }),
    );
  const slow = scene([done, ...[0, 2, 4, 6, 8].flatMap(round), before]);
  expect(await slow.engine.rollBack(slow.way, [], "asked for")).toMatchObject({ stuck: [] });
});

it("puts another shape of the same release back too", async () => {
  const reshaped = (change: Parameters<typeof aSnapshot>[0]): Snapshot => {
    const snapshot = aSnapshot({ wanted: "r1", ...change });
    return { ...snapshot, shape: "another" };
  };
  const both = [...pods("r1", 9), aPod("r1", 9, { shape: "another" })];
  const status = { currentPodHash: "hash-r1" };
  const { engine, way } = scene([reshaped({ status, pods: both }), reshaped({ status, pods: both }), before]);
  expect(await engine.rollBack(way, [], "asked for")).toMatchObject({ touched: ["app-r1-9"], stuck: [] });
});

it("has Argo go back to what was good, not to what an earlier way back left as stable", async () => {
  const left = aSnapshot({
    wanted: "r1",
    status: { currentPodHash: "hash-r1", stableRS: "hash-r3" },
    pods: pods("r1", 9),
  });
  left.sets.push(aSet("r3", "2026-01-03T00:00:00Z"));
  const { engine, way, told } = scene([left, done]);
  await engine.run(way, options);
  expect(told.steered).toEqual([{ stableRS: "hash-r1" }]);
  const gone = { ...left, sets: left.sets.filter(({ metadata }) => metadata.name !== "app-hash-r3") };
  const none = scene([{ ...gone, pods: [] }, done]);
  await none.engine.run(none.way, options);
  expect(none.told.steered).toEqual([{ stableRS: null }]);
});

it("tells no wave twice that an earlier run has seen pass", async () => {
  const { engine, way, told } = scene([aSnapshot(), done], "r1", [1, 2]);
  await engine.run(way, options);
  const waves = told.progress.flatMap((one) => (one.type === "verdict" ? [one.number] : []));
  expect(waves).toEqual(way.plan.waves.map(({ number }) => number).filter((number) => number > 2));
});

it("is deployed though the tidying up was refused", async () => {
  const { way, rollouts } = scene([before, done]);
  const refused = new Refusal("E_KUBE_DENIED", { what: "may not delete secrets", state: "", next: "" });
  const strict = argoEngine(
    way.service,
    { ...rollouts, prune: async () => Promise.reject(refused) },
    clockOf(),
  );
  expect(await strict.run(way, options)).toMatchObject({
    outcome: "deployed",
    evidence: ["configs of old releases are still there: may not delete secrets"],
  });
});

it("counts pods that are only just being replaced as part of the fleet", async () => {
  const { engine } = scene([aSnapshot({ pods: pods("r1", 8) })]);
  const facts = await engine.facts();
  expect(facts.map(({ status }) => status.state).filter((state) => state === "starting")).toHaveLength(2);
});

it("touches nothing any more once the lease is lost", async () => {
  const { engine, way, told, controller } = scene([before, aSnapshot()]);
  const running = refusalFrom(engine.run(way, options));
  controller.abort(new Refusal("E_LEASE_LOST", { what: "lost", state: "", next: "" }));
  expect((await running).code).toBe("E_LEASE_LOST");
  expect(told.changes.filter(({ paused }) => paused)).toEqual([]);
});

it("outlives an API server that is away for a moment, and not one that stays away", async () => {
  const away = new KubeAnswer(503, "");
  const passing = scene([before, aSnapshot(), away, away, done]);
  expect(await passing.engine.run(passing.way, options)).toMatchObject({ outcome: "deployed" });
  const staying = scene([before, aSnapshot(), away]);
  await expect(staying.engine.run(staying.way, options)).rejects.toBe(away);
});

it("ends by a deadline when the controller does not move", async () => {
  const { engine, way, told } = scene([before, aSnapshot({ generation: 8 })]);
  const result = await engine.run(way, { ...options, acceptWave: true });
  expect(result.outcome).toBe("paused");
  expect(result.reason).toContain("its controller has not taken note of the change");
  expect(told.changes.at(-1)).toEqual({ paused: true });
});
