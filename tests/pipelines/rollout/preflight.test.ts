// What stops a rollout before anything is touched.
import { expect, it } from "vitest";
import type { FreezeWindow } from "../../../environments/shape.ts";
import type { Workspace } from "../../../pipelines/environment/workspace.ts";
import type { NodeSummary } from "../../../pipelines/observe/summary.ts";
import {
  metricsPresent,
  notFrozen,
  notUp,
  planRefused,
  unpinned,
} from "../../../pipelines/rollout/preflight.ts";
import { manualClock } from "../../support/clock.ts";
import { refusalFrom, refusalOf } from "../../support/refusal.ts";
import { aFleet, aPlan, aRequest, aService } from "../../support/rollout.ts";
import { summary } from "../../support/summaries.ts";

const window: FreezeWindow = { reason: "launch", start: "2026-01-01T00:00:00Z", end: "2026-01-02T00:00:00Z" };
const options = { freeze: [window], breakGlass: false, acceptWave: false };
const service = aService();
const plan = aPlan(aRequest(50), aFleet(50));

function workspace(summaries: () => Promise<NodeSummary[]> = async () => []): Workspace {
  const parts = {
    name: { id: "local/prod", local: true },
    description: { freeze: [window] },
    clock: manualClock(Date.UTC(2026, 0, 1, 12)),
    platform: { metrics: { summaries } },
  };
  return parts as unknown as Workspace;
}

const all = ["requests", "errors", "latency"];
const telling = (...metrics: string[][]) =>
  workspace(async () => metrics.map((names, index) => summary({ node: `app-${index}`, metrics: names })));

it("names the command that helps in each refusal", () => {
  expect(notUp(workspace(), service)).toMatchObject({
    code: "E_NOT_UP",
    message: "local/prod has no nodes for app: it is not up",
    state: "nothing was touched",
    next: "surefoot up local/prod",
  });
  expect(unpinned(workspace(), service)).toMatchObject({
    code: "E_NO_RELEASE",
    next: "surefoot release app, then: surefoot deploy local/prod app --release <release>",
  });
  expect(planRefused(service, { what: "too few", next: "surefoot status x" })).toMatchObject({
    code: "E_CAPACITY",
    message: "app cannot be rolled out: too few",
    next: "surefoot status x",
  });
});

it("refuses inside a freeze window and lets the broken glass through", () => {
  const refusal = refusalOf(() => notFrozen(workspace(), options));
  expect(refusal.code).toBe("E_FROZEN");
  expect(refusal.message).toBe("local/prod is frozen: launch (2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z)");
  expect(refusal.next).toContain("--break-glass --reason");
  expect(() => notFrozen(workspace(), { ...options, breakGlass: true })).not.toThrow();
  const later = { ...workspace(), clock: manualClock(Date.UTC(2026, 0, 2)) };
  expect(() => notFrozen(later, options)).not.toThrow();
});

it("passes when every metric is told by some node", async () => {
  await expect(metricsPresent(telling(all), service, plan)).resolves.toBeUndefined();
  await expect(
    metricsPresent(telling(["requests"], ["errors", "latency"]), service, plan),
  ).resolves.toBeUndefined();
});

it("names each metric that no running node tells", async () => {
  const refusal = await refusalFrom(metricsPresent(telling(["requests"], ["requests"]), service, plan));
  expect(refusal).toMatchObject({
    code: "E_METRIC_EMPTY",
    message: "no running node of app tells http_request_errors_total, http_request_duration_seconds",
    next: "mend services.app.metrics in the description: the judge would be blind to errors, latency",
  });
});

it("wants the gauge of sessions only of a service that names one", async () => {
  const players = aService({ kind: "sessions", metrics: { sessions: "players" } });
  const refusal = await refusalFrom(metricsPresent(telling(all), players, plan));
  expect(refusal.message).toBe("no running node of app tells players");
  await expect(metricsPresent(telling([...all, "sessions"]), players, plan)).resolves.toBeUndefined();
});

it("takes no node's word that has not been sampled", async () => {
  const silent = workspace(async () => [
    summary({ node: "a", samples: 0, metrics: all }),
    summary({ node: "b", metrics: ["requests"] }),
  ]);
  expect((await refusalFrom(metricsPresent(silent, service, plan))).code).toBe("E_METRIC_EMPTY");
});

it("refuses when the source of metrics is down", async () => {
  const down = workspace(() => Promise.reject(new Error("connection refused")));
  expect(await refusalFrom(metricsPresent(down, service, plan))).toMatchObject({
    code: "E_METRICS_DOWN",
    message: "the metrics of local/prod cannot be had: connection refused",
    state: "nothing was touched",
    next: "surefoot up local/prod",
  });
});

it("asks no metrics where nothing serves yet", async () => {
  const idle = aFleet(50, () => ({ state: "idle", current: null }));
  const down = workspace(() => Promise.reject(new Error("must not be asked")));
  await expect(metricsPresent(down, service, aPlan(aRequest(50), idle))).resolves.toBeUndefined();
});
