// What a person reads of a delivery: one environment a line, the reason where it stopped, and nothing that harms a terminal.
import { expect, test } from "vitest";
import { changeText, deliveryText, legText, rolloutText } from "../../../pipelines/delivery/report.ts";
import { outcomeOf } from "../../../pipelines/delivery/result.ts";
import type { Leg } from "../../../pipelines/delivery/result.ts";
import { endsIn } from "../../../pipelines/rehearsal/push-acts.ts";
import { aFleet, aPlan, aRequest } from "../../support/rollout.ts";

const leg = (more: Partial<Leg> = {}): Leg => ({
  environment: "dev",
  outcome: "delivered",
  reason: "",
  next: "",
  changes: 0,
  releases: [],
  seconds: 3.4,
  ...more,
});
const release = { service: "app", from: "r1+0a", to: "r2", outcome: "deployed", reason: "" };

test("tells what changed, and the reason and the next command where it stopped", () => {
  expect(legText(leg({ changes: 1, releases: [release] }))).toEqual([
    "dev: delivered: 1 resource changed, app r1 -> r2 deployed (3 s)",
  ]);
  const stopped = leg({ outcome: "failed", reason: "E_POLICY no\nbucket: open", next: "mend it" });
  expect(legText(stopped)).toEqual([
    "dev: failed (3 s)",
    "  E_POLICY no",
    "  bucket: open",
    "  Next: mend it",
  ]);
});

test("says why a release stays away, also where all is well", () => {
  const kept = { ...release, outcome: "held", reason: "r2 was slow. Next: mend it" };
  expect(legText(leg({ outcome: "unchanged", releases: [kept] }))).toEqual([
    "dev: unchanged: app r1 -> r2 held (3 s)",
    "  app: r2 was slow. Next: mend it",
  ]);
});

test("keeps what nodes and people said from the terminal's own language", () => {
  const lines = legText(leg({ outcome: "failed", reason: "\u001B[31mred\u202Edr" }));
  expect(lines.join("")).not.toContain("\u001B");
  expect(lines.join("")).not.toContain("\u202E");
});

test("says once which older change an empty commit brings", () => {
  expect(changeText("195096d0123456", "2ca693c8c2dddd")).toEqual([
    "195096d012 (nothing new since 2ca693c8c2)",
  ]);
  expect(changeText("2ca693c8c2dddd", "2ca693c8c2dddd")).toEqual([]);
});

test("names environment and service once in a line of a rollout, and nothing where a step is worth no line", () => {
  const plan = aPlan(aRequest(3, {}), aFleet(3));
  const line = rolloutText("local/prod", "app", { type: "plan", plan, resumed: true });
  expect(line).toMatch(/^local\/prod: app: goes on where it stopped: r2 \(from r1\), /);
  const progress = { type: "bake", number: 1, seconds: 2 } as const;
  expect(rolloutText("local/prod", "app", progress)).toBe("local/prod: app: wave 1: bakes 2 s");
});

test("ends in one line that a program can read too", () => {
  const legs = [leg(), leg({ environment: "staging", outcome: "rolled-back" })];
  const line = deliveryText({ commit: "0123456789abcdef", legs, outcome: outcomeOf(legs) });
  expect(line).toBe("0123456789: stopped: dev delivered, staging rolled-back");
  expect(endsIn(["remote noise", line], ["dev", "staging", "prod"])).toEqual([
    "delivered",
    "rolled-back",
    null,
  ]);
});

test.each([
  [["delivered", "unchanged"], "done"],
  [["delivered", "waiting", "skipped"], "waiting"],
  [["rolled-back", "skipped"], "failed"],
  [["paused", "skipped"], "failed"],
] as const)("%j is %s", (outcomes, expected) => {
  expect(outcomeOf(outcomes.map((outcome) => leg({ outcome })))).toBe(expected);
});
