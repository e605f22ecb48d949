// The arithmetic of windows, on sequences whose answers are known.
import { array, assert, nat, property } from "fast-check";
import { expect, test } from "vitest";
import type { Reading } from "../../../../infra/platforms/local/watcher-reading.ts";
import { Series } from "../../../../infra/platforms/local/watcher-series.ts";
import { quantile, slope, summarize } from "../../../../infra/platforms/local/watcher-window.ts";

const bounds = [0.1, 0.2, 0.4, Number.POSITIVE_INFINITY];
const base: Reading = {
  requests: 0,
  errors: 0,
  sessions: null,
  memory: null,
  startedAt: null,
  bounds: [],
  buckets: [],
  metrics: [],
};

function seriesOf(readings: Array<Partial<Reading>>): Series {
  const series = new Series(1);
  readings.forEach((reading, at) => series.push(at * 1000, { ...base, ...reading }));
  return series;
}

const all = (series: Series): ReturnType<typeof summarize> =>
  summarize(series.between(0, Number.MAX_SAFE_INTEGER));

test("a plain window counts from its first sample to its last", () => {
  const series = seriesOf([
    {
      requests: 100,
      errors: 1,
      bounds,
      buckets: [50, 80, 100, 100],
      memory: 1000,
      sessions: 3,
      metrics: ["requests"],
    },
    {
      requests: 110,
      errors: 1,
      bounds,
      buckets: [55, 88, 110, 110],
      memory: 1010,
      sessions: 4,
      metrics: ["requests", "latency"],
    },
    {
      requests: 140,
      errors: 4,
      bounds,
      buckets: [60, 100, 140, 140],
      memory: 1020,
      sessions: 5,
      metrics: ["requests"],
    },
  ]);
  expect(all(series)).toEqual({
    samples: 3,
    processes: 1,
    requests: 40,
    errors: 3,
    latencyCount: 40,
    // Increases 10, 20, 40, 40; rank 38 lies in (0.2, 0.4] at (38 - 20) / 20.
    latencyP95: 0.2 + (0.2 * 18) / 20,
    memory: 1020,
    memoryGrowth: 10,
    sessions: 5,
    metrics: ["requests", "latency"],
  });
  expect(summarize(series.between(1000, 2000)).requests).toBe(30);
  expect(summarize(series.between(1001, 1999))).toMatchObject({
    samples: 0,
    requests: 0,
    latencyP95: null,
    memory: null,
  });
});

test("a restart seen by a count that went down starts again at zero", () => {
  const series = seriesOf([{ requests: 10 }, { requests: 15 }, { requests: 3 }, { requests: 9 }]);
  expect(all(series)).toMatchObject({ requests: 5 + 3 + 6, processes: 2 });
});

test("a restart seen by the start time alone is not taken for growth", () => {
  const series = seriesOf([
    { requests: 10, errors: 2, startedAt: 1, memory: 9000, bounds, buckets: [10, 10, 10, 10] },
    { requests: 50, errors: 2, startedAt: 3, memory: 100, bounds, buckets: [0, 50, 50, 50] },
    { requests: 60, errors: 2, startedAt: 3, memory: 300, bounds, buckets: [0, 60, 60, 60] },
  ]);
  expect(all(series)).toMatchObject({
    requests: 60,
    errors: 2,
    processes: 2,
    memoryGrowth: 200,
    latencyCount: 60,
  });
  expect(all(series).latencyP95).toBeCloseTo(0.1 + 0.1 * 0.95, 12);
});

test("a start time that only wavers is one process", () => {
  expect(
    all(
      seriesOf([
        { requests: 5, startedAt: 1.2 },
        { requests: 7, startedAt: 1.9 },
      ]),
    ),
  ).toMatchObject({ requests: 2, processes: 1 });
});

test("other bounds are another release: its latency stands alone", () => {
  const series = seriesOf([
    { bounds: [1, Number.POSITIVE_INFINITY], buckets: [10, 10] },
    { bounds: [1, Number.POSITIVE_INFINITY], buckets: [90, 90] },
    { bounds, buckets: [4, 4, 4, 4] },
    { bounds, buckets: [4, 8, 8, 8] },
  ]);
  expect(all(series)).toMatchObject({ latencyCount: 8, processes: 2 });
});

test("a counter or histogram born while the process runs counts from zero", () => {
  const series = seriesOf([{ requests: 1 }, { requests: 1, errors: 4, bounds, buckets: [2, 2, 2, 2] }]);
  expect(all(series)).toMatchObject({ errors: 4, latencyCount: 2, processes: 1 });
});

test("quantiles at the edges follow Prometheus", () => {
  expect(quantile(0.95, bounds, [0, 0, 0, 0])).toBeNull();
  expect(quantile(0.95, [], [])).toBeNull();
  expect(quantile(0.95, [Number.POSITIVE_INFINITY], [5])).toBeNull();
  expect(quantile(0.95, bounds, [0, 0, 0, 7])).toBe(0.4);
  expect(quantile(0.5, bounds, [10, 10, 10, 10])).toBeCloseTo(0.05, 12);
  expect(quantile(0.5, [-1, 1, Number.POSITIVE_INFINITY], [4, 4, 4])).toBe(-1);
});

test("the slope of a line is its slope, whatever the order of its noise", () => {
  expect(slope([{ x: 1, y: 1 }])).toBeNull();
  expect(
    slope([
      { x: 1, y: 1 },
      { x: 1, y: 2 },
    ]),
  ).toBeNull();
  expect(
    slope([
      { x: 0, y: 1 },
      { x: 1, y: 0 },
      { x: 2, y: 5 },
    ]),
  ).toBeCloseTo(2, 12);
});

test("however often a process restarts, the increases are the sum of what each counted", () => {
  assert(
    property(
      array(array(nat(50), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 }),
      (lives) => {
        const readings = lives.flatMap((steps, life) => {
          let requests = 0;
          return steps.map((step) => ({ requests: (requests += step), startedAt: life * 10 }));
        });
        const total = lives.flat().reduce((sum, step) => sum + step, 0) - (lives[0]?.[0] ?? 0);
        expect(all(seriesOf(readings)).requests).toBe(total);
      },
    ),
  );
});

test("the ring keeps fifteen minutes, in order", () => {
  const series = seriesOf(Array.from({ length: 2000 }, (_, requests) => ({ requests })));
  const kept = series.between(0, Number.MAX_SAFE_INTEGER);
  expect([kept.length, kept[0]?.requests, kept.at(-1)?.requests]).toEqual([901, 1099, 1999]);
  expect(kept.every(({ at }, index) => index === 0 || at > (kept[index - 1]?.at ?? 0))).toBe(true);
});
