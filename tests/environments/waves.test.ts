// Tests how waves and minHealthy round.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { serviceRules } from "../../environments/rules.ts";
import { serviceSchema } from "../../environments/service-shape.ts";
import { nodesAllowedOut, percentText, waveNodes, waveText } from "../../environments/waves.ts";

describe("waves", () => {
  test.each([
    [5, 50, 5],
    [{ share: 0.3 }, 50, 15],
    [{ share: 1 }, 50, 50],
    [{ share: 0.07 }, 100, 7],
    [{ share: 0.01 }, 50, 1],
    [{ share: 0.5 }, 3, 2],
  ])("%# shares round up, and only real rests do", (wave, nodes, expected) => {
    expect(waveNodes(wave, nodes)).toBe(expected);
  });

  test.each([
    [50, 0.7, 15],
    [50, 0.9, 5],
    [10, 0.9, 1],
    [9, 0.9, 0],
    [6, 0.66, 2],
    [1, 0, 1],
    [3, 2 / 3, 1],
  ])("%i nodes with minHealthy %d may miss %i", (nodes, minHealthy, expected) => {
    expect(nodesAllowedOut(nodes, minHealthy)).toBe(expected);
  });

  test("waves and fractions are written as in the description", () => {
    expect([waveText(5), waveText({ share: 0.3 }), percentText(0.005)]).toEqual(["5", "30%", "0.5%"]);
  });

  test("the defaults obey the rules in a fleet of any size", () => {
    const given = { kind: "http", source: "app", build: "make", start: "run" };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (nodes) => {
        const service = serviceSchema.parse({ ...given, nodes });
        expect(serviceRules([{ name: "app", ...service }])).toEqual([]);
      }),
    );
  });
});
