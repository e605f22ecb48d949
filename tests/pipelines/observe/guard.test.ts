// Guards at, above and below their limits, and where there is nothing to measure.
import { expect, it } from "vitest";
import { guard } from "../../../pipelines/observe/guard.ts";
import type { NodeSummary } from "../../../pipelines/observe/summary.ts";
import { summary } from "../../support/summaries.ts";

const policy = { restarts: 1, errorRate: 0.02, heartbeat: 5, memory: 512e6 };
const now = 1_000_000;
const hits = (change: Partial<NodeSummary>, options = { minRequests: 20 }): string[] =>
  guard(policy, [summary({ lastSeenMs: now, ...change })], now, options).map((hit) => hit.guard);

it("allows the limit itself and trips above it", () => {
  expect(hits({ restarts: 1, memory: 512e6, requests: 100, errors: 2, lastSeenMs: now - 5000 })).toEqual([]);
  expect(hits({ restarts: 2 })).toEqual(["restarts"]);
  expect(hits({ memory: 512e6 + 1 })).toEqual(["memory"]);
  expect(hits({ requests: 100, errors: 3 })).toEqual(["errorRate"]);
  expect(hits({ lastSeenMs: now - 5001 })).toEqual(["heartbeat"]);
});

it("asks for enough requests before it speaks of a share", () => {
  expect(hits({ requests: 19, errors: 19 })).toEqual([]);
  expect(hits({ requests: 20, errors: 1 })).toEqual(["errorRate"]);
  expect(hits({ requests: 0, errors: 0 }, { minRequests: 0 })).toEqual([]);
});

it("counts silence from the moment a heartbeat is owed", () => {
  const silent = summary({ lastSeenMs: null });
  expect(guard(policy, [silent], now)[0]).toMatchObject({ guard: "heartbeat", value: Infinity });
  expect(guard(policy, [silent], now, { minRequests: 20, sinceMs: now - 5000 })).toEqual([]);
  const [hit] = guard(policy, [silent], now, { minRequests: 20, sinceMs: now - 6000 });
  expect(hit).toEqual({
    node: "server-1",
    guard: "heartbeat",
    value: 6,
    limit: 5,
    text: "server-1: silent for 6.0 s (allowed 5 s)",
  });
});

it("says nothing about what was not measured", () => {
  expect(hits({ restarts: null, memory: null, latencyP95: null })).toEqual([]);
});

it("names every node and every limit that it exceeds", () => {
  const found = guard(policy, [summary(), summary({ node: "server-2", restarts: 3, memory: 600e6 })], now);
  expect(found.map((hit) => hit.text)).toEqual([
    "server-2: 3 restarts (allowed 1)",
    "server-2: 600 MB resident (allowed 512 MB)",
  ]);
  expect(guard(policy, [summary({ errors: 30 })], now)[0]?.text).toBe(
    "server-1: 30 of 1000 requests failed, 3 % (allowed 2 %)",
  );
});
