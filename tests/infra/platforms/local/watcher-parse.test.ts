// The Prometheus text format, kind and hostile.
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { expect, test } from "vitest";
import { parseMetrics, parseValue } from "../../../../infra/platforms/local/watcher-parse.ts";
import { readingOf } from "../../../../infra/platforms/local/watcher-reading.ts";

const names = { requests: "reqs_total", errors: "errs_total", latency: "lat_seconds", sessions: "sessions" };
const samplesOf = (text: string): unknown[] =>
  parseMetrics(text, new Set(["m"])).samples.map(({ labels, value }) => [Object.fromEntries(labels), value]);

test.each([
  ["m 1", [[{}, 1]]],
  ["m\t-1.5e3\t1700000000000  ", [[{}, -1500]]],
  ["m{} 2", [[{}, 2]]],
  ['m{a="1",} +Inf', [[{ a: "1" }, Number.POSITIVE_INFINITY]]],
  ['m{ a = "1" , b="2" } 3', [[{ a: "1", b: "2" }, 3]]],
  [String.raw`m{a="q\"}{,b\\n\n\x"} NaN`, [[{ a: 'q"}{,b\\n\n\\x' }, Number.NaN]]],
  ["# m 1\n#\n\n  # HELP m x\r\nm 4\r\nmm 5\nm:x 6", [[{}, 4]]],
  ["other{broken\nm 1", [[{}, 1]]],
  ["m", "broken"],
  ["m 1 2 3", "broken"],
  ["m 0x10", "broken"],
  ["m one", "broken"],
  ['m{a="1" 1', "broken"],
  ['m{a="1"b="2"} 1', "broken"],
  ['m{a="1} 1', "broken"],
  ["m{a=1} 1", "broken"],
])("%j", (text, expected) => {
  if (expected === "broken") expect(() => samplesOf(text)).toThrow("not the Prometheus text format");
  else expect(samplesOf(text)).toEqual(expected);
});

test.each([
  ["1", 1],
  ["+.5", 0.5],
  ["1.", 1],
  ["1E-2", 0.01],
  ["-inf", Number.NEGATIVE_INFINITY],
])("%s is a number", (text, value) => expect(parseValue(text)).toBe(value));

test.each(["", ".", "e5", "1e", "0b1", "1_000", "--1", "infinit"])("%j is not a number", (text) =>
  expect(() => parseValue(text)).toThrow(),
);

test("label sets are summed, histograms by bound", () => {
  const reading = readingOf(
    [
      'reqs_total{code="200"} 7',
      'reqs_total{code="500"} 2',
      "# TYPE errs_total counter",
      'lat_seconds_bucket{path="/",le="0.1"} 1',
      'lat_seconds_bucket{path="/",le="+Inf"} 3',
      'lat_seconds_bucket{path="/x",le="+Inf"} 4',
      'lat_seconds_bucket{path="/x",le="0.1"} 2',
      "process_resident_memory_bytes 1e6",
      "process_start_time_seconds 5",
    ].join("\n"),
    names,
  );
  expect(reading).toEqual({
    requests: 9,
    errors: 0,
    sessions: null,
    memory: 1e6,
    startedAt: 5,
    bounds: [0.1, Number.POSITIVE_INFINITY],
    buckets: [3, 7],
    metrics: ["requests", "errors", "latency"],
  });
});

test("what prom-client writes is read back", async () => {
  const registers = [new Registry()];
  new Counter({ name: "reqs_total", help: 'a "help"\\', labelNames: ["path"], registers }).inc(
    { path: 'a"\n\\}' },
    3,
  );
  const silent = new Counter({ name: "errs_total", help: "x", labelNames: ["path"], registers });
  new Gauge({ name: "sessions", help: "x", registers }).set(12);
  new Histogram({ name: "lat_seconds", help: "x", buckets: [0.1, 1], registers }).observe(0.5);
  const reading = readingOf((await registers[0]?.metrics()) ?? "", names);
  expect(reading).toMatchObject({ requests: 3, errors: 0, sessions: 12, buckets: [0, 1, 1] });
  expect((await silent.get()).values).toEqual([]);
  expect(reading.metrics).toEqual(["requests", "errors", "latency", "sessions"]);
});

test.each([
  ["a counter below zero", "reqs_total -1"],
  ["a counter that is no number", "reqs_total NaN"],
  ["an endless counter", "errs_total +Inf"],
  ["a bucket without a bound", "lat_seconds_bucket 1"],
  ["a histogram without +Inf", 'lat_seconds_bucket{le="1"} 1'],
  [
    "a thousand buckets",
    Array.from({ length: 1000 }, (_, at) => `lat_seconds_bucket{le="${at}"} 1`).join("\n"),
  ],
])("%s fails the scrape", (_name, text) => expect(() => readingOf(text, names)).toThrow());

test("bodies made to be slow take well under a second", () => {
  const size = 4 * 1024 * 1024;
  const bodies = [
    `reqs_total ${"1".repeat(size)}x`,
    `reqs_total 1${" ".repeat(size)}x`,
    `reqs_total{a="${"\\".repeat(size)}`,
    `reqs_total{${'a="1",'.repeat(size / 6)}`,
    "\n".repeat(size),
    "#".repeat(size),
    "reqs_total{".repeat(size / 11),
    `reqs_total ${"1 ".repeat(size / 2)}`,
    " ".repeat(size),
    `# TYPE ${"\t".repeat(size)}`,
  ];
  // What takes the square of the length would take hours: there is no bound in time, for a slow machine may be slow.
  for (const body of bodies) {
    try {
      readingOf(body, names);
    } catch {
      // Refused is fine; slow is not.
    }
  }
});
