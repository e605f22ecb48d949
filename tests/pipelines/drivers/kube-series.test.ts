// The one query, and an answer of Prometheus: recorded, hostile, empty, or none at all.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { podSummaries, podsQuery, podsThatDeclare } from "../../../pipelines/drivers/kube-series.ts";
import { nodeSummarySchema } from "../../../pipelines/observe/summary.ts";

const metrics = {
  requests: "http_requests_total",
  errors: "http_request_errors_total",
  latency: "http_request_duration_seconds",
  sessions: "",
};
const query = (sessions: string, seconds: number) => {
  const service = { name: "app", metrics: { ...metrics, sessions } };
  return podsQuery({ namespace: "shop", service, fromMs: 1e12, toMs: 1e12 + seconds * 1000 });
};
type Sample = [measure: string, value: string, pod?: string, more?: Record<string, string>];
const answer = (...samples: Sample[]): string =>
  JSON.stringify({
    status: "success",
    data: {
      resultType: "vector",
      result: samples.map(([measure, value, pod = "app-a", more = {}]) => ({
        metric: { pod, measure, ...more },
        value: [1785000000.781, value],
      })),
    },
  });
const nothing = {
  node: "app-a",
  zone: "",
  release: null,
  samples: 0,
  lastSeenMs: null,
  requests: 0,
  errors: 0,
  latencyP95: null,
  latencyCount: 0,
  memory: null,
  memoryGrowth: null,
  sessions: null,
  restarts: null,
  metrics: [],
};

it("asks for every measure at once, for the pods of one service of one namespace alone", () => {
  const text = query("game_sessions", 45);
  const measures = [...text.matchAll(/"measure","([^"]+)"/g)].map(([, name]) => name);
  const numbers =
    "samples lastSeen requests errors latencyP95 latencyCount memory memoryGrowth sessions restarts";
  const told = ["requests", "errors", "latency", "sessions"].map((key) => `tells ${key}`);
  expect(measures).toEqual([...numbers.split(" "), ...told]);
  const selectors = text.match(/[a-z]\{[^}]*\}/g) ?? [];
  expect(selectors.length).toBeGreaterThan(14);
  for (const one of selectors) expect(one).toContain('{namespace="shop",service="app",pod!=""');
  expect(text).toContain("[45000ms:750ms]");
  expect(query("", 45)).not.toMatch(/sessions/);
});

it("asks for as many points whatever the window, and at least for a second", () => {
  expect(query("", 3600)).toContain("[3600000ms:60000ms]");
  expect(query("", 3)).toContain("[3000ms:100ms]");
  for (const seconds of [0, -5, 0.3]) expect(query("", seconds)).toContain("[1000ms:100ms]");
  expect(encodeURIComponent(query("game_sessions", 3600)).length).toBeLessThan(8000);
});

it("makes one summary of a pod, by name", () => {
  const hash = { rollouts_pod_template_hash: "6f9", surefoot_dev_release: "r2" };
  const [a, b, ...more] = podSummaries(
    answer(
      ["requests", "7", "app-b"],
      ["samples", "9"],
      ["lastSeen", "1784999999.7814", "app-a", hash],
      ["requests", "101.69491525423729"],
      ["errors", "1.0169"],
      ["latencyP95", "0.0875"],
      ["latencyCount", "101.69"],
      ["memory", "67108864"],
      ["memoryGrowth", "-1.5e3"],
      ["sessions", "4"],
      ["restarts", "1"],
      ["tells requests", "2"],
      ["tells latency", "12"],
    ),
  );
  expect(a).toEqual({
    ...nothing,
    release: "r2",
    samples: 9,
    lastSeenMs: 1784999999781,
    requests: 102,
    errors: 1,
    latencyP95: 0.0875,
    latencyCount: 102,
    memory: 67108864,
    memoryGrowth: -1500,
    sessions: 4,
    restarts: 1,
    metrics: ["requests", "latency"],
  });
  expect([b, more]).toEqual([{ ...nothing, node: "app-b", requests: 7 }, []]);
});

it("takes what is no number, or of no pod, for not known", () => {
  const odd = ["NaN", "+Inf", "-Inf", "Infinity", "", "abc"];
  const found = podSummaries(
    answer(["samples", "1"], ...odd.map((value): Sample => ["latencyP95", value]), ["memory", "1", ""]),
  );
  expect(found).toEqual([{ ...nothing, samples: 1 }]);
  expect(podSummaries(answer(["requests", "-3"], ["errors", "1e308"]))).toMatchObject([
    { requests: 0, errors: 1e308 },
  ]);
  expect(podSummaries(answer())).toEqual([]);
});

it("gives only summaries that are ones, whatever numbers and names come", () => {
  const name = fc.constantFrom(
    "requests",
    "samples",
    "lastSeen",
    "memory",
    "restarts",
    "tells x",
    "__proto__",
  );
  const value = fc.oneof(fc.double().map(String), fc.string(), fc.constantFrom("NaN", "+Inf", "-0", "0x10"));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value, fc.constantFrom("a", "b", "__proto__"))), (samples) => {
      for (const one of podSummaries(answer(...samples))) nodeSummarySchema.parse(one);
    }),
  );
});

it("throws for an error, for another shape, and for what is no JSON", () => {
  const error = '{"status":"error","errorType":"bad_data","error":"1:3: parse error\\u001b[31m"}';
  expect(() => podSummaries(error)).toThrow("Prometheus refused: 1:3: parse error\\u{1b}[31m");
  expect(() => podSummaries('{"status":"success","data":{"resultType":"matrix","result":[]}}')).toThrow(
    "unexpected",
  );
  expect(() => podSummaries('{"status":"success"}')).toThrow("unexpected");
  expect(() => podSummaries("[]")).toThrow("unexpected");
  expect(() => podSummaries("<html>sign in</html>")).toThrow("no JSON");
  const many = Array.from({ length: 5001 }, (_, at): Sample => ["samples", "1", `p${at}`]);
  expect(() => podSummaries(answer(...many))).toThrow("more than 5000 pods");
});

it("reads which pods announce a metric", () => {
  const text =
    '{"status":"success","data":[{"target":{"pod":"a","job":"x"},"type":"counter","help":"","unit":""},{"target":{}}]}';
  expect([...podsThatDeclare(text)]).toEqual(["a", ""]);
  expect(() => podsThatDeclare('{"status":"error","error":"no"}')).toThrow("Prometheus refused: no");
});
