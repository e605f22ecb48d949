// Tests the AnalysisTemplates: when they measure, what an answer means, and that no answer is never an error.
import { expect, test } from "vitest";
import { serviceSchema } from "../../../../environments/service-shape.ts";
import { analysisTemplates } from "../../../../infra/platforms/kubernetes/analysis.ts";
import type { Metric } from "../../../../infra/platforms/kubernetes/analysis.ts";

const place = { namespace: "surefoot-prod", prometheus: "http://prometheus:9090" };

function templates(rollout: Record<string, unknown> = {}) {
  const given = { kind: "http", nodes: 50, source: "x", build: "make", start: "run", rollout };
  return analysisTemplates({ name: "web", ...serviceSchema.parse(given) }, place);
}

const all = (): Metric[] => templates().flatMap(({ spec }) => spec.metrics);

/** What Argo makes of an answer: failed first, then neither of the two. */
function verdictOf({ successCondition, failureCondition }: Metric, result: number[]): string {
  // oxlint-disable-next-line no-implied-eval, no-new-func -- the expressions mean the same in both languages
  const holds = (condition: string) =>
    new Function("result", "len", `return ${condition}`)(result, (of: number[]) => of.length);
  if (holds(failureCondition)) return "failed";
  return holds(successCondition) ? "successful" : "inconclusive";
}

test("one template each for guard, smoke test and judge", () => {
  expect(templates().map(({ name, spec }) => [name, spec.metrics.map((metric) => metric.name)])).toEqual([
    ["web-guard", ["failed-pods", "restarts", "errorRate", "heartbeat", "memory"]],
    ["web-smoke", ["answering", "traffic", "failed-pods"]],
    ["web-judge", ["answering", "traffic", "failed-pods", "latency-p95", "error-rate", "memory"]],
  ]);
});

test("the guard measures all the time, the others once, at the end of the bake", () => {
  const [guard, smoke, judge] = templates();
  for (const metric of guard?.spec.metrics ?? []) {
    expect(metric).toMatchObject({ interval: "5s", inconclusiveLimit: 24 });
    expect(metric).not.toHaveProperty("count");
  }
  for (const metric of [...(smoke?.spec.metrics ?? []), ...(judge?.spec.metrics ?? [])]) {
    expect(metric).toMatchObject({ initialDelay: "{{args.bake}}", count: 1, inconclusiveLimit: 0 });
    expect(metric).not.toHaveProperty("interval");
  }
});

test.each([
  ["500ms", "5s"],
  ["8s", "8s"],
  ["5m", "15s"],
])("a heartbeat of %s is looked at every %s", (heartbeat, interval) => {
  expect(templates({ guard: { heartbeat } })[0]?.spec.metrics[0]?.interval).toBe(interval);
});

test("Prometheus that is down never ends a run, and no answer is inconclusive", () => {
  for (const metric of all()) {
    expect(metric.consecutiveErrorLimit).toBeGreaterThan(1e6);
    expect(metric.consecutiveErrorLimit).toBeLessThan(2 ** 31);
    if (metric.successCondition === "true") continue;
    expect(verdictOf(metric, [])).toBe("inconclusive");
    expect(verdictOf(metric, [Number.NaN])).toBe("inconclusive");
    expect(verdictOf(metric, [0])).toBe("successful");
  }
});

test("limits are the policy's own, and still allowed", () => {
  const judge = templates({ judge: { latencyP95: "+20%", errorRate: "+0.5pp", memory: "+50%" } })[2];
  const limits = { "latency-p95": 0.2, "error-rate": 0.005, memory: 0.5, "failed-pods": 0 };
  for (const [name, limit] of Object.entries(limits)) {
    const metric = judge?.spec.metrics.find((one) => one.name === name) as Metric;
    expect(verdictOf(metric, [limit])).toBe("successful");
    expect(verdictOf(metric, [limit + 0.001])).toBe("failed");
  }
});

test("every argument of a query is one that the template declares", () => {
  for (const { spec } of templates()) {
    const used = new Set(
      [...JSON.stringify(spec.metrics).matchAll(/\{\{args\.([\w-]+)\}\}/g)].map(([, name]) => name),
    );
    expect(spec.args.map(({ name }) => name)).toEqual(expect.arrayContaining([...used]));
  }
});

test("asks of this service in this namespace alone", () => {
  for (const { provider } of all()) {
    const selectors = provider.prometheus.query.match(/\w\{[a-z][^}]*/g) ?? [];
    expect(selectors.length).toBeGreaterThan(0);
    for (const selector of selectors) expect(selector).toMatch(/namespace="surefoot-prod",service="web"/);
  }
});
