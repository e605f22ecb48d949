// Which release a rollback goes back to, and what is remembered as good after it.
import { expect, it } from "vitest";
import { pinned } from "../../../pipelines/drivers/pins.ts";
import type { Pin } from "../../../pipelines/drivers/pins.ts";
import { policyInOutage, rollbackTarget } from "../../../pipelines/rollback/plan.ts";
import { planRollout } from "../../../pipelines/rollout/plan.ts";
import { aDeployable, aFleet, aRequest } from "../../support/rollout.ts";

const [r1, r2, r3, r4] = ["r1", "r2", "r3", "r4"].map((release) => aDeployable(release)) as [
  ReturnType<typeof aDeployable>,
  ReturnType<typeof aDeployable>,
  ReturnType<typeof aDeployable>,
  ReturnType<typeof aDeployable>,
];
const pin: Pin = { current: r3, history: [r2, r1] };
const nothing: Pin = { current: null, history: [] };

it("goes to the last release that was good", () => {
  expect(rollbackTarget(pin, undefined)).toEqual({ current: r2, history: [r1] });
});

it("goes further back on the next rollback, and never forth again", () => {
  const once = rollbackTarget(pin, undefined);
  expect(rollbackTarget(once ?? nothing, undefined)).toEqual({ current: r1, history: [] });
});

it("knows no way back where nothing was good before", () => {
  expect(rollbackTarget(nothing, undefined)).toBeNull();
  expect(rollbackTarget({ current: r1, history: [] }, undefined)).toBeNull();
});

it("goes to a named release that was good, forgetting the later ones", () => {
  expect(rollbackTarget(pin, undefined, "r1")).toEqual({ current: r1, history: [] });
  expect(rollbackTarget(pin, undefined, "r2")).toEqual({ current: r2, history: [r1] });
});

it("goes to no release that was never good here", () => {
  expect(rollbackTarget(pin, undefined, "r9")).toBeNull();
  expect(rollbackTarget(pin, undefined, "r3")).toBeNull();
});

it("goes back from an interrupted rollout to what was pinned before it", () => {
  // The rollout of r4 has written its pin, and was killed.
  expect(rollbackTarget(pinned(pin, r4, 0), pin)).toEqual(pin);
});

it("goes from an interrupted rollout to any earlier release", () => {
  expect(rollbackTarget(pinned(pin, r4, 0), pin, "r2")).toEqual({ current: r2, history: [r1] });
  expect(rollbackTarget(pinned(pin, r4, 0), pin, "r4")).toBeNull();
});

it("does not remember the release it goes to as the one before it", () => {
  expect(rollbackTarget(pinned(pin, r4, 0), pin, "r3")).toEqual({ current: r3, history: [r2, r1] });
});

it("goes from an interrupted first rollout back to no release", () => {
  expect(rollbackTarget(pinned(nothing, r1, 0), nothing)).toEqual(nothing);
  expect(rollbackTarget(pinned(nothing, r1, 0), nothing, "r9")).toBeNull();
});

it("tells two deployables of one release apart by their config", () => {
  const other = aDeployable("r2", { id: "r2+ffffffff" });
  const both: Pin = { current: r3, history: [other, r2] };
  expect(rollbackTarget(both, undefined, "r2")).toEqual({ current: other, history: [r2] });
});

it("is refused by no outage: with most of the fleet gone, one node at a time goes back", () => {
  const gone = { state: "unreachable", current: null } as const;
  for (const lost of [0, 1, 5, 40, 49, 50]) {
    const fleet = aFleet(50, (index) => (index < lost ? gone : {}));
    const request = aRequest(50);
    const planned = planRollout({ ...request, policy: policyInOutage(request.policy, fleet) }, fleet);
    expect(planned.ok && planned.plan.maxOut).toBeGreaterThanOrEqual(1);
  }
});

it("keeps the described share in service where it can", () => {
  const { policy } = aRequest(50);
  expect(policyInOutage(policy, aFleet(50)).minHealthy).toBe(policy.minHealthy);
});
