// Tests weights against Argo's own function: a digest of what the Go code says, a straight port of it, and properties.
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { nearestWeight, podsAtWeight, weightFor } from "../../environments/canary-weight.ts";

/** approximateWeightedCanaryStableReplicaCounts, line by line, for maxWeight 100 and maxSurge 0. */
function argo(specReplicas: number, desiredWeight: number): number {
  if (specReplicas === 0) return 0;
  const options: number[] = [];
  const ceil = Math.ceil((specReplicas * desiredWeight) / 100);
  const floor = Math.floor((specReplicas * desiredWeight) / 100);
  const tied = (specReplicas * (desiredWeight / 100)) % 1 === 0.5;
  const zeroAllowed = desiredWeight === 100 || desiredWeight === 0 || specReplicas === 1;
  if (ceil < specReplicas || zeroAllowed) options.push(ceil);
  if (!tied && (floor !== 0 || zeroAllowed)) options.push(floor);
  let best = options[0];
  if (best === undefined) return 0;
  const delta = (canary: number) => Math.abs((canary * 100) / specReplicas - desiredWeight);
  for (const option of options.slice(1)) if (delta(option) < delta(best)) best = option;
  return best;
}

const fleet = (max: number) =>
  fc
    .integer({ min: 1, max })
    .chain((nodes) => fc.tuple(fc.integer({ min: 0, max: nodes }), fc.constant(nodes)));

test("agrees with the Go function for every weight and up to 1000 pods", () => {
  const rows = Array.from({ length: 1001 }, (_, nodes) =>
    Array.from({ length: 101 }, (__, weight) => podsAtWeight(weight, nodes)).join(" "),
  );
  // The digest of what the function of v1.9.2, copied into a program of its own, printed for the same numbers.
  expect(
    createHash("sha256")
      .update(`${rows.join("\n")}\n`)
      .digest("hex"),
  ).toBe("4d76a32fe9dd6f28684d772a5b4df73c3b6eb02512f3f1b6c008431a7cbbe9b9");
});

test("agrees with a port of it for any fleet", () => {
  const weight = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(
      weight,
      fc.integer({ min: 0, max: 5000 }),
      (w, nodes) => podsAtWeight(w, nodes) === argo(nodes, w),
    ),
  );
});

test("says every wave of up to 100 pods exactly", () => {
  fc.assert(
    fc.property(fleet(100), ([count, nodes]) => {
      const weight = weightFor(count, nodes);
      return weight !== undefined && argo(nodes, weight) === count;
    }),
  );
});

test("takes what comes nearest in larger fleets, and never nobody or everybody for a part", () => {
  fc.assert(
    fc.property(fleet(1000), ([count, nodes]) => {
      const near = nearestWeight(count, nodes);
      expect(argo(nodes, near.weight)).toBe(near.count);
      expect(Math.abs(near.count - count)).toBeLessThanOrEqual(Math.max(1, nodes / 100));
      expect(weightFor(count, nodes)).toBe(near.count === count ? near.weight : undefined);
      expect(near.count === nodes).toBe(count === nodes);
      expect(near.count === 0).toBe(count === 0);
    }),
  );
});

test("grows with the count", () => {
  fc.assert(
    fc.property(fleet(1000), ([count, nodes]) => {
      const more = Math.min(count + 1, nodes);
      expect(nearestWeight(more, nodes).weight).toBeGreaterThanOrEqual(nearestWeight(count, nodes).weight);
    }),
  );
});

test.each([
  [1, 50, 2, 1],
  [5, 50, 10, 5],
  [15, 50, 30, 15],
  [50, 50, 100, 50],
  [1, 6, 17, 1],
  [3, 6, 50, 3],
  [1, 200, 1, 2],
  [1, 1, 100, 1],
  [0, 0, 0, 0],
])("%i of %i pods: weight %i, %i pods", (count, nodes, weight, pods) => {
  expect(nearestWeight(count, nodes)).toEqual({ weight, count: pods });
});
