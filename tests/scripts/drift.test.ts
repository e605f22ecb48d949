// What a reviewer reads on the page of a run: `check` and `drift` write what they found into the summary of their step.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { makeWorld } from "../support/world.ts";

test("check and drift tell in the summary what they tell in the log, as plain lines", async () => {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-step-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const summary = join(folder, "summary");
  vi.stubEnv("GITHUB_ACTIONS", "true");
  vi.stubEnv("GITHUB_STEP_SUMMARY", summary);
  onTestFinished(() => void vi.unstubAllEnvs());
  const world = makeWorld();
  onTestFinished(world.end);
  const app = { kind: "http", nodes: "many", source: "shop", start: "true" };
  world.describe({ platform: "local", zonez: ["a"], services: { app } }, "prod");
  const check = await world.run("check");
  expect(check.code).toBe(1);
  const told = readFileSync(summary, "utf8");
  for (const complaint of ["zonez: unknown key", "services.app.nodes: ", "services.app.build: missing"])
    expect(told).toContain(complaint);
  expect(told).toBe(`\`\`\`text\n${check.stdout}\`\`\`\n`);
  writeFileSync(summary, "");
  const drift = await world.run("drift", "prod", "--json");
  expect(drift.code).toBe(1);
  expect(readFileSync(summary, "utf8")).toMatch(/^```text\nprod: FAILED[\s\S]*zonez[\s\S]*\n```\n$/);
});
