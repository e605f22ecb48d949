// The tests behind the judge against R's published results, against brute force and against each other.
import { array, assert, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { smallestP } from "../../../environments/wave-rules.ts";
import { fisherExact, logChoose, mannWhitney, median, shift } from "../../../pipelines/observe/statistics.ts";

/** All ways to choose k of the indices below n. */
function choices(n: number, k: number): number[][] {
  if (k === 0) return [[]];
  if (n < k) return [];
  return [...choices(n - 1, k), ...choices(n - 1, k - 1).map((c) => c.concat(n - 1))];
}

const ones = (values: number[]): number => values.filter((v) => v === 1).length;

const pairs = (x: number[], y: number[]): number =>
  x.flatMap((a) => y.map((b) => (a > b ? 1 : a === b ? 0.5 : 0) as number)).reduce((s, v) => s + v, 0);

/** p by the definition: every split of the pooled values is as likely as any other. */
function permutationP(x: number[], y: number[]): number {
  const all = [...x, ...y];
  const us = choices(all.length, x.length).map((chosen) => {
    const rest = all.filter((_, i) => !chosen.includes(i));
    return pairs(
      chosen.map((i) => all[i] ?? NaN),
      rest,
    );
  });
  return us.filter((u) => u >= pairs(x, y)).length / us.length;
}

describe("mannWhitney", () => {
  it("gives what R gives for the example of wilcox.test (Hollander and Wolfe 1973)", () => {
    const x = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const y = [1.15, 0.88, 0.9, 0.74, 1.21];
    const { u, p } = mannWhitney(x, y);
    expect(u).toBe(35);
    expect(p).toBeCloseTo(0.1272, 4);
  });

  it("gives 1 / C(n + m, n) for full separation", () => {
    const control = Array.from({ length: 45 }, (_, i) => i);
    const { p } = mannWhitney([100, 101, 102, 103, 104], control);
    expect(p / (1 / 2_118_760)).toBeCloseTo(1, 9);
    expect(smallestP(5, 45) / p).toBeCloseTo(1, 9);
    expect(mannWhitney([100], [1, 2, 3]).p).toBeCloseTo(0.25, 12);
  });

  it("equals brute force over all splits, ties included", () => {
    const values = array(integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 5 });
    assert(
      property(values, values, (x, y) => {
        const { u, p } = mannWhitney(x, y);
        expect(u).toBe(pairs(x, y));
        expect(p).toBeCloseTo(permutationP(x, y), 10);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it("approximates large samples with tie and continuity correction", () => {
    // 60 against 61 without ties, y shifted by half a step: U and its normal p by hand.
    const x = Array.from({ length: 60 }, (_, i) => i + 12);
    const y = Array.from({ length: 61 }, (_, i) => i + 0.5);
    const { u, p } = mannWhitney(x, y);
    expect(u).toBe(pairs(x, y));
    const z = (u - (60 * 61) / 2 - 0.5) / Math.sqrt((60 * 61 * 122) / 12);
    expect(p).toBeCloseTo(normalTail(z), 6);
    expect(mannWhitney(Array(70).fill(1), Array(70).fill(1)).p).toBe(1);
  });

  it("is nearly continuous where exact turns into approximate", () => {
    const exact = mannWhitney(range(20, 30), range(100, 0)).p;
    const approximate = mannWhitney(range(20, 30), range(101, 0)).p;
    expect(Math.abs(exact - approximate)).toBeLessThan(0.01);
  });

  it("is certain of nothing without data or with equal data", () => {
    expect(mannWhitney([], [1, 2]).p).toBe(1);
    expect(mannWhitney([1, 2], []).p).toBe(1);
    expect(mannWhitney([3, 3, 3], [3, 3, 3, 3]).p).toBe(1);
  });
});

describe("fisherExact", () => {
  it("gives what R gives for the lady tasting tea and for Fisher's convictions", () => {
    expect(fisherExact(3, 4, 1, 4)).toBeCloseTo(0.2429, 4);
    // fisher.test(Convictions, alternative = "less"): 2 of 17 against 10 of 13, so the other side is "greater".
    expect(fisherExact(10, 13, 2, 17)).toBeCloseTo(0.0004652, 7);
  });

  it("gives the figures that the rollout policy was chosen by", () => {
    expect(fisherExact(2, 3, 0, 47)).toBeCloseTo(0.0024, 4);
    expect(fisherExact(1, 3, 0, 47)).toBeCloseTo(0.06, 10);
    expect(fisherExact(1, 1, 0, 49)).toBeCloseTo(0.02, 10);
    expect(fisherExact(0, 5, 0, 45)).toBeCloseTo(1, 12);
  });

  it("equals the rank test where every value is 0 or 1", () => {
    const bits = array(integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 12 });
    assert(
      property(bits, bits, (x, y) => {
        expect(fisherExact(ones(x), x.length, ones(y), y.length)).toBeCloseTo(mannWhitney(x, y).p, 10);
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});

describe("median, shift and logChoose", () => {
  it("finds the middle, whatever the order", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it("measures the shift as R's conf.int estimate does", () => {
    const x = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    expect(shift(x, [1.15, 0.88, 0.9, 0.74, 1.21])).toBeCloseTo(0.305, 10);
    expect(shift([11, 12, 13], [1, 2, 3])).toBe(10);
  });

  it("counts choices", () => {
    expect(Math.exp(logChoose(50, 5))).toBeCloseTo(2_118_760, 2);
    expect(logChoose(7, 0)).toBe(0);
  });
});

function range(length: number, from: number): number[] {
  return Array.from({ length }, (_, i) => from + i + length / 1000);
}

/** P(Z > z) by Simpson's rule, independent of the fit under test. */
function normalTail(z: number): number {
  const steps = 20_000;
  const h = (12 - z) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-((z + i * h) ** 2) / 2);
  }
  return (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}
