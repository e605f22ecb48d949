// The layout of waves where something came in between: a run that goes on, a fleet that is short of nodes.
import { expect, it } from "vitest";
import { aFleet, aNode, aPlan, aRequest } from "../../support/rollout.ts";

const gone = { state: "unreachable", current: null } as const;

it("keeps who is in which wave when it goes on, whoever dropped out or joined in the meantime", () => {
  const whole = aPlan(aRequest(50), aFleet(50)).waves;
  const [lost = ""] = whole[1]?.nodes ?? [];
  const fleet = aFleet(52).map((node, index) => (node.name === lost ? aNode(index, gone) : node));
  const { waves } = aPlan(aRequest(50, { resume: { waves: whole, passed: [] } }), fleet);
  expect(waves[0]?.nodes).toEqual(whole[0]?.nodes);
  expect(waves[1]?.nodes).toEqual(whole[1]?.nodes.filter((name) => name !== lost));
  expect(waves[3]?.nodes).toEqual([...(whole[3]?.nodes ?? []), "app-51", "app-52"]);
});

it("updates the nodes that do not serve first, where too few serve already", () => {
  const crashed = { state: "starting", current: "r1+00000000" } as const;
  const fleet = aFleet(50, (index) => (index < 8 ? crashed : {}));
  const { waves, maxOut } = aPlan(aRequest(50), fleet);
  expect(maxOut).toBe(1);
  const order = waves.flatMap(({ nodes }) => nodes);
  expect(order.slice(0, 8).toSorted()).toEqual(fleet.slice(0, 8).map(({ name }) => name));
});
