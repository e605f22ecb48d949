// The plan of a rollout: who moves in which wave, what it refuses, what an interrupted one does next.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { nodesAllowedOut, waveNodes } from "../../../environments/waves.ts";
import { planRollout } from "../../../pipelines/rollout/plan.ts";
import { aDeployable, aFleet, aNode, aPlan, aRequest } from "../../support/rollout.ts";

const sizesOf = (waves: readonly { nodes: string[] }[]) => waves.map(({ nodes }) => nodes.length);
const r2 = { current: "r2+00000000" };
const gone = { state: "unreachable", current: null } as const;

/** Fleets in any state: the nodes there are need not be as many as the description says. */
const anyFleet = fc
  .array(fc.constantFrom("old", "old", "old", "old", "new", "idle", "crashed", "crashed new", "gone"), {
    minLength: 1,
    maxLength: 60,
  })
  .map((kinds) =>
    kinds.map((kind, index) => {
      if (kind === "gone") return aNode(index, gone);
      if (kind === "idle") return aNode(index, { state: "idle", current: null });
      const state = kind.startsWith("crashed") ? "starting" : "running";
      return aNode(index, { state, current: kind.endsWith("new") ? "r2+00000000" : "r1+00000000" });
    }),
  );
const anyRequest = fc
  .record({
    described: fc.integer({ min: 2, max: 60 }),
    hotfix: fc.boolean(),
    resumed: fc.boolean(),
    seed: fc.string(),
    failureBudget: fc.integer({ min: 0, max: 12 }),
    passed: fc.subarray([1, 2, 3, 4]),
  })
  .map(({ described, failureBudget, resumed, passed, ...change }) => {
    const resume = resumed ? { waves: aPlan(aRequest(described), aFleet(described)).waves, passed } : null;
    const request = aRequest(described, { ...change, resume });
    return { ...request, policy: { ...request.policy, failureBudget } };
  });

it("puts every node that can be reached and is not done into exactly one wave", () => {
  fc.assert(
    fc.property(anyRequest, anyFleet, (request, fleet) => {
      const planned = planRollout(request, fleet);
      if (!planned.ok) return;
      const { waves, done, unreachable } = planned.plan;
      const left = fleet.map(({ name }) => name).filter((name) => ![...done, ...unreachable].includes(name));
      expect(waves.flatMap(({ nodes }) => nodes).toSorted()).toEqual(left.toSorted());
    }),
    { numRuns: 500 },
  );
});

it("takes out no more at one time than minHealthy leaves, however it is", () => {
  fc.assert(
    fc.property(anyRequest, anyFleet, (request, fleet) => {
      const planned = planRollout(request, fleet);
      if (!planned.ok || planned.plan.bootstrap) return;
      const { maxOut, unreachable } = planned.plan;
      const allowed = nodesAllowedOut(fleet.length, request.policy.minHealthy);
      const crashed = fleet.filter(
        ({ status, ready }) => !ready && status.state !== "unreachable" && status.current === "r1+00000000",
      );
      // A fleet that is below its share already is healed one node at a time.
      expect(maxOut).toBeLessThanOrEqual(Math.max(1, allowed - unreachable.length - crashed.length));
      expect(maxOut).toBeGreaterThanOrEqual(1);
    }),
    { numRuns: 500 },
  );
});

it("says of no wave that more stays in service than can", () => {
  fc.assert(
    fc.property(anyRequest, anyFleet, (request, fleet) => {
      const planned = planRollout(request, fleet);
      if (!planned.ok) return;
      const up = new Set(fleet.filter(({ ready }) => ready).map(({ name }) => name));
      for (const { nodes, leastCapacity } of planned.plan.waves) {
        const taken = Math.min(planned.plan.maxOut, nodes.filter((name) => up.has(name)).length);
        expect(leastCapacity).toBeCloseTo((up.size - taken) / fleet.length, 10);
        for (const name of nodes) up.add(name);
      }
    }),
    { numRuns: 500 },
  );
});

it("is the same plan for the same seed", () => {
  fc.assert(
    fc.property(anyRequest, anyFleet, (request, fleet) => {
      expect(planRollout(request, fleet.toReversed())).toMatchObject(
        planRollout(request, fleet).ok ? { ok: true } : { ok: false },
      );
      expect(planRollout(request, [...fleet])).toEqual(planRollout(request, fleet));
    }),
  );
  const [one, other] = ["a", "b"].map((seed) => aPlan(aRequest(50, { seed }), aFleet(50)).waves);
  expect(one).not.toEqual(other);
});

it("counts waves from the start of the rollout, as the description does", () => {
  const request = aRequest(50);
  const { waves, maxOut, expectedSeconds } = aPlan(request, aFleet(50));
  let updated = 0;
  const cumulative = sizesOf(waves).map((size) => (updated += size));
  expect(cumulative).toEqual(request.policy.waves.map((wave) => waveNodes(wave, 50)));
  expect(cumulative).toEqual([1, 5, 15, 50]);
  expect(maxOut).toBe(5);
  expect(waves.map(({ bakeSeconds }) => bakeSeconds)).toEqual([60, 30, 30, 30]);
  expect(waves.map(({ leastCapacity }) => leastCapacity)).toEqual([0.98, 0.92, 0.9, 0.9]);
  // 1 + 1 + 2 + 7 rounds of 3 s, and the bakes.
  expect(expectedSeconds).toBe(11 * 3 + 150);
});

it("updates every node of a fleet that grew beyond its last wave", () => {
  const request = aRequest(3);
  const waves = [1, 2, 3];
  const plan = aPlan({ ...request, policy: { ...request.policy, waves } }, aFleet(5));
  expect(sizesOf(plan.waves)).toEqual([1, 1, 3]);
});

it("updates no node twice where shares round below an earlier count", () => {
  const request = aRequest(50);
  const plan = aPlan({ ...request, policy: { ...request.policy, minHealthy: 0.8 } }, aFleet(8));
  expect(sizesOf(plan.waves)).toEqual([1, 4, 3]);
});

it("spreads a wave over the zones", () => {
  const fleet = aFleet(48);
  const zone = new Map(fleet.map(({ name, zone: of }) => [name, of]));
  for (const { nodes } of aPlan(aRequest(48), fleet).waves) {
    const counts = [...Map.groupBy(nodes, (name) => zone.get(name)).values()].map(({ length }) => length);
    expect(Math.max(...counts)).toBeLessThanOrEqual(Math.ceil(nodes.length / 3) + 1);
  }
});

it("leaves the unreachable alone, and takes them off what may be out", () => {
  const plan = aPlan(
    aRequest(50),
    aFleet(50, (index) => (index < 2 ? gone : {})),
  );
  expect(plan.unreachable).toEqual(["app-01", "app-02"]);
  expect(plan.maxOut).toBe(3);
  expect(plan.waves.flatMap(({ nodes }) => nodes)).toHaveLength(48);
});

it("begins with wave 1 whichever node cannot be reached", () => {
  for (const lost of aFleet(20).keys()) {
    const plan = aPlan(
      aRequest(20),
      aFleet(20, (index) => (index === lost ? gone : {})),
    );
    expect(plan.waves.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(sizesOf(plan.waves)).toEqual([1, 4, 1, 13]);
  }
});

it("refuses when more are unreachable than the failure budget has", () => {
  const planned = planRollout(
    aRequest(50),
    aFleet(50, (index) => (index < 4 ? gone : {})),
  );
  expect(planned).toEqual({
    ok: false,
    what: "4 nodes are unreachable (app-01, app-02, app-03, app-04), the failure budget is 3",
    next: "surefoot up local/prod",
  });
});

it("refuses when not even one node may be out", () => {
  const request = aRequest(50);
  const policy = { ...request.policy, minHealthy: 0.99 };
  expect(planRollout({ ...request, policy }, aFleet(50))).toEqual({
    ok: false,
    what: "updating even one node would leave less than 99% of 50 nodes in service",
    next: "surefoot status local/prod",
  });
});

it("does not count a node that was just added as lost capacity", () => {
  const added = { state: "idle", current: null } as const;
  const plan = aPlan(
    aRequest(50),
    aFleet(50, (index) => (index >= 45 ? added : {})),
  );
  expect(plan).toMatchObject({ bootstrap: false, maxOut: 5 });
});

it("brings up a fleet where nothing serves in two waves, with nothing to keep", () => {
  const idle = { state: "idle", current: null } as const;
  const request = aRequest(50, { previous: null });
  const policy = { ...request.policy, smokeRestart: true };
  const plan = aPlan(
    { ...request, policy },
    aFleet(50, () => idle),
  );
  expect(plan).toMatchObject({ bootstrap: true, maxOut: 50, done: [], previous: null });
  expect(sizesOf(plan.waves)).toEqual([1, 49]);
  expect(plan.waves.every(({ smokeRestart }) => !smokeRestart)).toBe(true);
});

it("shortens a hotfix, but never goes without wave 1", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), (nodes) => {
      const request = aRequest(nodes, { hotfix: true });
      // One node alone cannot keep anything in service: only a bootstrap can plan it.
      const state = nodes === 1 ? ({ state: "idle", current: null } as const) : {};
      const { waves } = aPlan(
        request,
        aFleet(nodes, () => state),
      );
      expect(waves[0]?.number).toBe(1);
      expect(sizesOf(waves)).toEqual(nodes === 1 ? [1] : [1, nodes - 1]);
      expect(waves.map(({ bakeSeconds }) => bakeSeconds)).toEqual([30, 15].slice(0, waves.length));
    }),
  );
});

it("restarts once in the first wave where the policy asks for it, and not in a hotfix", () => {
  const request = aRequest(50);
  const policy = { ...request.policy, smokeRestart: true };
  const restarts = (hotfix: boolean) =>
    aPlan({ ...request, policy, hotfix }, aFleet(50)).waves.map(({ smokeRestart }) => smokeRestart);
  expect(restarts(false)).toEqual([true, false, false, false]);
  expect(restarts(true)).toEqual([false, false]);
});

it("uses the rehearsal's bake where there is one", () => {
  const { waves } = aPlan(aRequest(50, { bake: { first: 4, rest: 2 } }), aFleet(50));
  expect(waves.map(({ bakeSeconds }) => bakeSeconds)).toEqual([4, 2, 2, 2]);
});

it("has no waves when every node runs the target already", () => {
  const plan = aPlan(
    aRequest(50),
    aFleet(50, () => r2),
  );
  expect(plan).toMatchObject({ waves: [], expectedSeconds: 0 });
  expect(plan.done).toHaveLength(50);
});

it("updates a node again that is switched to the target but does not serve", () => {
  const crashed = { ...r2, state: "starting" } as const;
  const plan = aPlan(
    aRequest(50),
    aFleet(50, (index) => (index === 7 ? crashed : r2)),
  );
  expect(plan.waves.flatMap(({ nodes }) => nodes)).toEqual(["app-08"]);
});

it("judges the waves first that an interrupted run updated but never judged", () => {
  const whole = aPlan(aRequest(50), aFleet(50)).waves;
  const early = new Set(whole.slice(0, 2).flatMap(({ nodes }) => nodes));
  const interrupted = aFleet(50).map((node, index) => (early.has(node.name) ? aNode(index, r2) : node));
  const go = (passed: number[] | null) =>
    aPlan(aRequest(50, { resume: passed && { waves: whole, passed } }), interrupted).waves.map(
      ({ number, nodes }) => [number, nodes.length],
    );
  expect(go([1])).toEqual([
    [2, 0],
    [3, 10],
    [4, 35],
  ]);
  expect(go([1, 2])).toEqual([
    [3, 10],
    [4, 35],
  ]);
  expect(go([])[0]).toEqual([1, 0]);
  // A new rollout of the same release owes the nodes that have it nothing.
  expect(go(null)[0]).toEqual([3, 10]);
});

it("keeps the words of the request", () => {
  const request = aRequest(50, { target: aDeployable("r9"), seed: "a seed" });
  expect(aPlan(request, aFleet(50))).toMatchObject({
    version: 1,
    id: "one",
    environment: "local/prod",
    service: "app",
    seed: "a seed",
    fleetSize: 50,
    failureBudget: 3,
    target: { release: "r9" },
    previous: { release: "r1" },
  });
});
