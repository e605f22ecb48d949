// Tests the spec of a Rollout: who may be out, how long Argo waits, and the steps that say the waves.
import { expect, test } from "vitest";
import { serviceSchema } from "../../../../environments/service-shape.ts";
import type { Service } from "../../../../environments/shape.ts";
import {
  canarySteps,
  maxUnavailable,
  rolloutStrategy,
  windowSeconds,
} from "../../../../infra/platforms/kubernetes/strategy.ts";

function service(more: Record<string, unknown>): Service {
  const given = { kind: "http", nodes: 50, source: "x", build: "make", start: "run", ...more };
  return { name: "web", ...serviceSchema.parse(given) };
}

test.each<[string, Record<string, unknown>, number | string]>([
  ["50 pods, 70%", { rollout: { minHealthy: "70%" } }, 15],
  ["6 pods, 66%", { nodes: 6, rollout: { minHealthy: "66%" } }, 2],
  ["one pod", { nodes: 1 }, 1],
  ["scaled: a share of the pods there are", { scaling: { max: 80 }, rollout: { minHealthy: "70%" } }, "30%"],
  ["scaled, five sixths", { nodes: 6, scaling: { max: 18 }, rollout: {} }, "16%"],
  [
    "scaled, less than one percent",
    { nodes: 400, scaling: { max: 900 }, rollout: { minHealthy: "99.5%" } },
    2,
  ],
])("may be out: %s", (_, more, wanted) => {
  expect(maxUnavailable(service(more))).toBe(wanted);
});

test("a scaled fleet never has more out than the policy lets, but one", () => {
  for (const minHealthy of [0.5, 0.66, 0.7, 0.9, 0.995])
    for (let pods = 1; pods <= 200; pods++) {
      const fleet = service({
        nodes: 1,
        scaling: { max: 500 },
        rollout: { minHealthy: `${minHealthy * 100}%` },
      });
      const most = maxUnavailable(fleet);
      // As Argo rounds it: utils/replicaset/replicaset.go, resolveFenceposts.
      const out =
        typeof most === "number" ? most : Math.max(1, Math.floor((pods * Number.parseInt(most, 10)) / 100));
      expect(out).toBeLessThanOrEqual(Math.max(1, pods * (1 - minHealthy) + 1e-9));
    }
});

test("waits for sessions to end before it calls a pod stuck", () => {
  const sessions = { kind: "sessions", metrics: { sessions: "s" }, startWithin: "20s", stopWithin: "5s" };
  const spec = rolloutStrategy(service({ ...sessions, rollout: { drain: { limit: "5m" } } }));
  expect(spec.progressDeadlineSeconds).toBeGreaterThan(300 + 20 + 5);
  expect(spec.progressDeadlineSeconds).toBeLessThan(300 + 20 + 5 + 120);
  const cut = rolloutStrategy(service({ ...sessions, rollout: { drain: { sessions: "cut" } } }));
  expect(cut.progressDeadlineSeconds).toBeLessThan(150);
  expect(spec).toMatchObject({
    progressDeadlineAbort: true,
    revisionHistoryLimit: 3,
  });
});

test("owns nothing of the release plane, and guards from the first step on", () => {
  const { strategy, ...spec } = rolloutStrategy(service({}));
  expect(Object.keys(spec)).not.toEqual(expect.arrayContaining(["template", "paused", "replicas"]));
  expect(strategy.canary).toEqual({
    maxSurge: 0,
    maxUnavailable: 5,
    analysis: {
      startingStep: 0,
      templates: [{ templateName: "web-guard" }],
      args: [
        { name: "latest-hash", valueFrom: { podTemplateHashValue: "Latest" } },
        { name: "stable-hash", valueFrom: { podTemplateHashValue: "Stable" } },
        {
          name: "began",
          valueFrom: { fieldRef: { fieldPath: "metadata.annotations['surefoot.dev/began']" } },
        },
      ],
    },
  });
});

test("two steps a wave: smoke test first and last, the judge between", () => {
  const waves = [1, 5, 15, 50].map((count, index) => ({
    count,
    bakeSeconds: index === 0 ? 60 : 30,
    first: index === 0,
  }));
  const steps = canarySteps(waves, 50, { name: "web" });
  expect(
    steps.map((step) => ("setWeight" in step ? step.setWeight : step.analysis.templates[0]?.templateName)),
  ).toEqual([2, "web-smoke", 10, "web-judge", 30, "web-judge", 100, "web-smoke"]);
  expect(steps[1]).toMatchObject({
    analysis: {
      args: expect.arrayContaining([
        { name: "bake", value: "60s" },
        { name: "window", value: "55s" },
      ]),
    },
  });
});

test("a large fleet keeps two steps a wave, also where two waves have one weight", () => {
  const waves = [1, 2, 300].map((count, index) => ({ count, bakeSeconds: 30, first: index === 0 }));
  const weights = canarySteps(waves, 300, { name: "web" }).flatMap((step) =>
    "setWeight" in step ? [step.setWeight] : [],
  );
  expect(weights).toEqual([1, 1, 100]);
});

test.each([
  [3, 2],
  [20, 15],
  [30, 25],
  [600, 60],
])("a bake of %i s is compared over %i s", (bake, window) => {
  expect(windowSeconds(bake)).toBe(window);
});
