// How a policy is laid out for Argo Rollouts.
import { expect, it } from "vitest";
import { countsOf, planArgo } from "../../../../pipelines/rollout/argo/plan.ts";
import { aFleet, aRequest } from "../../../support/rollout.ts";

const planned = (...given: Parameters<typeof planArgo>) => {
  const found = planArgo(...given);
  if (!found.ok) throw new Error(found.what);
  return found.plan;
};
const request = (change: Partial<ReturnType<typeof aRequest>> = {}) => {
  const one = aRequest(50);
  return { ...one, policy: { ...one.policy, waves: [1, 5, { share: 0.3 }, { share: 1 }] }, ...change };
};

it("says how many pods each wave takes, and leaves it to the cluster which", () => {
  const plan = planned(request(), aFleet(50));
  expect(plan.waves.map(({ size, nodes }) => [size, nodes])).toEqual([
    [1, []],
    [4, []],
    [10, []],
    [35, []],
  ]);
  expect(countsOf(plan).map(({ count }) => count)).toEqual([1, 5, 15, 50]);
  expect(countsOf(plan)[0]).toMatchObject({ first: true });
});

it("counts from the start even where some pods run the release already", () => {
  const some = aFleet(50, (index) => (index < 3 ? { current: "r2+00000000" } : {}));
  expect(countsOf(planned(request(), some)).map(({ count }) => count)).toEqual([1, 5, 15, 50]);
});

it("ends with everybody, though the fleet has grown since the waves were planned", () => {
  const { waves } = planned(request(), aFleet(50));
  expect(countsOf({ waves, fleetSize: 80 }).map(({ count }) => count)).toEqual([1, 5, 15, 80]);
});

it("has nothing to do once all run it", () => {
  expect(
    planned(
      request(),
      aFleet(50, () => ({ current: "r2+00000000" })),
    ).waves,
  ).toEqual([]);
});

it("takes all at once where nothing ran before: Argo has nothing to compare with", () => {
  const plan = planned(
    request({ previous: null }),
    aFleet(50, () => ({ current: null, state: "idle" })),
  );
  expect(plan.waves).toMatchObject([{ size: 50, bakeSeconds: 0 }]);
  expect(plan.bootstrap).toBe(true);
});

it("shortens a hotfix to two waves and half the bake, and keeps the first", () => {
  const plan = planned(request({ hotfix: true }), aFleet(50));
  expect(plan.waves.map(({ size, bakeSeconds }) => [size, bakeSeconds])).toEqual([
    [1, request().policy.bake.first / 2],
    [49, request().policy.bake.rest / 2],
  ]);
});

it("goes on with the waves it was planned with", () => {
  const former = planned(request(), aFleet(50));
  const now = aFleet(50, (index) => (index < 15 ? { current: "r2+00000000" } : {}));
  expect(planned(request({ hotfix: true }), now, former).waves).toEqual(former.waves);
});

it("refuses as the waves engine does when too few pods serve", () => {
  const out = aFleet(50, (index) => (index < 30 ? { state: "starting" } : {}));
  expect(planArgo(request(), out)).toBeDefined();
  const policy = { ...request().policy, minHealthy: 1 };
  expect(planArgo(request({ policy }), aFleet(50))).toMatchObject({ ok: false });
});
