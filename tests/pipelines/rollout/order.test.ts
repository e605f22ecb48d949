// The order of nodes: every node once, the same for the same seed, round the zones.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { spreadOrder } from "../../../pipelines/rollout/order.ts";

const fleet = (count: number, zones: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `n${index}`, zone: `z${index % zones}` }));
const names = (nodes: readonly { name: string }[]) => nodes.map(({ name }) => name);

const sizes = { count: fc.integer({ min: 0, max: 60 }), zones: fc.integer({ min: 1, max: 6 }) };

it("keeps every node exactly once", () => {
  fc.assert(
    fc.property(sizes.count, sizes.zones, fc.string(), (count, zones, seed) => {
      const nodes = fleet(count, zones);
      expect(names(spreadOrder(nodes, seed)).toSorted()).toEqual(names(nodes).toSorted());
    }),
  );
});

it("gives the same order for the same seed, however the nodes are listed", () => {
  fc.assert(
    fc.property(sizes.count, sizes.zones, fc.string(), (count, zones, seed) => {
      const nodes = fleet(count, zones);
      expect(names(spreadOrder(nodes.toReversed(), seed))).toEqual(names(spreadOrder(nodes, seed)));
    }),
  );
});

it("gives another order, and another first zone, for another seed", () => {
  const nodes = fleet(50, 5);
  const orders = Array.from({ length: 40 }, (_, seed) => spreadOrder(nodes, String(seed)));
  expect(new Set(orders.map((order) => names(order).join())).size).toBe(40);
  expect(new Set(orders.map(([first]) => first?.zone)).size).toBe(5);
});

it("takes no more than its share and one from any zone of equal zones", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      sizes.zones,
      fc.string(),
      fc.nat(),
      fc.nat(),
      (each, zones, seed, some, more) => {
        const order = spreadOrder(fleet(each * zones, zones), seed);
        const from = some % order.length;
        const wave = order.slice(from, from + 1 + (more % order.length));
        const largest = Math.max(
          ...[...Map.groupBy(wave, ({ zone }) => zone).values()].map(({ length }) => length),
        );
        expect(largest).toBeLessThanOrEqual(Math.ceil(wave.length / zones) + 1);
      },
    ),
  );
});

it("starts in every zone before it goes back to the first", () => {
  const order = spreadOrder(fleet(50, 3), "seed");
  expect(new Set(order.slice(0, 3).map(({ zone }) => zone)).size).toBe(3);
});
