// Shares of failed requests: rare and common errors, large and small nodes, and what the policy allows.
import { expect, it } from "vitest";
import { compareErrors } from "../../../pipelines/observe/error-rate.ts";
import type { Evidence } from "../../../pipelines/observe/evidence.ts";
import type { NodeSummary } from "../../../pipelines/observe/summary.ts";
import { fleet } from "../../support/summaries.ts";

const compared = (updated: NodeSummary[], control: NodeSummary[]): Evidence =>
  compareErrors(updated, control, 0.005, 0.01);

it("catches rare errors on 4 of 5 nodes against 0 of 45", () => {
  const updated = fleet(5, (i) => ({ requests: 100, errors: i === 0 ? 0 : 1 }));
  const control = fleet(45, () => ({ requests: 100 }));
  const evidence = compared(updated, control);
  expect(evidence).toMatchObject({ verdict: "fail", updated: 0.008, control: 0 });
  expect(evidence.text).toBe(
    "errorRate 0.8 % on 5 updated nodes against 0 % on 45 others: +0.8 pp (limit +0.5 pp), " +
      "errors on 4 of 5 against 0 of 45 nodes, p = 0.00004",
  );
});

it("catches a heavy share on every updated node where 20 of 45 others have a stray error", () => {
  const control = fleet(45, (i) => ({ requests: 10_000, errors: i < 20 ? 1 : 0 }));
  const updated = fleet(5, (i) => ({ requests: 10_000, errors: 1000 + i }));
  expect(compared(updated, control).verdict).toBe("fail");
});

it("catches a larger share where errors are common everywhere", () => {
  const control = fleet(45, (i) => ({ errors: 20 + (i % 5) }));
  const evidence = compared(
    fleet(5, (i) => ({ errors: 40 + i })),
    control,
  );
  expect(evidence.verdict).toBe("fail");
  expect(evidence.text).not.toContain("errors on");
  expect(compared(control.slice(0, 5), control).verdict).toBe("pass");
});

it("allows what the policy allows, even where the others have none", () => {
  const updated = fleet(5, () => ({ requests: 10_000, errors: 3 }));
  const evidence = compared(updated, fleet(45));
  expect(evidence.verdict).toBe("pass");
  expect(evidence.p).toBeLessThan(0.00001);
});

it("compares shares, not counts", () => {
  const updated = fleet(5, () => ({ requests: 10_000, errors: 100 }));
  const control = fleet(45, () => ({ requests: 100, errors: 1 }));
  expect(compared(updated, control).verdict).toBe("pass");
});

it("does not blame the release for one bad node of five", () => {
  const updated = fleet(5, (i) => ({ errors: i === 0 ? 900 : 0 }));
  expect(compared(updated, fleet(45)).verdict).toBe("pass");
});

it("leaves out nodes without requests, and compares nothing without any", () => {
  const idle = fleet(3, () => ({ requests: 0 }));
  expect(compared([...fleet(3), ...idle], fleet(10)).nodes).toEqual([3, 10]);
  expect(compared(idle, fleet(10))).toMatchObject({ verdict: "pass", p: null });
  expect(compared(idle, fleet(10)).text).toBe("errorRate not compared: no request on the updated nodes");
});
