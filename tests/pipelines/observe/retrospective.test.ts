// A rollout in the watcher's format (numbers from a seeded generator), replayed: wave 2 must catch the slow release, wave 1 cannot.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readRecording, retrospective } from "../../../pipelines/observe/retrospective.ts";
import { refusalOf } from "../../support/refusal.ts";

const policy = { latencyP95: 0.2, errorRate: 0.005, memory: 0.5, confidence: 0.98 };
const recorded: unknown = JSON.parse(readFileSync(new URL("recorded-rollout.json", import.meta.url), "utf8"));

it("gives the verdict of each recorded wave", () => {
  const judged = retrospective(policy, readRecording(recorded));
  expect(judged.map(({ wave, verdict }) => [wave, verdict])).toEqual([
    [1, "pass"],
    [2, "fail"],
  ]);
  expect(judged[0]?.evidence.some((e) => e.text.startsWith("smoke test: 1 node"))).toBe(true);
  const failed = judged[1]?.evidence.filter((e) => e.verdict === "fail").map((e) => e.measure);
  expect(failed).toEqual(["latencyP95"]);
});

it("answers what another policy would have done", () => {
  const lenient = { ...policy, latencyP95: 5 };
  const judged = retrospective(lenient, readRecording(recorded));
  expect(judged.map((wave) => wave.verdict)).toEqual(["pass", "pass"]);
});

it("refuses what is not a recording, with the place of each fault", () => {
  const refusal = refusalOf(() => readRecording([{ wave: 0, updated: [{ node: 3 }], control: [] }]));
  expect(refusal.code).toBe("E_RECORDING");
  expect(refusal.details.join("\n")).toMatch(/0\.wave: .*\n.*0\.updated\.0\.node: /);
});
