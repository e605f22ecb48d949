// What Argo's analysis found, as a person reads it.
import { expect, it } from "vitest";
import { blindness, decisive, evidenceOf } from "../../../../pipelines/rollout/argo/evidence.ts";
import { aRun } from "../../../support/argo.ts";
import { aService } from "../../../support/rollout.ts";

const policy = aService().rollout;
const ran = (name: string, phase: string, value: string) => ({
  name,
  phase,
  measurements: [{ phase, value }],
});

it("says a comparison with what is allowed", () => {
  const run = aRun(
    "r2",
    [
      ran("latency-p95", "Failed", "[0.314]"),
      ran("error-rate", "Successful", "[0.0012]"),
      ran("answering", "Successful", "[5]"),
    ],
    3,
  );
  expect(evidenceOf([run], policy)).toEqual([
    "latency p95 is +31 % (allowed +20 %)",
    "error rate is +0.12 points (allowed +0.50 points)",
    "5 pods of the release answer",
  ]);
  expect(decisive([run], "Failed", policy)).toBe("latency p95 is +31 % (allowed +20 %)");
});

it("says which guards it was that failed pods, and nothing of guards that found none", () => {
  const guards = [
    ran("restarts", "Running", "[0]"),
    ran("errorRate", "Running", "[2]"),
    ran("memory", "Running", "[0]"),
  ];
  const run = aRun("r2", [ran("failed-pods", "Failed", "[2]"), ...guards]);
  expect(decisive([run], "Failed", policy)).toBe("2 pods failed by the guards (errorRate)");
  expect(evidenceOf([run], policy)).toEqual([
    "2 pods failed by the guards (errorRate)",
    "2 pods beyond the guard errorRate",
  ]);
});

it.each(["[]", "[NaN]", "", "NaN"])("does not take %j for a number", (value) => {
  const run = aRun("r2", [ran("latency-p95", "Inconclusive", value)], 3);
  expect(decisive([run], "Inconclusive", policy)).toBe(
    "latency-p95 could not be decided: there is nothing to measure",
  );
});

it("is blind only while the last try of a running measure failed", () => {
  const down = {
    name: "traffic",
    phase: "Running",
    consecutiveError: 2,
    measurements: [{ phase: "Error", message: "refused" }],
  };
  expect(blindness([aRun("r2", [down])])).toBe("refused");
  expect(blindness([aRun("r2", [{ ...down, consecutiveError: 0 }])])).toBeUndefined();
  expect(blindness([aRun("r2", [{ ...down, phase: "Successful" }])])).toBeUndefined();
});
