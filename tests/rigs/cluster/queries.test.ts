// Guards and judge in PromQL, evaluated by real Prometheus (promtool) over pods of every kind.
import { describe, expect, test } from "vitest";
import { failedPods } from "../../../infra/platforms/kubernetes/guard-queries.ts";
import {
  answeringQuery,
  judgeQueries,
  trafficQuery,
} from "../../../infra/platforms/kubernetes/judge-queries.ts";
import type { Watched } from "../../../infra/platforms/kubernetes/queries.ts";
import { pods, verdictOf } from "./prom-cases.ts";
import type { PodSeries } from "./prom-cases.ts";

const watched: Watched = {
  namespace: "ns",
  service: "web",
  metrics: { requests: "requests", errors: "errors", latency: "latency" },
};
const guard = { restarts: 1, errorRate: 0.02, heartbeat: 5, memory: 512e6 };
const policy = {
  nodes: 50,
  rollout: { guard, failureBudget: 3, waves: [1, 5, { share: 0.3 }, { share: 1 }] },
};
const failed = failedPods(policy as never, watched);
const judge = judgeQueries(watched);

type Case = [name: string, groups: PodSeries[], verdict: "pass" | "fail" | "inconclusive"];

describe("the guard", () => {
  const old = pods("old", 10);
  test.each<Case>([
    ["good pods", [old, pods("new", 5)], "pass"],
    ["no updated pod yet", [old], "pass"],
    ["no pod of the service is scraped", [], "inconclusive"],
    ["wave 1: a share of errors", [old, pods("new", 1, { errors: 5 })], "fail"],
    ["wave 1: errors below the limit", [old, pods("new", 1, { errors: 1 })], "pass"],
    ["wave 1: all of too few requests fail", [old, pods("new", 1, { requests: 1, errors: 1 })], "pass"],
    ["wave 1: no request", [old, pods("new", 1, { requests: 0 })], "pass"],
    ["wave 1: memory", [old, pods("new", 1, { memory: 600e6 })], "fail"],
    ["wave 1: as many restarts as allowed", [old, pods("new", 1, { restarts: 1 })], "pass"],
    ["wave 1: restarts", [old, pods("new", 1, { restarts: 2 })], "fail"],
    ["wave 1: silent", [old, pods("new", 1, { silentFor: 30 })], "fail"],
    ["wave 1: one scrape failed", [old, pods("new", 1, { silentFor: 5 })], "pass"],
    ["wave 1: has not answered yet", [old, pods("new", 1, { silentFor: Infinity })], "pass"],
    ["wave 1: deleted, as by a drained machine", [old, pods("new", 1, { goneFor: 60 })], "pass"],
    [
      "a bad pod that is not updated",
      [pods("old", 9), pods("old", 1, { errors: 50 }), pods("new", 1)],
      "pass",
    ],
    ["one of 15 is bad", [old, pods("new", 14), pods("new", 1, { errors: 10 })], "pass"],
    [
      "three of 15, by different guards",
      [
        old,
        pods("new", 12),
        pods("new", 1, { errors: 10 }),
        pods("new", 1, { memory: 6e8 }),
        pods("new", 1, { silentFor: 40 }),
      ],
      "pass",
    ],
    [
      "four of 15",
      [
        old,
        pods("new", 11),
        pods("new", 2, { errors: 10 }),
        pods("new", 1, { memory: 6e8 }),
        pods("new", 1, { silentFor: 40 }),
      ],
      "fail",
    ],
    ["two of 5: more than a third", [old, pods("new", 3), pods("new", 2, { memory: 6e8 })], "fail"],
    ["one of 5", [old, pods("new", 4), pods("new", 1, { memory: 6e8, errors: 50 })], "pass"],
    ["nothing but updated pods", [pods("new", 50)], "pass"],
  ])("%s", (_, groups, verdict) => {
    expect(verdictOf(failed, 0, groups)).toBe(verdict);
  });

  test("a pod that failed before the deploy began does not count", () => {
    const groups = [old, pods("new", 1, { errors: 50, memory: 6e8, goneFor: 60 })];
    expect(verdictOf(failed, 0, groups)).toBe("fail");
    expect(verdictOf(failed, 0, groups, { began: "300" })).toBe("fail");
    expect(verdictOf(failed, 0, groups, { began: "560" })).toBe("pass");
  });
});

describe("the judge", () => {
  const old = pods("old", 10);
  const latency: Case[] = [
    ["as fast", [old, pods("new", 5)], "pass"],
    ["slower", [old, pods("new", 5, { slow: true })], "fail"],
    ["slower, but two pods are no sample", [old, pods("new", 2, { slow: true })], "pass"],
    ["slower, but few requests", [old, pods("new", 5, { slow: true, requests: 2 })], "pass"],
    ["faster", [pods("old", 10, { slow: true }), pods("new", 5)], "pass"],
    ["no traffic anywhere", [pods("old", 10, { requests: 0 }), pods("new", 5, { requests: 0 })], "pass"],
    ["the histogram is gone", [old, pods("new", 5, { latency: null })], "inconclusive"],
    [
      "never had a histogram",
      [pods("old", 10, { latency: null }), pods("new", 5, { latency: null })],
      "pass",
    ],
    ["updated pods are not scraped", [old, pods("new", 5, { silentFor: Infinity })], "inconclusive"],
    ["the others are not scraped", [pods("new", 5)], "inconclusive"],
    ["nobody is scraped", [], "inconclusive"],
  ];
  test.each(latency)("latency: %s", (_, groups, verdict) => {
    expect(verdictOf(judge.latencyP95, 0.2, groups)).toBe(verdict);
  });

  test.each<Case>([
    ["none", [old, pods("new", 5)], "pass"],
    ["more", [old, pods("new", 5, { errors: 1 })], "fail"],
    ["as many as the others", [pods("old", 10, { errors: 1 }), pods("new", 5, { errors: 1 })], "pass"],
    [
      "more, where no error was ever counted on the others",
      [pods("old", 10, { errors: null }), pods("new", 5, { errors: 1 })],
      "fail",
    ],
    ["never counted", [pods("old", 10, { errors: null }), pods("new", 5, { errors: null })], "pass"],
    ["a handful of requests", [old, pods("new", 5, { requests: 0.1, errors: 0.1 })], "pass"],
    ["no traffic", [pods("old", 10, { requests: 0 }), pods("new", 5, { requests: 0 })], "pass"],
    ["updated pods are not scraped", [old, pods("new", 5, { silentFor: Infinity })], "inconclusive"],
  ])("errors: %s", (_, groups, verdict) => {
    expect(verdictOf(judge.errorRate, 0.005, groups)).toBe(verdict);
  });

  test.each<Case>([
    ["as much", [old, pods("new", 5)], "pass"],
    ["more", [old, pods("new", 5, { memory: 200e6 })], "fail"],
    ["one outlier", [old, pods("new", 4), pods("new", 1, { memory: 500e6 })], "pass"],
    [
      "idle, and more",
      [pods("old", 9, { requests: 0 }), pods("new", 5, { requests: 0, memory: 200e6 })],
      "fail",
    ],
  ])("memory: %s", (_, groups, verdict) => {
    expect(verdictOf(judge.memory, 0.5, groups)).toBe(verdict);
  });

  test("a window of one scrape shows nothing", () => {
    for (const query of Object.values(judge))
      expect(verdictOf(query, 1e9, [old, pods("new", 5)], { window: "3s" })).toBe("inconclusive");
  });
});

describe("traffic", () => {
  test.each<Case>([
    ["on all", [pods("old", 10), pods("new", 1)], "pass"],
    ["on none", [pods("old", 10, { requests: 0 }), pods("new", 1, { requests: 0 })], "pass"],
    [
      "no such metric anywhere yet",
      [pods("old", 10, { requests: null }), pods("new", 1, { requests: null })],
      "pass",
    ],
    ["missing where it was due", [pods("old", 10), pods("new", 1, { requests: 0 })], "inconclusive"],
    [
      "metric missing where it was due",
      [pods("old", 10), pods("new", 1, { requests: null })],
      "inconclusive",
    ],
    [
      "too little to expect any",
      [pods("old", 10, { requests: 0.2 }), pods("new", 1, { requests: 0 })],
      "pass",
    ],
    ["after the last wave", [pods("new", 10)], "pass"],
    [
      "updated pods are not scraped",
      [pods("old", 10), pods("new", 1, { silentFor: Infinity })],
      "inconclusive",
    ],
    ["nobody is scraped", [], "inconclusive"],
  ])("%s", (_, groups, verdict) => {
    expect(verdictOf(trafficQuery(watched), 1e9, groups)).toBe(verdict);
  });

  test("at least one updated pod must answer", () => {
    const silent = pods("new", 2, { silentFor: Infinity });
    expect(verdictOf(answeringQuery(watched), 1e9, [pods("old", 3), silent])).toBe("inconclusive");
    expect(verdictOf(answeringQuery(watched), 1e9, [silent, pods("new", 1)])).toBe("pass");
  });
});
